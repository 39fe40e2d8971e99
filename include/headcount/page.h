/* A report to look at: one HTML file that needs no network, its pictures as Vega-Lite specifications, its sources as BibTeX. */
#ifndef HEADCOUNT_PAGE_H
#define HEADCOUNT_PAGE_H

#include "headcount/run.h"
#include "headcount/select.h"
#include "headcount/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the page is about; everything is borrowed. Either a report or a study. */
typedef struct hc_page {
  size_t size;                   /* of this struct, as its caller knows it: hc_page_init sets it          */
  const hc_report *report;       /* the first estimate is the one that the page is about                   */
  const hc_report *others;       /* the same data by other estimators, for comparison; NULL                */
  const hc_selection *selection; /* the models that a procedure chose among; NULL                          */
  const hc_study *study;         /* instead of a report: published figures and what was recomputed         */
  const char *command;           /* that made it, to be shown; NULL                                        */
  const char *runtime; /* Vega, Vega-Lite and Vega-Embed, which draw; NULL: the page says how to add pictures */
} hc_page;

#define hc_page_init(page) hc_page_begin((page), sizeof(hc_page))
void hc_page_begin(hc_page *page, size_t size);

/* The page as text in memory, which the caller ends with hc_text_free: the same bytes for the same contents. HC_EUSAGE where
 * the page was not begun, or holds neither a report with an estimate nor a study; HC_ENOMEM. *text is NULL on failure. Cost:
 * that of the text, and of the profile likelihood of the first estimate. From any thread. */
hc_status hc_page_html(char **text, const hc_page *page, hc_error *err);

/* Picture i of the page as a Vega-Lite specification with its data, and its name ("counts"), static. *text is NULL, and the
 * status HC_OK, past the last one. Otherwise as above. */
hc_status hc_page_figure(char **text, const char **name, const hc_page *page, size_t i, hc_error *err);

/* What the page cites, as BibTeX. Otherwise as above. */
hc_status hc_page_bibliography(char **text, const hc_page *page, hc_error *err);

#ifdef __cplusplus
}
#endif
#endif
