/* Minimum of a smooth function of a few variables: no allocation, no random starts, the same steps every time.
 *
 * Cost: an iteration asks f a few times along its line (at most 60) and adds n^3 (Newton) or n^2 (BFGS) steps of its
 * own. Threads: any number, each with its own scratch; f must allow it too. */
#ifndef HC_NUMERIC_OPTIMISE_H
#define HC_NUMERIC_OPTIMISE_H

#include <stdbool.h>
#include <stddef.h>

/* The function's value at x; gradient (n) and hessian (n x n, row-major, lower triangle at least) are
 * written where they are not NULL. A value that is not finite means "outside of the domain": the search backs off. */
typedef double (*hc_objective)(const double *x, size_t n, double *gradient, double *hessian, void *context);

typedef struct hc_search {
  double tolerance;    /* the last step, relative to 1 + |x_i|, is at most this                         */
  double longest_step; /* in any one variable, per iteration                                            */
  double bound;        /* the search ends as HC_SEARCH_ESCAPED when some |x_i| goes past it             */
  unsigned iterations; /* at most                                                                       */
} hc_search;

typedef enum hc_search_end {
  HC_SEARCH_CONVERGED = 0,
  HC_SEARCH_ESCAPED,  /* past the bound: the minimum is at infinity, or there is none */
  HC_SEARCH_STALLED,  /* no descent although the gradient is not small                */
  HC_SEARCH_EXHAUSTED /* the iterations ran out                                       */
} hc_search_end;

typedef struct hc_minimum {
  hc_search_end end;
  double value;
  unsigned iterations;
} hc_minimum;

/* Tolerance 1e-9, longest step 3, bound 1e6, 200 iterations. */
hc_search hc_search_default(void);

/* Doubles of scratch that any function below wants for n variables. */
size_t hc_minimise_scratch(size_t n);

/* From x (overwritten by the best point). Newton's method with a ridge where the Hessian is not positive
 * definite and a backtracking line search; f must write gradient and hessian. */
hc_minimum hc_minimise_newton(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch);

/* The same with gradients alone: BFGS with the line search of Lewis and Overton (2013, Math. Program.
 * 141:135), accepting the approximate Wolfe conditions of Hager and Zhang (2005, SIAM J. Optim. 16:170)
 * where the value is flat to rounding. f is never asked for a Hessian. */
hc_minimum hc_minimise_bfgs(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch);

/* The same for hundreds of variables: limited memory, the last 15 steps stand for the matrix (Nocedal 1980, Math. Comp.
 * 35:773; Nocedal and Wright 2006, algorithm 7.4). An iteration adds 60 n steps of its own. n is at least 20. */
hc_minimum hc_minimise_lbfgs(hc_objective f, void *context, size_t n, double *x, hc_search search, double *scratch);

/* Derivatives by central differences: the gradient of f's value (error of fourth order in the step),
 * and the Hessian, symmetric, from f's gradient. */
void hc_gradient_numeric(hc_objective f, void *context, size_t n, const double *x, double *gradient, double *scratch);
void hc_hessian_numeric(hc_objective f, void *context, size_t n, const double *x, double *hessian, double *scratch);

#endif
