/* Sums over all 2^t capture histories, without writing them down.
 *
 * A history that meets somebody k times weighs w_k times the product of theta_j over the k occasions j. With
 *     P_j(k)  the weights of the first j occasions: the elementary symmetric polynomial of degree k of theta_1..j,
 *     B_j(k)  what the occasions after j make of k meetings so far: B_t(k) = w_k,
 *             B_(j-1)(k) = B_j(k) + theta_j B_j(k+1),
 * the total weight is B_0(0), and the weight of those met on i and j is theta_i theta_j sum over k of Q(k) B_j(k+1), Q
 * being x P_(i-1) times (1 + theta_l x) for i < l < j. Every term is positive, so that no digits are lost: dividing the
 * factor of an occasion out of the whole polynomial would lose them.
 *
 * Cost: t^2 for totals and means, t^3 for pairs. Threads: any number, each with its own scratch; nothing is kept or
 * allocated. */
#ifndef HC_NUMERIC_HISTORIES_H
#define HC_NUMERIC_HISTORIES_H

#include <stddef.h>

typedef struct hc_histories {
  size_t t;
  const double *theta;  /* [t]                          */
  const double *weight; /* [t + 1] w_0 .. w_t, may be 0 */
} hc_histories;

/* Doubles of scratch. */
size_t hc_histories_scratch(size_t t);

/* The total weight. after: [(t + 1) (t + 2)] B_j(k) at after[j (t + 2) + k], k = 0..t+1, which hc_histories_draw and
 * the chances of a first meeting want: those not met before j are met on it with the chance theta_j B_j(1)/B_(j-1)(0).
 * */
double hc_histories_total(const hc_histories *h, double *after);

/* Divided by the total weight, which is returned: times[k] of those met k times, k = 0..t; met[j] of those met on
 * occasion j; where they are not NULL, met_times[j (t + 1) + k] of those met on j and k times in all; pairs[i t + j] of
 * those met on both (i = j: on i), both triangles. */
double hc_histories_moments(const hc_histories *h, double *times, double *met, double *met_times, double *pairs,
                            double *scratch);

#endif
