/* What mh and mth share: people who differ in their chance of being met, in log-linear form. */
#ifndef HC_OCCASIONS_HETEROGENEITY_H
#define HC_OCCASIONS_HETEROGENEITY_H

#include "occasions/likelihood.h"

typedef enum hc_het_form { HC_HET_CHAO, HC_HET_POISSON, HC_HET_DARROCH, HC_HET_GAMMA } hc_het_form;

typedef struct hc_het {
  hc_het_form form;
  bool keep;               /* chao: negative eta are kept                                               */
  bool full, corrected, coefficients;
  double a, t;             /* parameter of the form; occasions, infinite for counts without a largest    */
  size_t classes, top;     /* t0: people met 1..t0 times are fitted; the most that anybody was met, at most t0 */
  size_t n_beta;           /* 1, or one for each occasion                                               */
  size_t n_het;            /* heterogeneity parameters, at most                                         */
  bool by_occasion;
  const uint64_t *history; /* by occasion: [n_cells]                                                    */
  const double *log_cells; /* [classes + 1] ln of the number of histories of k meetings; NULL by occasion */
  const double *curve;     /* [classes + 1] column of the form over scale; NULL for chao                 */
  double scale;
  const double *warm;      /* parameters of the plan's own maximum, where replicates start; NULL: there is none */
  bool on_histories;       /* cells of the deviance */
  hc_saturated saturated;  /* of the plan's own histories */
} hc_het;

#define HC_HET_OPTIONS                                                                                              \
  HC_OPTION_OCCASIONS_LIKELIHOOD,                                                                                   \
      {"h", HC_OPTION_CHOICE, "chao", 0, 0, "chao|poisson|darroch|gamma",                                           \
       "how people differ: chao asks nothing and gives a lower bound; the others each assume a shape"},             \
      {"a", HC_OPTION_REAL, "", 1e-3, 1e3, NULL, "parameter of h=poisson (2 when not stated) and h=gamma (3.5)"},   \
      {"neg", HC_OPTION_CHOICE, "zero", 0, 0, "zero|keep",                                                          \
       "h=chao: eta below zero, which no distribution of chances gives, are held at zero, or kept"},                \
      {"bias-corrected", HC_OPTION_CHOICE, "no", 0, 0, "no|yes",                                                    \
       "frequencies modified as by Rivest and Levesque (2001)"},                                                    \
      {"coefficients", HC_OPTION_CHOICE, "no", 0, 0, "no|yes",                                                      \
       "yes: report the log-linear coefficients too (likelihood=conditional only)"}

/* Reads the options; t, classes, by_occasion are set. Then, with observed laid out, the rest. */
hc_status hc_het_options(hc_plan *plan, hc_het *s, const hc_options *o, hc_error *err);
hc_status hc_het_finish(hc_plan *plan, hc_het *s, const hc_data *data);

hc_status hc_het_fit(const hc_plan *plan, const double *observed, double *scratch, hc_estimate *e, hc_error *err);
hc_status hc_het_profile(const hc_plan *plan, const double *observed, double N, const hc_estimate *start,
                         double *scratch, double *loglik);
void hc_het_simulate(const hc_plan *plan, const hc_estimate *e, hc_rng *rng, double *observed);

#endif
