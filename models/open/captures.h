/* What the estimators of open populations share: what was met by occasion, from histories or from a table of first and
 * last captures, the time between occasions, and the likelihood of Cormack, Jolly and Seber in these numbers. */
#ifndef HC_OPEN_CAPTURES_H
#define HC_OPEN_CAPTURES_H

#include "model.h"

#define HC_OPTION_INTERVAL                                                                                          \
  {"interval", HC_OPTION_TEXT, "", 0, 0, NULL,                                                                      \
   "time from each occasion to the next, as 1,2,1.5; or days, weeks, months or years between the occasions' dates. "  \
   "Survival is then per unit of time; not stated: per interval"}

/* An estimator's state begins with it. Occasions are numbered from 0; messages and quantities count from 1. */
typedef struct hc_captures {
  size_t k;                /* occasions                                                  */
  const uint64_t *history; /* [n_cells] of the plan; NULL for a table                    */
  const double *length;    /* [k - 1] units of time from an occasion to the next         */
  bool timed;              /* was an interval stated?                                    */
  bool uneven;             /* not stated, and the occasions' dates are unevenly spaced   */
  const char *unit;        /* "interval", or what was stated                             */
} hc_captures;

/* observed: u, v, n, R, each [k]: people met for the first time, for the last time, at all, and released again. */
enum { HC_CAPTURES_PER_OCCASION = 4 };

/* One occasion: m met that were met before; r of the R released that were met again; z met before and after, not
 * then; w released and never met again; T = m + z. The last occasion has r = z = 0. */
typedef struct hc_occasion {
  double u, n, R, m, r, z, w, T;
} hc_occasion;

/* The plan's cells, observed and bootstrap kinds; refuses what has fewer than `least` occasions. Sets hc_captures. */
hc_status hc_captures_take(hc_plan *plan, hc_captures *captures, const hc_data *data, const hc_options *options,
                           size_t least, hc_error *err);
/* The plan's collapse for histories of captures->history, as hc_captures_take sets it: writes the first 4 k of
 * observed. */
void hc_captures_collapse(const hc_plan *plan, const double *cells, double *observed);
/* Sets length, timed and unit from the option; k is set. */
hc_status hc_captures_set_lengths(hc_plan *plan, hc_captures *captures, const hc_data *data, const hc_options *options,
                                  hc_error *err);
/* A note where dates are unevenly spaced and survival is from occasion to occasion all the same. */
void hc_captures_note(const hc_captures *captures, hc_estimate *estimate);
/* occasion: [k]. */
void hc_captures_occasions(const hc_captures *captures, const double *observed, hc_occasion *occasion);
/* How many doubles hc_occasion[k] wants of a fit's scratch. */
size_t hc_captures_scratch(size_t k);

/* Survival per interval, as one per unit of time. */
double hc_captures_per_time(const hc_captures *captures, size_t i, double survival);

/* The chances of the likelihood's two kinds of binomials (Burnham 1991): lambda[i] that one released on i is met again,
 * tau[i] that one met before i, and on i or later, is met on i. From survivals phi[i] to the next occasion and p[i]. */
void hc_captures_chances(size_t k, const double *phi, const double *p, double *lambda, double *tau);
/* The log-likelihood given the first captures: sum of r ln lambda + w ln(1 - lambda) + m ln tau + z ln(1 - tau). */
double hc_captures_loglik(size_t k, const hc_occasion *o, const double *lambda, const double *tau);
/* One draw of the captures given u, as those of hc_captures_loglik; observed's layout. first[i]: u, drawn before. */
void hc_captures_draw(const hc_plan *plan, const hc_captures *captures, const double *lambda, const double *tau,
                      const double *first, hc_rng *rng, double *observed);

#endif
