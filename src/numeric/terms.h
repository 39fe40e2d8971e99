/* The terms of a log-linear model, from text and back. Threads: any number; nothing is kept. */
#ifndef HC_NUMERIC_TERMS_H
#define HC_NUMERIC_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads `text` for lists called names[0..lists-1] (lists <= HC_LATTICE_MAX_LISTS):
 *   A*B + C:D    `*`: all interactions of these lists; `:` this interaction only; `+` and so on
 *   [123,14,34]  hierarchical generators by list number, or by name where names are one character long;
 *                for numbers from 10 on, or longer names: [1:10,2:3]
 *   ""           independence
 * Main effects of all lists are always included. Names may stand between backquotes. Writes the masks (bit
 * i: list i) to mask, ordered by size, then by value, the empty mask (the intercept) last, and their
 * number to *terms. False with one sentence in problem[0..size-1] when a name is unknown, the text does not parse, or
 * there are more than `room` terms; with an empty one when there is no memory for 2^lists bytes, which it takes while
 * it reads: not for the hot path. */
bool hc_terms_parse(const char *text, size_t lists, const char *const *names, uint32_t *mask, size_t room,
                    size_t *terms, char *problem, size_t size);

/* "A:B" into text[0..size-1]; "(intercept)" for the empty mask. */
void hc_terms_print(uint32_t mask, size_t lists, const char *const *names, char *text, size_t size);

/* Appends to the string in text[0..size-1] what fits as a whole; false, and nothing appended, otherwise. */
bool hc_terms_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
