/* Before the data are there: how large, how many, how long. A design is planned by a formula, over a range of guesses, and on
 * request by simulation on the engine that will estimate. */
#ifndef HEADCOUNT_OUTLOOK_H
#define HEADCOUNT_OUTLOOK_H

#include "headcount/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A design. Only ever seen by pointer, so that it may grow at its end. */
typedef struct hc_scheme {
  const char *id;           /* [a-z0-9-]+, stable                                             */
  const char *title;        /* one line                                                       */
  const char *formula;      /* one or two lines of plain text                                 */
  const char *source;       /* where it comes from                                            */
  const char *assumes;      /* one plain sentence                                             */
  const char *guess;        /* what is guessed, and varied from half of it to twice as much   */
  const char *size;         /* what is to be collected: "people on the second list"           */
  const char *expected;     /* what will be found in it: "people on both lists"               */
  const char *estimator;    /* that will estimate; "" where the design cannot be simulated     */
  const hc_option *options; /* ended by {0} */
} hc_scheme;

size_t hc_scheme_count(void);
const hc_scheme *hc_scheme_at(size_t i);
const hc_scheme *hc_scheme_find(const char *id); /* NULL if there is none */

/* One guess. Numbers that do not exist are NaN. */
typedef struct hc_outlook_row {
  double guess;
  double size, whole;      /* what is to be collected; as a whole number                                         */
  double expected;         /* what is expected to be found in it                                                 */
  double cv, lower, upper; /* standard error over the number, at `whole`; the interval as factors of the number  */
  double simulated_cv;     /* sd of ln N over the simulated data sets                                            */
  double coverage;         /* share of their intervals that held the number                                      */
  double failed;           /* share of them that gave no number                                                  */
} hc_outlook_row;

/* Read-only; ends with hc_outlook_free. */
typedef struct hc_outlook {
  const hc_scheme *design;
  double level;              /* of the intervals */
  uint64_t replicates, seed; /* replicates: 0 where nothing was simulated */
  size_t n_rows;
  const hc_outlook_row *rows; /* [n_rows] half of the guess, the guess, twice as much */
  size_t middle;              /* the row of the guess itself */
  size_t n_notes;
  const char *const *notes; /* [n_notes] */
} hc_outlook;

/* Plans a design: `wanted` states its options (estimator NULL). simulate: with settings->replicates data sets for each guess,
 * drawn and estimated on settings->threads threads; bits do not depend on how many. HC_EUSAGE for an unknown design or option
 * and for numbers that cannot be; HC_EREFUSED, with a code, where what is wanted cannot be reached; HC_ECANCELLED after a
 * stop. The caller owns *outlook. */
hc_status hc_outlook_new(hc_outlook **outlook, const char *design, const hc_setting *wanted, size_t n, bool simulate,
                         const hc_settings *settings, hc_error *err);
void hc_outlook_free(hc_outlook *outlook);

#ifdef __cplusplus
}
#endif
#endif
