/* An estimator is one const descriptor; a plan is that estimator made ready for one data set. */
#ifndef HEADCOUNT_ESTIMATOR_H
#define HEADCOUNT_ESTIMATOR_H

#include "headcount/data.h"
#include "headcount/error.h"
#include "headcount/estimate.h"
#include "headcount/options.h"
#include "headcount/rng.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How replicates are drawn; bits, because a plan states which ones make sense for it.
 * Definitions and citations: hc_resample_help in bootstrap.h. */
typedef enum hc_resample {
  HC_RESAMPLE_DEFAULT = 0,
  HC_RESAMPLE_NONPARAMETRIC = 1,
  HC_RESAMPLE_SEMIPARAMETRIC = 2,
  HC_RESAMPLE_PARAMETRIC = 4,
  HC_RESAMPLE_BLOCK = 8
} hc_resample;

/* The scale on which an error is closest to normal, and on which chains and intervals may work. */
typedef enum hc_scale {
  HC_SCALE_IDENTITY,
  HC_SCALE_LOG,  /* positive numbers */
  HC_SCALE_LOGIT /* shares, chances  */
} hc_scale;

typedef struct hc_quantity {
  const char *name;    /* "N", "lambda", "p[3]", ...; the plan's, as long as it needs to be            */
  const char *meaning; /* a few words; static storage                                                  */
  const char *unit;    /* what is counted: "people", "accounts"; "" where nothing is; static storage   */
  double floor;        /* the least that it can be: for N the people observed; NaN where there is none */
  hc_scale scale;
  bool additive;       /* do strata add up to the whole?                                               */
} hc_quantity;

/* An input that a table or an option states, and how well it is known. */
typedef enum hc_input_kind {
  HC_INPUT_EXACT = 0,
  HC_INPUT_LOGNORMAL, /* a standard error: log-normal with that mean and standard deviation       */
  HC_INPUT_LIMITS,    /* 95 % limits as stated: normal on the log scale, each side its own width   */
  HC_INPUT_BINOMIAL,  /* a proportion among a number of respondents                                */
  HC_INPUT_NORMAL,    /* a mean of many: normal with that standard error                           */
  HC_INPUT_MODEL      /* not a number of the table: what the model itself leaves open              */
} hc_input_kind;

enum { HC_INPUT_SIZE = 96 };

typedef struct hc_input {
  char name[HC_INPUT_SIZE]; /* "visitors[Upwork]" */
  hc_input_kind kind;
  double value;
  double spread;         /* standard error; width of the lower side, ln(value/low)/z; respondents   */
  double spread_above;   /* LIMITS: ln(high/value)/z                                                */
  double floor, ceiling; /* draws are kept in here                                                  */
} hc_input;

/* Made by prepare, read-only afterwards, shared by all threads. Everything it points to lives until
 * hc_plan_free. */
typedef struct hc_plan {
  const hc_estimator *estimator;
  char form[HC_NOTE_SIZE];    /* which form of the estimator, as a line to quote names it: "classic form" */
  char variant[HC_NOTE_SIZE]; /* the whole sentence: form, formula, standard error, convention            */

  size_t n_observed;      /* length of what fit reads and simulate writes  */
  double *observed;       /* [n_observed] the data in that layout          */
  double n_units;         /* people observed: the floor of N; 0 where the first quantity has no such floor */

  size_t n_cells;         /* what the bootstrap draws from: distinct cells (or blocks) */
  double *cells;          /* [n_cells] how many people (or 1 per block)                */
  /* observed from a draw of cells; NULL: cells and observed are the same layout */
  void (*collapse)(const struct hc_plan *plan, const double *cells, double *observed);

  unsigned resample;            /* hc_resample bits that are defined for this plan */
  hc_resample default_resample; /* one of them, or HC_RESAMPLE_DEFAULT for none    */

  size_t n_inputs;  /* of a table: observed[i] is inputs[i] for i < n_inputs; see author.h */
  hc_input *inputs;

  size_t n_quantities;
  hc_quantity *quantities;
  size_t n_parameters;
  size_t n_scratch;       /* doubles that one fit wants */

  void *state;            /* the estimator's own: state_size bytes, zeroed before prepare */
  void *memory;           /* the plan's chunks; not for estimators                        */
  bool out_of_memory;     /* some hc_plan_alloc failed; not for estimators                */
} hc_plan;

