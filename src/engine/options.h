/* The options of one run of an estimator: made, set from texts, read. */
#ifndef HC_ENGINE_OPTIONS_H
#define HC_ENGINE_OPTIONS_H

#include "headcount/estimator.h"

/* Options at their defaults. The caller owns *options and ends it with hc_options_free. */
hc_status hc_options_new(hc_options **options, const hc_estimator *estimator, hc_error *err);
hc_status hc_options_copy(hc_options **copy, const hc_options *options, hc_error *err);
void hc_options_free(hc_options *options);

/* Sets one option from its text. HC_EUSAGE names the option, the bound or the choices. */
hc_status hc_options_set(hc_options *options, const char *name, const char *value, hc_error *err);

/* The columns that a formula names, as the roles of a reading state columns ("sex,age"): those that `columns` does not hold yet
 * are added to it. HC_EUSAGE where the formula does not parse. */
hc_status hc_formula_columns(char *columns, size_t size, const char *formula, hc_error *err);
/* The same for an option that is a formula or a coverage; nothing for others; and for all of the options. */
hc_status hc_option_columns(char *columns, size_t size, const hc_option *option, const char *value, hc_error *err);
hc_status hc_options_columns(char *columns, size_t size, const hc_options *options, hc_error *err);

/* Values, by a name that the descriptor has (else NaN, 0 or ""). A choice and a text are borrowed. */
double hc_options_real(const hc_options *options, const char *name);
int64_t hc_options_integer(const hc_options *options, const char *name);
const char *hc_options_text(const hc_options *options, const char *name);
bool hc_options_choice_is(const hc_options *options, const char *name, const char *choice);
bool hc_options_is_stated(const hc_options *options, const char *name); /* has a value, set or default */

/* The descriptor's options, for printing: count, and number i with its current text. */
size_t hc_options_count(const hc_options *options);
const hc_option *hc_options_at(const hc_options *options, size_t i, const char **value);

#endif
