/* One estimator on one data set, in three steps: begin (the point estimate), draw (slices of replicates), finish (intervals,
 * contributions, the notes that replicates owe). */
#ifndef HC_ENGINE_ANALYSIS_H
#define HC_ENGINE_ANALYSIS_H

#include "engine/bootstrap.h"
#include "engine/data.h"
#include "engine/options.h"
#include "headcount/analysis.h"
#include "headcount/dependence.h"

struct hc_analysis {
  hc_plan *plan;
  hc_options *options;     /* as used */
  hc_estimate *estimate;
  hc_bootstrap *bootstrap; /* NULL where none was asked for or none is defined */
  size_t n_intervals;
  hc_interval *intervals;
  size_t n_contributions;
  hc_contribution *contributions;
  bool left;               /* what follows from its replicates is made in another process */
  hc_dependence *dependence; /* NULL where none was asked for */
};

/* The settings as this library knows them, defaults where the caller's struct is shorter (or NULL). HC_EUSAGE when a number
 * is out of range, or the struct was never begun. */
hc_status hc_settings_take(hc_settings *own, const hc_settings *given, hc_error *err);

/* Everything but replicates and what hangs on them. options: NULL for the defaults; copied. The plan holds its own copy of the
 * data. The caller owns *analysis. */
hc_status hc_analysis_begin(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                            const hc_options *options, hc_error *err);
/* What the replicates of this analysis belong to: data, estimator, options, kind, seed and version. */
uint64_t hc_analysis_key(const hc_analysis *analysis, const hc_settings *settings);
/* Replicates first .. first + n - 1; *slice is NULL where none are asked for or none is defined, with a note where they were
 * asked for by kind. */
hc_status hc_analysis_draw(hc_bootstrap **slice, hc_analysis *analysis, uint64_t first, uint64_t n,
                           const hc_settings *settings, const hc_pulse *pulse, hc_error *err);
/* bootstrap: all replicates, from 0 on, or NULL; the analysis owns it from now on, also on failure. */
hc_status hc_analysis_finish(hc_analysis *analysis, hc_bootstrap *bootstrap, const hc_settings *settings,
                             const hc_pulse *pulse, hc_error *err);

/* Part of the first step: a note where the answer would be half as large again, or none, without one person. */
hc_status hc_analysis_note_one_person(hc_analysis *analysis, hc_error *err);

/* The last part of an analysis' first step, where settings ask for it and the estimator is a log-linear model of lists.
 * Refuses what the data cannot answer; adds notes. */
hc_status hc_analysis_add_dependence(hc_analysis *analysis, const hc_data *data, const hc_settings *settings,
                                     const hc_pulse *pulse, hc_error *err);
void hc_dependence_free(hc_dependence *dependence);

/* The same: a note where a list lies inside another. */
void hc_analysis_note_inside(hc_analysis *analysis, const hc_data *data);

/* The three together, on settings that were taken. */
hc_status hc_analysis_new(hc_analysis **analysis, const hc_data *data, const hc_estimator *estimator,
                          const hc_options *options, const hc_settings *settings, hc_error *err);
void hc_analysis_free(hc_analysis *analysis);

/* The contributions of a plan's uncertain inputs, largest first; the caller frees *list with hc_contributions_free.
 * *n is 0 where the plan has none. */
hc_status hc_contributions_new(hc_contribution **list, size_t *n, const hc_plan *plan, const hc_estimate *estimate,
                               uint64_t seed, unsigned threads, const hc_pulse *pulse, hc_error *err);
void hc_contributions_free(hc_contribution *list);

#endif
