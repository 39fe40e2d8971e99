/* An estimator is one const descriptor; a plan is that estimator made ready for one data set. */
#ifndef HEADCOUNT_ESTIMATOR_H
#define HEADCOUNT_ESTIMATOR_H

#include "headcount/data.h"
#include "headcount/error.h"
#include "headcount/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an estimator works with; known to the library only. */
typedef struct hc_estimator hc_estimator;
typedef struct hc_options hc_options;
typedef struct hc_plan hc_plan;
typedef struct hc_estimate hc_estimate;
typedef struct hc_rng hc_rng;
typedef struct hc_candidate hc_candidate;
typedef struct hc_log_linear hc_log_linear;
typedef struct hc_diagnosed hc_diagnosed;

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
  bool coefficient;    /* of a linear predictor: 0 says that its column makes no difference            */
} hc_quantity;

/* Only ever seen by pointer, so that it may grow at its end. */
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
  const char *const *interval_methods; /* optional: intervals for N that only this estimator has, ended by NULL */
  const char *default_interval;        /* instead of lognormal or wald when none is asked for; NULL: those */

  /* What follows is the library's own and may change; a program reads what stands above. */

  bool open; /* people may come and go between the occasions */

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

  /* Optional, with interval: the same of another quantity than the first. */
  hc_status (*interval_of)(const hc_plan *plan, const hc_estimate *estimate, size_t quantity, const char *method,
                           double level, double *lower, double *upper, hc_error *err);

  /* Optional. The values of another quantity than the first at which the log-likelihood, maximised over everything else, lies
   * `fall` below its maximum. HC_EREFUSED, without a message, where the quantity is no parameter. */
  hc_status (*profile_of)(const hc_plan *plan, const hc_estimate *estimate, size_t quantity, double fall, double *scratch,
                          double *lower, double *upper);

  /* Optional, all three or none: of a procedure that chooses among models. How many models there are, in pieces that can be
   * scored alone: 0 where they cannot be listed for this plan. The scores of a piece's models, and how many they are (at
   * most HC_CANDIDATE_PIECE; src/engine/plan.h). A model's terms as the user would write them. */
  uint64_t (*candidates)(const hc_plan *plan, uint64_t *pieces);
  void (*score)(const hc_plan *plan, const double *observed, uint64_t piece, double *scratch, hc_candidate *candidate,
                size_t *n);
  void (*name_candidate)(const hc_plan *plan, uint64_t id, char *text, size_t size);

  /* Optional: means of the cells of `observed` under the fitted model (an observed cell's mean of 0: none is told). */
  void (*expected)(const hc_plan *plan, const hc_estimate *estimate, double *mean);

  /* Optional: of a regression on counts. Fills every row (that of a cell of the plan), its stratum, and what is expected of
   * each number of times met (src/engine/plan.h). */
  hc_status (*diagnose)(const hc_plan *plan, const hc_estimate *estimate, double *scratch, hc_diagnosed *diagnosed, hc_error *err);

  /* Optional, with interval_methods. */
  hc_status (*interval)(const hc_plan *plan, const hc_estimate *estimate, const char *method, double level,
                        double *lower, double *upper, hc_error *err);

  /* Optional, of Poisson log-linear models of lists: which one the estimate stands on. */
  hc_status (*log_linear)(const hc_plan *plan, double *scratch, hc_log_linear *form, hc_error *err);
};

/* The registry, in display order. Static, so that any thread may ask, and cheap. */
size_t hc_estimator_count(void);
const hc_estimator *hc_estimator_at(size_t i);
const hc_estimator *hc_estimator_find(const char *id); /* NULL if there is none */
/* Can it draw data sets of its own, for the parametric bootstrap: from its model, or of the inputs of a table? */
bool hc_estimator_simulates(const hc_estimator *estimator);
/* The estimator used for this data when none is named; NULL if there is none. */
const hc_estimator *hc_estimator_default(const hc_data *data);

#ifdef __cplusplus
}
#endif
#endif
