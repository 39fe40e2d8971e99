/* A plan is an estimator made ready for one data set; an estimate is what a fit writes. */
#ifndef HC_ENGINE_PLAN_H
#define HC_ENGINE_PLAN_H

#include "engine/options.h"
#include "headcount/codes.h"
#include "numeric/fail.h"

typedef struct hc_fit {  /* NaN where the method has no such number */
  double loglik;
  double parameters; /* free parameters of the fit, N included where it is one  */
  double df;         /* residual degrees of freedom, of the deviance            */
  double deviance, aic, bic;
  unsigned iterations;
} hc_fit;

/* What a fit need not write. hc_estimate_new asks for everything. */
typedef struct hc_asked {
  bool notes;
  bool criteria; /* those numbers of hc_fit that cost as much as the fit itself, or that need the histories: of
                    plan->observed only, other data have none */
} hc_asked;

/* The arrays belong to the estimate; sizes come from the plan that it was made for. */
struct hc_estimate {
  size_t n_quantities;
  double *value;      /* [n_quantities] in the order of the plan; "N" first                */
  double *se;         /* [n_quantities] standard errors, NaN where there is none           */
  size_t n_parameters;
  double *parameters; /* [n_parameters] what simulate and profile need, in fit's own order */
  hc_fit fit;
  hc_asked asked;     /* nothing in a bootstrap replicate                                  */
  size_t n_notes, notes_room;
  hc_note *notes;     /* [n_notes] */
  bool notes_lost;    /* memory ran out for one */
};

/* Adds a note, if notes are wanted; only then memory is allocated. */
void hc_estimate_note(hc_estimate *estimate, const char *code, const char *format, ...) HC_PRINTF(3, 4);

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
struct hc_plan {
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
};

/* Zeroed memory that ends with the plan. NULL when memory ran out, which the plan remembers: `return HC_ENOMEM` is
 * all that prepare has to do, the engine says the rest. */
void *hc_plan_alloc(hc_plan *plan, size_t count, size_t size);
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

/* One model of a procedure that chooses. */
enum { HC_CANDIDATE_PIECE = 4096 };
/* Models whose criterion is this close to the smallest are as good (Burnham and Anderson 2002, sec. 2.6). */
#define HC_CANDIDATE_NEAR 2.0
struct hc_candidate {
  uint64_t id;       /* the estimator's own name for it            */
  bool estimable;    /* it has an N; if not, the numbers are NaN   */
  double parameters, N, se, loglik;
  double value;      /* of the criterion: the smallest is chosen   */
};

/* A Poisson log-linear model of lists (numeric/lattice.h): what an estimate stands on where its estimator is one. */
enum { HC_LOG_LINEAR_LISTS = 16, HC_LOG_LINEAR_TERMS = 1024 };
struct hc_log_linear {
  size_t lists, terms;
  size_t list[HC_LOG_LINEAR_LISTS];    /* [lists] which of the data's they are                   */
  uint32_t mask[HC_LOG_LINEAR_TERMS];  /* [terms] in hc_terms_parse's order, the intercept last */
  const double *count;                 /* [2^lists] people by history; may point to two_lists    */
  double two_lists[4];
};

/* What a regression tells of its fit; see headcount/diagnosis.h for the numbers. */
struct hc_person_fit;
struct hc_frequency_fit;
struct hc_diagnosed {
  size_t n;                         /* cells of the plan                              */
  size_t *stratum;                  /* [n] */
  struct hc_person_fit *row;        /* [n] all but `who`                              */
  size_t top;                       /* the most times that somebody was met           */
  struct hc_frequency_fit *frequency; /* [top + 1] by times met, begun at 0 people      */
  double coefficients;
};

/* The place for one fit of a plan: an estimate that asks for nothing, a draw of cells (one more than the plan has, for the
 * unseen), what fit reads, and its scratch. One block of memory: its size, its layout in memory of that size (aligned as
 * malloc's), and a room of its own, which the caller ends with free. */
typedef struct hc_room {
  hc_estimate estimate;
  double *draw, *observed, *scratch;
} hc_room;
size_t hc_room_size(const hc_plan *plan);
hc_room *hc_room_in(void *memory, const hc_plan *plan);
hc_status hc_room_new(hc_room **room, const hc_plan *plan, hc_error *err);

#endif
