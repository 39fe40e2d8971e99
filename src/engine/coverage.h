/* Lists that did not operate everywhere, as the user states them: "C:region=south; D:year=2019". */
#ifndef HC_ENGINE_COVERAGE_H
#define HC_ENGINE_COVERAGE_H

#include "engine/data.h"

/* The columns that the text names, added to "sex,age" as hc_formula_columns adds a formula's. HC_EUSAGE where the text
 * does not parse or `columns` is too short. */
hc_status hc_coverage_columns(char *columns, size_t size, const char *text, hc_error *err);

/* Into absent[n_strata] the lists, as bits, that did not operate in each stratum of the data, and how many strata lack
 * one into *lacking (or NULL). HC_EUSAGE for a list, a column or a level that the data do not have; HC_EDATA where
 * somebody is on a list that did not operate there. */
hc_status hc_coverage_read(const hc_data *data, const char *text, uint64_t *absent, size_t *lacking, hc_error *err);

/* A stratum as data of its own (hc_data_stratum), without the lists in `absent`. */
hc_status hc_coverage_stratum(hc_data **stratum, const hc_data *data, size_t i, uint64_t absent, hc_error *err);

#endif
