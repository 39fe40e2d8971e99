/* A first look at data: who was met how often, how the lists overlap, and what will be difficult. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/closure.h"
#include "engine/data.h"
#include "headcount/overview.h"

/* Fewer people on both of two lists than this are too few. Chapman's estimator has a relative bias of about
 * -exp(-mu), mu being the expected overlap; an observed overlap of 7 excludes mu < 3.29 (exact one-sided
 * 95 % limit of a Poisson mean), so the bias is then below 4 %. */
enum { FEW_TOGETHER = 7, MAX_NAMED_PAIRS = 5 };

static unsigned bits_in(uint64_t history) {
  unsigned n = 0;
  for (; history != 0; history &= history - 1) n++;
  return n;
}

static void warn(hc_overview *view, const char *code, const char *format, ...) HC_PRINTF(3, 4);

static void warn(hc_overview *view, const char *code, const char *format, ...) {
  hc_note *more = realloc(view->warnings, (view->n_warnings + 1) * sizeof *more);
  if (!more) {
    view->warnings_lost = true;
    return;
  }
  view->warnings = more;
  hc_note *note = &more[view->n_warnings++];
  snprintf(note->code, sizeof note->code, "%s", code);
  va_list arguments;
  va_start(arguments, format);
  hc_format_list(note->text, sizeof note->text, format, arguments);
  hc_text_whole(note->text);
  va_end(arguments);
}

static void count_times(hc_overview *view, const hc_data *data) {
  uint64_t by_times[HC_MAX_LISTS + 1] = {0};
  if (data->times) {
    for (size_t i = 0; i < data->n_cells; i++) {
      view->times[i] = data->times[i];
      view->people[i] = data->count[i];
    }
    view->n_times = data->n_cells;
    return;
  }
  for (size_t i = 0; i < data->n_cells; i++) by_times[bits_in(data->history[i])] += data->count[i];
  for (size_t k = 1; k <= HC_MAX_LISTS; k++) {
    if (by_times[k] == 0) continue;
    view->times[view->n_times] = k;
    view->people[view->n_times++] = by_times[k];
  }
}

static void count_overlaps(hc_overview *view, const hc_data *data) {
  size_t n = data->n_lists;
  view->n_lists = n;
  for (size_t c = 0; c < data->n_cells; c++) {
    uint64_t history = data->history[c];
    for (size_t i = 0; i < n; i++) {
      if (!(history >> i & 1)) continue;
      view->total[i] += data->count[c];
      if (history == (uint64_t)1 << i) view->alone[i] += data->count[c];
      for (size_t j = 0; j < n; j++) {
        if (history >> j & 1) view->together[i * n + j] += data->count[c];
      }
    }
  }
}

static bool never(uint64_t together) { return together == 0; }
static bool rarely(uint64_t together) { return together > 0 && together < FEW_TOGETHER; }

/* Names the first pairs of lists whose overlap is as asked, and counts the others. */
static void warn_pairs(hc_overview *view, const hc_data *data, const char *code, bool (*asked)(uint64_t),
                       const char *what) {
  char names[HC_NOTE_SIZE / 2] = "";
  size_t n = view->n_lists, found = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      if (view->total[i] == 0 || view->total[j] == 0 || !asked(view->together[i * n + j])) continue;
      size_t used = strlen(names);
      if (found++ < MAX_NAMED_PAIRS && used < sizeof names) {
        hc_format(names + used, sizeof names - used, "%s%.20s and %.20s", used > 0 ? ", " : "", data->list_names[i],
                 data->list_names[j]);
      }
    }
  }
  if (found == 0) return;
  if (found > MAX_NAMED_PAIRS) {
    warn(view, code, "%s: %s, and %zu more pairs", what, names, found - MAX_NAMED_PAIRS);
  } else {
    warn(view, code, "%s: %s", what, names);
  }
}

static void look_at_lists(hc_overview *view, const hc_data *data) {
  if (view->n_lists == 1) warn(view, "one-list", "there is only one list: nothing tells how many people it misses");
  for (size_t i = 0; i < view->n_lists; i++) {
    if (view->total[i] == 0) warn(view, "empty-list", "nobody is on %.40s", data->list_names[i]);
  }
  if (data->shape != HC_SHAPE_LISTS) return;
  for (size_t i = 0; i < view->n_lists; i++) {
    for (size_t j = 0; j < view->n_lists; j++) {
      bool inside = i != j && view->total[i] > 0 && view->together[i * view->n_lists + j] == view->total[i];
      if (inside) {
        warn(view, "list-inside-list", "everybody on %.40s is also on %.40s: the lists are not independent",
             data->list_names[i], data->list_names[j]);
      }
    }
  }
  warn_pairs(view, data, "never-overlap", never, _("lists that share nobody"));
  warn_pairs(view, data, "sparse-overlap", rarely, _("lists that share fewer than 7 people, which makes estimates shaky"));
}

