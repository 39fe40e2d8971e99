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

typedef struct hc_quantity {
  char name[HC_QUANTITY_SIZE]; /* "N", "lambda", "p[3]", ... */
  const char *meaning;         /* a few words, with the unit; static storage */
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
  char variant[HC_NOTE_SIZE]; /* the exact form: formula, standard error, convention; shown to the user */

  size_t n_observed;      /* length of what fit reads and simulate writes  */
  double *observed;       /* [n_observed] the data in that layout          */
  double n_units;         /* people observed: the floor of N; 0 where the first quantity has no such floor */

  size_t n_cells;         /* what the bootstrap draws from: distinct cells (or blocks) */
  double *cells;          /* [n_cells] how many people (or 1 per block)                */
  /* observed from a draw of cells; NULL: cells and observed are the same layout */
  void (*collapse)(const struct hc_plan *plan, const double *cells, double *observed);

  unsigned resample;            /* hc_resample bits that are defined for this plan */
  hc_resample default_resample; /* one of them, or HC_RESAMPLE_DEFAULT for none    */

  size_t n_inputs;  /* of a table: observed[i] is inputs[i] for i < n_inputs; see inputs.h */
  hc_input *inputs;

  size_t n_quantities;
  hc_quantity *quantities;
  size_t n_parameters;
  size_t n_scratch;       /* doubles that one fit wants */

  void *state;            /* the estimator's own, from hc_plan_alloc */
  void *memory;           /* the plan's chunks; not for estimators   */
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

  /* Runs once: checks the data, reads the options, allocates. Refuses (hc_refuse) what no fit can
   * answer. The caller owns *plan; on failure nothing is left to free. */
  hc_status (*prepare)(const hc_data *data, const hc_options *options, hc_plan **plan, hc_error *err);

  /* The hot path: pure; no allocation, no input or output, no state; scratch may hold anything.
   * The engine has set all numbers of *estimate to NaN and iterations to 0. err may be NULL. */
  hc_status (*fit)(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate, hc_error *err);

  /* Optional. One data set from the fitted model, in observed's layout, unseen people included in
   * the draw: the number observed varies. */
  void (*simulate)(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, double *replicate);

  /* Optional. The same with one input (of plan->inputs) uncertain and all others as observed, so that its part
   * in the variance can be told. NULL: hc_plan_draw_inputs does it. */
  void (*simulate_input)(const hc_plan *plan, const hc_estimate *estimate, hc_rng *rng, size_t input,
                         double *replicate);

  /* Optional. Log-likelihood maximised over everything but N, at this N (>= people observed), up to a
   * constant that does not depend on N. start: the estimate from the same data. */
  hc_status (*profile)(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                       double *scratch, double *loglik);

  /* Optional. Intervals for N that only this estimator has: names separated by '|', and the function. */
  const char *interval_methods;
  const char *default_interval; /* instead of lognormal or wald when none is asked for; NULL: those */
  hc_status (*interval)(const hc_plan *plan, const hc_estimate *estimate, const char *method, double level,
                        double *lower, double *upper, hc_error *err);
};

/* The registry, in display order. */
size_t hc_estimator_count(void);
const hc_estimator *hc_estimator_at(size_t i);
const hc_estimator *hc_estimator_find(const char *id); /* NULL if there is none */
/* The estimator used for this data when none is named; NULL if there is none. */
const hc_estimator *hc_estimator_default(const hc_data *data);

/* For callers: prepare with the checks that hold for every estimator (shape accepted, somebody
 * observed). The caller owns *plan. */
hc_status hc_plan_prepare(hc_plan **plan, const hc_estimator *estimator, const hc_data *data,
                          const hc_options *options, hc_error *err);
/* One fit, checked: every quantity finite, N at least n_units. */
hc_status hc_plan_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *estimate,
                      hc_error *err);
void hc_plan_free(hc_plan *plan);

hc_status hc_estimate_new(hc_estimate **estimate, const hc_plan *plan, hc_error *err);
void hc_estimate_free(hc_estimate *estimate);

/* For authors of estimators, inside prepare. */
hc_status hc_plan_new(hc_plan **plan, const hc_estimator *estimator, hc_error *err);
/* Zeroed memory that ends with the plan; NULL when memory ran out. */
void *hc_plan_alloc(hc_plan *plan, size_t count, size_t size);
/* Quantities: call once with how many, then name each one. */
hc_status hc_plan_set_quantities(hc_plan *plan, size_t n, hc_error *err);
void hc_plan_name_quantity(hc_plan *plan, size_t i, const char *meaning, const char *name_format, ...) HC_PRINTF(4, 5);
/* The number of occasions: option `occasions` where it is stated, else the lists or occasions of the data; 0 where neither
 * tells. */
double hc_stated_occasions(const hc_data *data, const hc_options *options);
/* plan->variant, as by printf. */
void hc_plan_set_variant(hc_plan *plan, const char *format, ...) HC_PRINTF(2, 3);
/* observed = cells = f_1 .. f_top (see hc_data_frequencies); sets n_units to everyone observed; allows the
 * nonparametric and the semiparametric bootstrap, the latter as default, and the parametric one where
 * the estimator has simulate. */
hc_status hc_plan_use_frequencies(hc_plan *plan, const hc_data *data, size_t top, bool lump, hc_error *err);
/* The same with cells = distinct histories, observed = what collapse makes of them (length n_observed;
 * NULL: the histories' counts themselves). */
hc_status hc_plan_use_histories(hc_plan *plan, const hc_data *data, size_t n_observed,
                                void (*collapse)(const hc_plan *, const double *, double *), hc_error *err);
/* Two lists, of which there may be more: observed = cells = people on the first only, on the second only, on
 * both. pair names the two lists ("A,B"), "" where there are just two. Refuses one list, more than two when
 * pair is "", and lists that do not overlap. Bootstraps as for frequencies. */
enum { HC_ON_FIRST_ONLY, HC_ON_SECOND_ONLY, HC_ON_BOTH, HC_TWO_LISTS_CELLS };
hc_status hc_plan_use_two_lists(hc_plan *plan, const hc_data *data, const char *pair, hc_error *err);

#ifdef __cplusplus
}
#endif
#endif
