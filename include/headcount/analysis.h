/* What one estimator made of one data set: its numbers, their intervals, and what is to be said of them. */
#ifndef HEADCOUNT_ANALYSIS_H
#define HEADCOUNT_ANALYSIS_H

#include "headcount/bootstrap.h"
#include "headcount/codes.h"
#include "headcount/interval.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Part of a report (headcount/run.h), read-only, and everything below lives as long as it does. Any thread may read.
 * Functions that number things return NULL past the last of them. */
typedef struct hc_analysis hc_analysis;

const hc_estimator *hc_analysis_estimator(const hc_analysis *analysis);
/* Which form of the estimator, as a line to quote names it ("classic form", "" where there is one form), and the whole
 * sentence: form, formula, standard error, convention. */
const char *hc_analysis_form(const hc_analysis *analysis);
const char *hc_analysis_variant(const hc_analysis *analysis);
/* Option i as it was used, and its value as text ("": not stated). */
const hc_option *hc_analysis_option(const hc_analysis *analysis, size_t i, const char **value);
/* The people that the estimate stands on: of two lists among several, not those of the file; 0 where there are none. */
double hc_analysis_observed(const hc_analysis *analysis);

/* Quantities are numbered from 0, which is what the estimator is for (mostly "N"). */
const hc_quantity *hc_analysis_quantity(const hc_analysis *analysis, size_t q);
size_t hc_analysis_count(const hc_analysis *analysis);
size_t hc_analysis_find(const hc_analysis *analysis, const char *name); /* hc_analysis_count if there is none */
double hc_analysis_value(const hc_analysis *analysis, size_t q);
double hc_analysis_se(const hc_analysis *analysis, size_t q); /* NaN where there is none */
/* Of a coefficient: its value over its standard error, and the two-sided chance of one as large if the coefficient were 0,
 * by the normal distribution. NaN for other quantities. */
double hc_analysis_z(const hc_analysis *analysis, size_t q);
double hc_analysis_p(const hc_analysis *analysis, size_t q);

/* Intervals of all quantities, in the order of the quantities; and the one to show when there is room for one (the first:
 * what suits the estimator best), NULL where the quantity has none. */
const hc_interval *hc_analysis_interval(const hc_analysis *analysis, size_t i);
const hc_interval *hc_analysis_headline(const hc_analysis *analysis, size_t q);

/* Numbers of the fit, NaN where the method has none: log-likelihood, residual degrees of freedom of the deviance, deviance,
 * AIC, BIC, free parameters (N included where it is one). */
typedef enum hc_fit_field {
  HC_FIT_LOGLIK, HC_FIT_DF, HC_FIT_DEVIANCE, HC_FIT_AIC, HC_FIT_BIC, HC_FIT_PARAMETERS, HC_FIT_FIELDS
} hc_fit_field;
const char *hc_fit_field_name(hc_fit_field field); /* "loglik", "df", ...; NULL for HC_FIT_FIELDS and beyond */
double hc_analysis_fit(const hc_analysis *analysis, hc_fit_field field);
unsigned hc_analysis_iterations(const hc_analysis *analysis);

const hc_note *hc_analysis_note(const hc_analysis *analysis, size_t i);
bool hc_analysis_has_note(const hc_analysis *analysis, const char *code);

/* NULL where none was asked for or none is defined. Its quantities are the analysis'. */
const hc_bootstrap *hc_analysis_bootstrap(const hc_analysis *analysis);

/* What one uncertain input does to the answer: the variance of ln N when it alone is drawn, and its part in the
 * sum over inputs (what they do together beyond that is not in it). Largest first; only after a parametric bootstrap of a
 * table's inputs. */
typedef struct hc_contribution {
  const char *input; /* "visitors[Upwork]" */
  double variance, share;
} hc_contribution;
const hc_contribution *hc_analysis_contribution(const hc_analysis *analysis, size_t i);

/* The log-likelihood maximised over everything but the first quantity, N, at this N, up to a constant. HC_EREFUSED, without a
 * message, where the estimator has none there; HC_ENOMEM. Cost: that of a fit. */
hc_status hc_analysis_profile(const hc_analysis *analysis, double N, double *loglik);

#ifdef __cplusplus
}
#endif
#endif