static void look_at_times(hc_overview *view) {
  uint64_t once = 0, twice = 0, all = 0;
  for (size_t i = 0; i < view->n_times; i++) {
    all += view->people[i];
    if (view->times[i] == 1) once = view->people[i];
    if (view->times[i] == 2) twice = view->people[i];
  }
  if (all == 0) {
    warn(view, "all-zero", "nobody was observed");
  } else if (once == all) {
    warn(view, "nobody-twice", "nobody was met more than once: nothing tells how many people were never met");
  } else if (twice == 0) {
    warn(view, "no-doubletons", "nobody was met exactly twice: estimators that divide by f2 will refuse");
  }
}

/* Removal tells how many are left by how fast the catches fall. */
static void look_at_passes(hc_overview *view, const hc_data *data) {
  if (data->shape != HC_SHAPE_REMOVAL || data->n_rows < 2) return;
  for (size_t j = 0; j < data->n_columns; j++) {
    const hc_column *c = &data->columns[j];
    if (strcmp(c->name, "catch") != 0 || !c->number) continue;
    if (c->number[data->n_rows - 1] >= c->number[0])
      warn(view, "catches-do-not-fall", "the last pass caught as many as the first (%.0f and %.0f): nothing tells how many are left",
           c->number[data->n_rows - 1], c->number[0]);
  }
}

static hc_status look_at_closure(hc_overview *view, const hc_data *data, hc_error *err) {
  hc_closure closure;
  char text[HC_NOTE_SIZE];
  hc_status status = hc_closure_test(&closure, data, err);
  if (status == HC_OK && hc_closure_contradicted(&closure, text)) warn(view, "not-closed", "%s", text);
  return status == HC_EREFUSED ? HC_OK : status;
}

static hc_status allocate(hc_overview **out, const hc_data *data, hc_error *err) {
  hc_overview *view = calloc(1, sizeof *view);
  if (!view) return hc_fail(err, HC_ENOMEM, "no memory for an overview");
  size_t times = data->times ? data->n_cells : HC_MAX_LISTS, n = data->n_lists;
  view->times = calloc(2 * (times + 1), sizeof *view->times);
  view->total = calloc(n * n + 2 * n + 1, sizeof *view->total);
  if (!view->times || !view->total) {
    hc_overview_free(view);
    return hc_fail(err, HC_ENOMEM, "no memory for an overview of %zu lists", n);
  }
  view->people = view->times + times + 1;
  view->alone = view->total + n;
  view->together = view->alone + n;
  *out = view;
  return HC_OK;
}

static void borrow(hc_overview *view, const hc_data *data) {
  view->n_cells = data->n_cells;
  view->by_times = data->times;
  view->histories = data->history;
  view->in_cell = data->count;
  view->n_names = data->n_lists;
  view->names = data->list_names;
  view->caught = data->caught;
  view->recaptured = data->recaptured;
  view->released = data->released;
  view->n_pairs = data->n_pairs;
  view->pairs = data->pairs;
  view->n_rows = data->n_rows;
  view->n_columns = data->n_columns;
  view->columns = data->columns;
}

hc_status hc_overview_new(hc_overview **overview, const hc_data *data, hc_error *err) {
  hc_overview *view = NULL;
  *overview = NULL;
  hc_status status = allocate(&view, data, err);
  if (status != HC_OK) return status;
  borrow(view, data);
  bool people = data->history || data->times;
  if (people) count_times(view, data);
  if (data->history) count_overlaps(view, data);
  if (people) look_at_times(view);
  if (data->history) look_at_lists(view, data);
  look_at_passes(view, data);
  status = look_at_closure(view, data, err);
  if (status != HC_OK || view->warnings_lost) {
    hc_overview_free(view);
    return status != HC_OK ? status : hc_fail(err, HC_ENOMEM, "no memory for the warnings of an overview");
  }
  *overview = view;
  return HC_OK;
}

void hc_overview_free(hc_overview *overview) {
  if (!overview) return;
  free(overview->times);
  free(overview->total);
  free(overview->warnings);
  free(overview);
}
