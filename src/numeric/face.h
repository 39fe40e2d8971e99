/* Where the likelihood of a hierarchical log-linear model has its maximum: inside, or on a face where cells have mean
 * 0.
 *
 * With X the design of the cells that can be observed, a direction d of the coefficients along which the likelihood
 * never falls has (X d)(c) = 0 where people were seen and <= 0 where none were; where it is below 0 for some cell the
 * likelihood has no finite maximum, and the mean of that cell tends to 0 (Fienberg and Rinaldo 2012 Ann. Statist.
 * 40:996). The cells left when no direction takes one away any more are the face. On it the maximum is reached, and
 * the people not seen, exp(intercept), are determined when no d with X d = 0 on the face moves the intercept.
 *
 * Chan, Silverman and Vincent (2021) J. Am. Statist. Assoc. 116:1297 name the case that matters most: a term whose
 * lists nobody is on together (margin 0) has minus infinity for an estimate; without it and the cells that contain it
 * the rest has a finite, unique maximum. That is HC_FACE_MARGINS here, and what SparseMSE's checkident lets pass is
 * INTERIOR or MARGINS.
 *
 * Decided in whole numbers, without a linear program's tolerance: for a hierarchical model the coefficients follow
 * from the values of X d at the cells of its own terms (Moebius inversion), and these are 0 where people were seen.
 * So the unknowns are as many as there are terms with an empty cell of their own, often none but the intercept; each
 * other cell gives one row. Rows of seen cells eliminate unknowns; what is left is a cone, searched by Bland's rule
 * with pivots in whole numbers (Edmonds 1967; Bareiss 1968 Math. Comp. 22:565).
 *
 * Cost: 2^k k additions for each unknown, then rows x unknowns for each pivot; 0.1 to 5 microseconds for five lists.
 * No allocation. Threads: any number, each with its own scratch. */
#ifndef HC_NUMERIC_FACE_H
#define HC_NUMERIC_FACE_H

#include <stddef.h>
#include <stdint.h>

enum { HC_FACE_MAX_LISTS = 10 };

typedef enum hc_face {
  HC_FACE_INTERIOR,     /* the maximum is finite and unique */
  HC_FACE_MARGINS,      /* terms with margin 0 are minus infinity, the others finite and unique */
  HC_FACE_COEFFICIENTS, /* further coefficients run away or are not determined; the people not seen are */
  HC_FACE_UNIDENTIFIED, /* the people not seen are not determined, or run to none or to infinitely many */
  HC_FACE_OVERFLOW      /* whole numbers of 64 bits did not suffice */
} hc_face;

/* Bytes of scratch that hc_face_find needs for `lists` lists (at most HC_FACE_MAX_LISTS), aligned as for int64_t. */
size_t hc_face_scratch(size_t lists);

/* mask[0..terms-1]: the terms of a hierarchical model, the intercept (0) among them, in any order. count: [2^lists],
 * cell 0 ignored, 0 where a cell cannot be observed. margin: its sums over supersets. observable: [2^lists] 0 for
 * cells that cannot be observed, cell 0 ignored; NULL: all others can. Writes live: [2^lists] 1 for the cells of the
 * face, 0 for all others and for cell 0; to be read unless the answer is UNIDENTIFIED or OVERFLOW. Needs at least one
 * person. */
hc_face hc_face_find(size_t lists, const uint32_t *mask, size_t terms, const double *count, const double *margin,
                     const unsigned char *observable, unsigned char *live, void *scratch);

#endif