struct hc_estimator {
  const char *id;      /* [a-z0-9-]+, stable for ever: command line and JSON  */
  const char *title;   /* one line                                             */
  const char *cite;    /* author (year) journal volume:pages, equation         */
  const char *formula; /* one or two lines of plain text                       */
  const char *assumes; /* the identifying assumption, one plain sentence       */
  const char *needs;   /* what the data must have, one plain sentence          */
  unsigned accepts;    /* hc_shape bits                                        */
  bool ordered;        /* the order of the lists matters by definition         */
  const hc_option *options; /* ended by {0}, or NULL */
  /* Optional. How well it suits data of a shape that it accepts, when no estimator is named: the highest wins, the
   * first of equals, 0 like NULL. */
  unsigned (*suits)(const hc_data *data);

  size_t state_size; /* of the estimator's own part of a plan, plan->state: made zeroed, freed with the plan */

  /* Runs once: checks the data, reads the options, fills the plan (src/engine/author.h). Refuses (hc_refuse) what no
   * fit can answer. The plan comes empty but for estimator and state, and is freed by the engine on failure. HC_ENOMEM
   * needs no message. */
  hc_status (*prepare)(hc_plan *plan, const hc_data *data, const hc_options *options, hc_error *err);

  /* The hot path: pure; no allocation, no input or output, no state; scratch may hold anything.
   * The engine has set all numbers of *estimate to NaN and iterations to 0. err may be NULL. */
  hc_status (*fit)(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate, hc_error *err);

  /* Optional. One data set from the fitted model, in observed's layout, unseen people included in
   * the draw: the number observed varies. NULL where there are inputs: all of them are drawn. */
  void (*simulate)(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);

  /* Optional. The same with one input (of plan->inputs) uncertain and all others as observed, so that its part
   * in the variance can be told. NULL: hc_plan_draw_inputs does it. */
  void (*simulate_input)(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, size_t input,
                         double *replicate);

  /* Optional. Log-likelihood maximised over everything but N, at this N (>= people observed), up to a
   * constant that does not depend on N. start: the estimate from the same data. */
  hc_status (*profile)(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                       double *scratch, double *loglik);

  /* Optional. Intervals for N that only this estimator has: names, ended by NULL, and the function. */
  const char *const *interval_methods;
  const char *default_interval; /* instead of lognormal or wald when none is asked for; NULL: those */
  hc_status (*interval)(const hc_plan *plan, const hc_estimate *estimate, const char *method, double level,
                        double *lower, double *upper, hc_error *err);
};

/* The registry, in display order. */
size_t hc_estimator_count(void);
const hc_estimator *hc_estimator_at(size_t i);
const hc_estimator *hc_estimator_find(const char *id); /* NULL if there is none */
/* Can it draw data sets of its own, for the parametric bootstrap: from its model, or of the inputs of a table? */
bool hc_estimator_simulates(const hc_estimator *estimator);
/* The estimator used for this data when none is named; NULL if there is none. */
const hc_estimator *hc_estimator_default(const hc_data *data);

/* A plan for this data: made and freed here, filled by the estimator's prepare after the checks that hold for every
 * estimator (shape accepted, somebody observed). options may be NULL: the defaults. The caller owns *plan, which is
 * NULL on failure. */
hc_status hc_plan_prepare(hc_plan **plan, const hc_estimator *estimator, const hc_data *data,
                          const hc_options *options, hc_error *err);
/* One fit, checked: every quantity finite. (hc_analysis_new also refuses a point estimate of N below n_units; a replicate
 * has another number of people.) */
hc_status hc_plan_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate,
                      hc_error *err);
void hc_plan_free(hc_plan *plan);

hc_status hc_estimate_new(hc_estimate **estimate, const hc_plan *plan, hc_error *err);
void hc_estimate_free(hc_estimate *estimate);

#ifdef __cplusplus
}
#endif
#endif
