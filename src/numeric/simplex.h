/* Small dense linear programs in caller memory: minimise c'x subject to A x = b, x >= 0.
 *
 * Two phases on one tableau, so that several objectives share the first; largest coefficient first, after many steps
 * Bland's rule (1977, Math. Oper. Res. 2:103), which cannot cycle. Cost: m (m + n) multiplications a pivot, a few m
 * pivots. Threads: any number; nothing is kept or allocated. */
#ifndef HC_NUMERIC_SIMPLEX_H
#define HC_NUMERIC_SIMPLEX_H

#include <stdbool.h>
#include <stddef.h>

/* Doubles of work for m equations of n unknowns. */
size_t hc_simplex_size(size_t m, size_t n);
/* First phase: A (m x n, row-major), b >= 0. False when no x >= 0 solves the equations, to 1e-9 of the largest b. */
bool hc_simplex_start(double *work, size_t m, size_t n, const double *a, const double *b);
/* Second phase, any number of times after a start: *value the minimum, y[m] what it gains from a unit of each b (one of
 * several where the optimum is degenerate; NULL: not wanted). False when it falls without end. */
bool hc_simplex_minimise(double *work, size_t m, size_t n, const double *c, double *value, double *y);

#endif
