/* Replicates that several processes draw together, or that were drawn before. */
#ifndef HEADCOUNT_REPLICATES_H
#define HEADCOUNT_REPLICATES_H

#include "headcount/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The replicates of one analysis, as hc_settings.share is handed them: rows of numbers to be filled, by hc_replicates_draw, or
 * with what hc_replicates_draw left in another process. Row b depends on the key and on b alone. Lives until share returns;
 * belongs to the thread that calls it. */
typedef struct hc_replicates hc_replicates;

/* What the rows belong to: data, estimator, options, kind of resampling, seed and version. */
uint64_t hc_replicates_key(const hc_replicates *replicates);
const char *hc_replicates_name(const hc_replicates *replicates); /* the estimator's id */
uint64_t hc_replicates_wanted(const hc_replicates *replicates);  /* rows 0 .. wanted - 1 */
size_t hc_replicates_width(const hc_replicates *replicates);     /* numbers in a row, which follow each other in memory */
double *hc_replicates_row(hc_replicates *replicates, uint64_t b);

/* Draws rows first .. first + n - 1 in this process, on the threads of the settings. *done: fewer after a stop, a gapless run
 * from first. HC_ENOMEM; HC_EUSAGE where there are not so many. */
hc_status hc_replicates_draw(hc_replicates *replicates, uint64_t first, uint64_t n, uint64_t *done, hc_error *err);

/* Says that what follows from the replicates (intervals, notes) is made elsewhere: the analysis then ends without. */
void hc_replicates_leave(hc_replicates *replicates);

/* hc_settings.share: fills rows 0 .. *done - 1; what it returns ends the analysis where it is not HC_OK. Called in the same
 * order in every process that runs the same request on the same data, never by two threads at once. */
typedef hc_status (*hc_share)(void *context, hc_replicates *replicates, uint64_t *done, hc_error *err);

#ifdef __cplusplus
}
#endif
#endif
