/* Root of a function of one variable, without allocation.
 *
 * Cost: at most 202 values of f. Threads: as many as f allows. */
#ifndef HC_NUMERIC_ROOT_H
#define HC_NUMERIC_ROOT_H

#include <stdbool.h>

typedef double (*hc_function)(double x, void *context);

/* A root of f in [a, b] by Brent's method (Brent 1973, ch. 4), f(a) and f(b) of opposite sign, to
 * `relative` of |x|. False, and *root untouched, when the signs agree or f is not finite somewhere on the way. */
bool hc_root_brent(hc_function f, void *context, double a, double b, double relative, double *root);

#endif
