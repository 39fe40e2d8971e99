/* The parts of the page that the template names. Each writes itself, or nothing where it has nothing to say. */
#ifndef HC_REPORT_SECTIONS_H
#define HC_REPORT_SECTIONS_H

#include "report/html.h"
#include "report/subject.h"

/* What people see first: the number, its unit, its range, the one reason to doubt it, the words to print, the command. */
void hc_section_first(hc_html *html, const hc_subject *subject);
/* All pictures that suit; where there is no runtime, how to add what draws them. */
void hc_section_pictures(hc_html *html, const hc_subject *subject);
/* Every number with its intervals; of a study, every figure. */
void hc_section_numbers(hc_html *html, const hc_subject *subject);
/* What was assumed, what the notes mean, what helps. */
void hc_section_change(hc_html *html, const hc_subject *subject);
/* A paragraph for a paper. */
void hc_section_methods(hc_html *html, const hc_subject *subject);
/* The 18 items of GATHER (Stevens et al. 2016, Lancet 388:e19), filled here or left to the author. */
void hc_section_gather(hc_html *html, const hc_subject *subject);
/* What is cited. */
void hc_section_sources(hc_html *html, const hc_subject *subject);

/* The title of the page: a study's own, or what is counted in which file. */
void hc_page_title(char *text, size_t size, const hc_subject *subject);
/* The file without the folders before it. */
const char *hc_page_file(const hc_subject *subject);

/* Begins a section with a heading, which has an id; the writer closes it. */
void hc_section_open(hc_html *html, const char *id, const char *heading);
void hc_term(hc_html *html, const char *term, const char *text); /* of a dl, nothing where text is empty */

/* Sources, each once: "Chao (1987) Biometrics 43:783-791, eq. 10". Borrowed, separated as they were written. */
enum { HC_MOST_SOURCES = 64, HC_SOURCE_SIZE = 400 };
typedef struct hc_sources {
  size_t n;
  char text[HC_MOST_SOURCES][HC_SOURCE_SIZE];
} hc_sources;
void hc_sources_collect(hc_sources *sources, const hc_subject *subject);

#endif
