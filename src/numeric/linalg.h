/* Dense symmetric linear algebra in caller memory: no allocation, no error handler. Row-major.
 *
 * Cost: the factor n^3/6 multiplications, a solution n^2, the inverse of the order of n^3. Threads: any number. */
#ifndef HC_NUMERIC_LINALG_H
#define HC_NUMERIC_LINALG_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites the lower triangle of a (n x n) with its Cholesky factor. False when a is not positive
 * definite to working precision: a pivot at or below `floor` times its original diagonal entry. */
bool hc_cholesky(double *a, size_t n, double floor);
/* Solves (L L') x = b in place, with the factor from hc_cholesky. */
void hc_cholesky_solve(const double *l, size_t n, double *b);
/* Writes the inverse of L L' to inverse (n x n, both triangles). */
void hc_cholesky_invert(const double *l, size_t n, double *inverse);

/* d' matrix d, row by row. */
double hc_quadratic_form(size_t n, const double *matrix, const double *d);

#endif
