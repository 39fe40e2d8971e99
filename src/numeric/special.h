/* Small special functions that are safe for any number of threads and never call GSL's error handler. */
#ifndef HC_NUMERIC_SPECIAL_H
#define HC_NUMERIC_SPECIAL_H

/* ln Gamma(x), x > 0 (gsl_sf_lngamma; lgamma would write signgam). */
double hc_ln_gamma(double x);
/* ln of n(n-1)...(n-k+1) = ln Gamma(n+1) - ln Gamma(n-k+1), real n >= k >= 0, without cancellation for large n. */
double hc_ln_falling(double n, double k);
/* Its derivative by n: psi(n+1) - psi(n-k+1), the slope of a likelihood in an unknown N. */
double hc_ln_falling_slope(double n, double k);
/* psi(x) and its derivative, x > 0. */
double hc_digamma(double x);
double hc_trigamma(double x);
/* ln n! for real n >= 0. */
double hc_ln_factorial(double n);
/* ln of the binomial coefficient, real n >= k >= 0. */
double hc_ln_choose(double n, double k);
/* ln(1 - exp(-a)), a > 0, without cancellation (Maechler 2012, "Accurately computing log(1 - exp(-|a|))"). */
double hc_log1mexp(double a);
/* ln(exp(a) + exp(b)). */
double hc_logaddexp(double a, double b);
/* Standard normal: cumulative probability and quantile (GSL). */
double hc_normal_cdf(double z);
double hc_normal_quantile(double p);
/* Quantile of Student's t with df > 0 degrees of freedom (GSL). */
double hc_student_quantile(double p, double df);
/* Chance that chi squared with df > 0 degrees of freedom exceeds x >= 0 (GSL). */
double hc_chisq_exceeds(double x, double df);
/* Quantile of chi squared with one degree of freedom; with df > 0 of them (GSL). */
double hc_chisq1_quantile(double p);
double hc_chisq_quantile(double p, double df);

#endif
