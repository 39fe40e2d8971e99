/* What a study by simulation gives, as JSON and as CSV: the same names in both. */
#include <math.h>
#include <stddef.h>

#include "headcount/documents.h"
#include "headcount/simulate.h"
#include "io/buffer.h"
#include "io/json.h"

static const struct column {
  const char *name;
  size_t offset;
} numbers[] = {{"truth", offsetof(hc_simulation_row, truth)},       {"mean", offsetof(hc_simulation_row, mean)},
               {"median", offsetof(hc_simulation_row, median)},     {"bias", offsetof(hc_simulation_row, bias)},
               {"bias_se", offsetof(hc_simulation_row, bias_se)},   {"rmse", offsetof(hc_simulation_row, rmse)},
               {"sd", offsetof(hc_simulation_row, sd)},             {"mean_se", offsetof(hc_simulation_row, mean_se)},
               {"coverage", offsetof(hc_simulation_row, coverage)}, {"coverage_se", offsetof(hc_simulation_row, coverage_se)},
               {"below", offsetof(hc_simulation_row, below)},       {"above", offsetof(hc_simulation_row, above)},
               {"width", offsetof(hc_simulation_row, width)},       {"rejects", offsetof(hc_simulation_row, rejects)}};
enum { N_NUMBERS = sizeof numbers / sizeof numbers[0] };

static double number_of(const hc_simulation_row *row, size_t i) { return *(const double *)((const char *)row + numbers[i].offset); }

hc_status hc_simulation_csv(char **text, const hc_simulation *simulation, hc_error *err) {
  hc_buffer out = {0};
  const hc_simulation_row *row;
  hc_buffer_print(&out, "population,method,estimator,quantity,interval,populations,answered,with_interval");
  for (size_t i = 0; i < N_NUMBERS; i++) hc_buffer_print(&out, ",%s", numbers[i].name);
  hc_buffer_print(&out, ",refused\n");
  for (size_t k = 0; (row = hc_simulation_at(simulation, k)); k++) {
    /* no quotes: the reader lets no name of a section have a comma, and the registry has none */
    hc_buffer_print(&out, "%s,%s,%s,%s,%s,%llu,%llu,%llu", row->population, row->method, row->estimator, row->quantity,
                    row->interval ? row->interval : "", (unsigned long long)row->populations, (unsigned long long)row->answered,
                    (unsigned long long)row->with_interval);
    for (size_t i = 0; i < N_NUMBERS; i++) {
      double x = number_of(row, i);
      if (isfinite(x)) hc_buffer_print(&out, ",%.17g", x);
      else hc_buffer_put(&out, ",", 1);
    }
    hc_buffer_print(&out, ",%s\n", row->code);
  }
  *text = hc_buffer_finish(&out);
  return *text ? HC_OK : hc_fail(err, HC_ENOMEM, "no memory for the CSV document");
}

hc_status hc_simulation_json(char **text, const hc_simulation *simulation, hc_error *err) {
  hc_json b = {false};
  json_t *document = hc_json_start(&b), *input = json_object(), *rows = json_array();
  const hc_simulation_row *row;
  hc_json_put(&b, input, "file", hc_json_text(hc_simulation_file(simulation)));
  hc_json_put(&b, input, "sha256", hc_json_text(hc_simulation_sha256(simulation)));
  hc_json_put(&b, document, "input", input);
  hc_json_put(&b, document, "title", hc_json_text(hc_simulation_title(simulation)));
  hc_json_put(&b, document, "seed", hc_json_count(hc_simulation_seed(simulation)));
  for (size_t k = 0; (row = hc_simulation_at(simulation, k)); k++) {
    json_t *o = json_object();
    hc_json_put(&b, o, "population", hc_json_text(row->population));
    hc_json_put(&b, o, "method", hc_json_text(row->method));
    hc_json_put(&b, o, "estimator", hc_json_text(row->estimator));
    hc_json_put(&b, o, "quantity", hc_json_text(row->quantity));
    hc_json_put(&b, o, "interval", hc_json_text(row->interval));
    hc_json_put(&b, o, "populations", hc_json_count(row->populations));
    hc_json_put(&b, o, "answered", hc_json_count(row->answered));
    hc_json_put(&b, o, "with_interval", hc_json_count(row->with_interval));
    for (size_t i = 0; i < N_NUMBERS; i++) hc_json_put(&b, o, numbers[i].name, hc_json_real(number_of(row, i)));
    hc_json_put(&b, o, "refused", row->code[0] ? hc_json_text(row->code) : json_null());
    hc_json_put(&b, o, "reason", row->code[0] ? hc_json_text(row->reason) : json_null());
    hc_json_append(&b, rows, o);
  }
  hc_json_put(&b, document, "simulated", rows);
  return hc_json_finish(text, &b, document, err);
}
