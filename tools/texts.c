/* The texts of the library's tables, as calls that xgettext reads: what estimators say of themselves, shapes of data, codes, designs, kinds of
 * resampling, intervals, grounds of a recomputed figure. So a table needs no marks, and no file of an estimator either. */
#include <stdio.h>

#include "headcount.h"

static void say(const char *text) {
  if (!text || !text[0]) return;
  fputs("_(\"", stdout);
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\') putchar('\\');
    if (*c == '\n') fputs("\\n", stdout);
    else putchar(*c);
  }
  puts("\");");
}

static void say_estimator(const hc_estimator *e) {
  say(e->title);
  say(e->assumes);
  say(e->needs);
  for (const hc_option *o = e->options; o && o->name; o++) say(o->help);
}

int main(void) {
  for (size_t i = 0; i < hc_estimator_count(); i++) say_estimator(hc_estimator_at(i));
  for (size_t i = 0; hc_code_at(i); i++) {
    say(hc_code_at(i)->meaning);
    say(hc_code_at(i)->remedy);
  }
  for (size_t i = 0; hc_shape_at(i) != HC_SHAPE_AUTO; i++) {
    say(hc_shape_heading(hc_shape_at(i)));
  }
  const hc_scheme *scheme;
  for (size_t i = 0; (scheme = hc_scheme_at(i)); i++) {
    say(scheme->title);
    say(scheme->assumes);
    say(scheme->size);
    say(scheme->expected);
    for (const hc_option *o = scheme->options; o && o->name; o++) say(o->help);
  }
  for (size_t i = 0; hc_interval_method_at(i); i++) {
    say(hc_interval_title(hc_interval_method_at(i)));
    say(hc_interval_help(hc_interval_method_at(i)));
  }
  for (size_t i = 0; hc_resample_at(i) != HC_RESAMPLE_DEFAULT; i++) {
    say(hc_resample_name(hc_resample_at(i)));
    say(hc_resample_help(hc_resample_at(i)));
    say(hc_resample_draws(hc_resample_at(i)));
  }
  for (int basis = HC_BASIS_DATA; basis <= HC_BASIS_OWN; basis++) say(hc_basis_words((hc_basis)basis));
  return 0;
}
