/* How far a count moves when lists depend on each other, for people. */
#include <math.h>
#include <string.h>

#include "cli.h"
#include "words/dependence.h"

static void odds_word(char text[HC_WORD_SIZE], double odds_ratio) {
  char plain[32];
  hc_format(plain, sizeof plain, "%.3g", odds_ratio);
  hc_format(text, HC_WORD_SIZE, "%s", plain);
}

static void print_values(FILE *out, const hc_dependence *d) {
  cli_table *table = cli_table_new();
  bool same = !isnan(d->values[0].odds_ratio);
  char odds[HC_WORD_SIZE], N[HC_WORD_SIZE], se[HC_WORD_SIZE], name[256];
  for (size_t p = 0; !same && p < d->n_pairs; p++) {
    snprintf(name, sizeof name, "%s:%s", d->pairs[p].first, d->pairs[p].second);
    cli_table_column(table, name, CLI_RIGHT);
  }
  if (same) cli_table_column(table, _("odds ratio"), CLI_RIGHT);
  cli_table_column(table, _("N"), CLI_RIGHT);
  cli_table_column(table, _("se"), CLI_RIGHT);
  for (size_t i = 0; i < d->n_values; i++) {
    const hc_dependence_value *v = &d->values[i];
    for (size_t p = 0; p < (same ? 1 : d->n_pairs); p++) odds_word(odds, v->odds_ratios[p]), cli_table_cell(table, odds);
    cli_table_cell(table, hc_word_value(N, v->N, true));
    cli_table_cell(table, isnan(v->se) ? "" : hc_word_error_size(se, v->se, true));
  }
  cli_table_print(out, table);
}

static void print_contour(FILE *out, const hc_dependence *d) {
  char text[HC_WORD_SIZE], name[256];
  if (!d->n_first) return;
  cli_table *table = cli_table_new();
  hc_format(name, sizeof name, "%s:%s down, %s:%s across", d->pairs[0].first, d->pairs[0].second, d->pairs[1].first,
            d->pairs[1].second);
  cli_paragraph(out, 2, name);
  fputc('\n', out);
  cli_table_column(table, "", CLI_RIGHT);
  for (size_t j = 0; j < d->n_second; j++) odds_word(text, d->second[j]), cli_table_column(table, text, CLI_RIGHT);
  for (size_t i = 0; i < d->n_first; i++) {
    odds_word(text, d->first[i]), cli_table_cell(table, text);
    for (size_t j = 0; j < d->n_second; j++) cli_table_cell(table, hc_word_value(text, d->contour[i * d->n_second + j], true));
  }
  cli_table_print(out, table);
  fputc('\n', out);
}

static void range_word(char *text, double lower, double upper) {
  const hc_interval k = {.lower = lower, .upper = upper};
  hc_word_range(text, &k, 0);
}

static void print_binding(FILE *out, const hc_dependence *d) {
  for (size_t i = 0; i < d->n_bindings; i++) {
    const hc_dependence_binding *b = &d->bindings[i];
    const hc_dependence_pair *pair = &d->pairs[b->pair];
    char odds[HC_WORD_SIZE], pull[HC_WORD_SIZE], pairs[512];
    odds_word(odds, b->odds_ratio), odds_word(pull, b->pull);
    if (pair->first) hc_format(pairs, sizeof pairs, "%s and %s", pair->first, pair->second);
    else snprintf(pairs, sizeof pairs, "%s", _("all lists"));
    cli_fieldf(out, i == 0 ? _("Held by") : NULL,
               b->upper ? N_("the upper end by %s at %s: a limit higher by 1 %% moves it by %s %%")
                        : N_("the lower end by %s at %s: a limit higher by 1 %% moves it by %s %%"),
               pairs, odds, pull);
  }
}

void cli_print_dependence(FILE *out, const hc_dependence *d) {
  char pairs[HC_WORD_SENTENCE_SIZE], odds[HC_WORD_SENTENCE_SIZE], text[HC_WORD_SENTENCE_SIZE], range[HC_WORD_RANGE_SIZE],
      level[HC_WORD_SIZE];
  hc_word_pairs(pairs, d), hc_word_odds(odds, d);
  fputc('\n', out);
  if (d->n_lists > 2 && d->pairs[0].first)
    hc_format(text, sizeof text,
              "If lists depend on each other: odds ratio of %s, among people alike on the other lists (1: independent)", pairs);
  else if (d->pairs[0].first)
    hc_format(text, sizeof text, "If the lists depend on each other: odds ratio of %s (1: independent)", pairs);
  else hc_format(text, sizeof text, "If all lists together depend on each other: %s (1: none)", pairs);
  cli_paragraph(out, 0, text);
  fputc('\n', out);
  print_values(out, d);
  fputc('\n', out);
  print_contour(out, d);
  if (d->n_lists > 2 && d->pairs[0].first)
    cli_fieldf(out, _("Model"), "independent lists%s%s, and these odds ratios as stated", d->model[0] ? " + " : "", d->model);
  range_word(range, d->identified_lower, d->identified_upper);
  if (d->identified_lower <= d->identified_upper && !d->pairs[0].first)
    cli_fieldf(out, _("Range"), "%s people if that interaction is %s, whatever else the lists do", range, odds);
  else if (d->identified_lower <= d->identified_upper)
    cli_fieldf(out, _("Range"), "%s people if the odds ratio of %s among all people is %s, whatever else the lists do", range, pairs,
               odds);
  else cli_field(out, _("Range"), _("none: no count gives every pair an odds ratio within its range, but for sampling error"));
  if (!isnan(d->lower)) {
    range_word(range, d->lower, d->upper);
    cli_fieldf(out, _("Interval"), "%s people (%s), sampling error and dependence within that range together", range,
               hc_word_percent(level, d->level));
  }
  if (d->n_pairs > 1 && !isnan(d->all_lower)) {
    range_word(range, d->all_lower, d->all_upper);
    cli_fieldf(out, _("At worst"), "%s people (%s), even if every pair's odds ratio lies at an end of its range", range,
               hc_word_percent(level, d->level));
  }
  print_binding(out, d);
  cli_field(out, _("Break-even"), hc_word_break_even(text, d));
}
