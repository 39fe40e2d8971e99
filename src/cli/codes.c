/* headcount codes: what the codes in brackets mean and what helps. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_CODES = 256 };

const struct argp_option cli_codes_options[] = {
  CLI_OPTION_HELP,
  {0},
};

const char cli_codes_details[] =
  N_("Lists the codes of refusals, notes and warnings, which stand in brackets; or explains one: what it means, and what "
  "helps.")
  "\v"
  N_("Examples:\n"
  "  headcount codes\n"
  "  headcount codes no-overlap");

static const char *kind_words(unsigned kinds) {
  static const char *const words[] = {"", N_("refusal"), N_("note"), N_("refusal, note"), N_("warning"), N_("refusal, warning"),
                                      N_("note, warning"), N_("refusal, note, warning")};
  return _(words[kinds & 7u]);
}

static void explain(FILE *out, const hc_code *c) {
  fprintf(out, "%s\n", c->id);
  cli_field(out, _("Kind"), kind_words(c->kinds));
  cli_field(out, _("Meaning"), _(c->meaning));
  cli_field(out, _("Remedy"), _(c->remedy));
}

static int unknown(const char *id) {
  const char *ids[MOST_CODES];
  size_t n = 0;
  for (; n < MOST_CODES && hc_code_at(n); n++) ids[n] = hc_code_at(n)->id;
  return cli_unknown(N_("code"), id, ids, n);
}

int cli_codes(const cli_command *self, int argc, char **argv) {
  const char *id;
  int code = cli_parse_name(self, argc, argv, N_("code"), &id);
  if (code != CLI_CONTINUE) return code;
  const hc_code *one = id ? hc_code_find(id) : NULL;
  if (id && !one) return unknown(id);
  cli_text text;
  cli_text_open(&text);
  if (!text.out) return cli_out_of_memory();
  if (one) explain(text.out, one);
  for (size_t i = 0; !one && hc_code_at(i); i++) {
    if (i > 0) fputc('\n', text.out);
    explain(text.out, hc_code_at(i));
  }
  return cli_text_emit(&text, NULL, true);
}
