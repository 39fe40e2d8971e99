/* --lang fr: words and numbers of every command, before and behind the command, on a screen without UTF-8; and English else. */
#include "cli/program.h"

static const char *const taxis = "tests/data/freq_taxicab_edinburgh.csv", *const kosovo = "datasets/kosovo-1999/four-lists.csv";

static void test_estimate(void **state) {
  (void)state;
  run r = RUN("estimate", kosovo, "--model", "loglinear", "--terms", "EXH*ABA*OSCE + EXH*HRW + OSCE*HRW", "--bootstrap", "0", "--lang", "fr");
  assert_code(r, 0);
  assert_has(r.out, "N = 10\u202f357 personnes   (erreur type 786)");
  assert_has(r.out, "intervalle à 95\u00a0%");
  assert_has(r.out, "À citer");
  assert_has(r.out, "log-vraisemblance -");
  assert_has(r.err, "4 listes\u00a0: EXH, ABA, OSCE, HRW");
  run_end(&r);
  run before = RUN("--lang=fr", "estimate", taxis, "--bootstrap", "0"), behind = RUN("estimate", taxis, "--bootstrap", "0", "--lang", "fr");
  assert_code(before, 0);
  assert_string_equal(before.out, behind.out);
  run_end(&before);
  run_end(&behind);
}

/* Members, names and codes stay; sentences follow; numbers are JSON's. */
static void test_json(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--bootstrap", "0", "--format", "json", "--lang", "fr");
  assert_code(r, 0);
  assert_has(r.out, "\"lower-bound\"");
  assert_has(r.out, "borne inférieure");
  assert_has(r.out, "\"assumes\": \"les personnes rencontrées");
  run_end(&r);
}

static void test_other_commands(void **state) {
  (void)state;
  static const struct {
    const char *arguments[8], *says;
  } rows[] = {
    {{"describe", "datasets/kosovo-1999/four-lists.csv"}, "Combien de fois les personnes ont été rencontrées"},
    {{"describe", "datasets/kosovo-1999/four-lists.csv"}, "73,1\u00a0%"},
    {{"models"}, "D'après des listes qui se recouvrent (lists)"},
    {{"models", "chao"}, "Suppose"},
    {{"codes", "no-overlap"}, "Remède"},
    {{"reproduce", "kosovo-1999"}, "Tout ce qui est recalculé concorde."},
    {{"select", "datasets/kosovo-1999/four-lists.csv"}, "modèles, dont"},
    {{"--help"}, "Codes de sortie"},
    {{"estimate", "--help"}, "afficher cette aide et terminer"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *arguments[10] = {"--lang", "fr"};
    for (size_t k = 0; rows[i].arguments[k]; k++) arguments[k + 2] = rows[i].arguments[k];
    run r = run_program(&(setup){0}, arguments);
    assert_code(r, 0);
    assert_has(r.out, rows[i].says);
    run_end(&r);
  }
}

static void test_errors(void **state) {
  (void)state;
  run r = RUN("estimate", taxis, "--model", "cao", "--lang", "fr");
  assert_code(r, 2);
  assert_has(r.err, "vouliez-vous dire «\u00a0chao\u00a0»");
  run_end(&r);
  r = RUN("estimate", taxis, "--lang", "de");
  assert_code(r, 2);
  assert_has(r.err, "there are en, fr");
  run_end(&r);
  r = RUN("estimate", taxis, "--lang");
  assert_code(r, 2);
  assert_has(r.err, "'--lang' needs a value");
  run_end(&r);
}

/* Whatever the desktop speaks, English is what scripts read; and French needs no locale but its letters do. */
static void test_locales(void **state) {
  (void)state;
  static const char *const desktop[] = {"LC_ALL=C.UTF-8", "LANG=fr_FR.UTF-8", "LC_MESSAGES=fr_FR.UTF-8", "LANGUAGE=fr", NULL}, *const bare[] = {"LC_ALL=C", NULL};
  run r = RUN_WITH(((setup){.environment = desktop}), "estimate", taxis, "--bootstrap", "0");
  assert_has(r.out, "standard error");
  run_end(&r);
  r = RUN("estimate", taxis, "--bootstrap", "0", "--lang", "en");
  assert_has(r.out, "standard error");
  run_end(&r);
  r = RUN_WITH(((setup){.environment = bare}), "estimate", taxis, "--bootstrap", "0", "--lang", "fr");
  assert_code(r, 0);
  assert_has(r.out, "borne inferieure");
  for (const char *c = r.out; *c; c++) assert_true((unsigned char)*c < 0x80);
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_estimate), cmocka_unit_test(test_json),    cmocka_unit_test(test_other_commands),
    cmocka_unit_test(test_errors),   cmocka_unit_test(test_locales),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
