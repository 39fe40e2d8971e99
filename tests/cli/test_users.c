/* What a sociologist and a statistician meet first: a French export, words to quote, a narrow screen, the manual. */
#include <jansson.h>

#include "cli/program.h"

static const char *const mturk = "datasets/mturk-2018/capture-frequencies.csv";
static const char *const kosovo = "datasets/kosovo-1999/four-lists.csv";

static size_t occurrences(const char *text, const char *part) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) n++;
  return n;
}

static void test_quote(void **state) {
  (void)state;
  static const char *const wide[] = {"COLUMNS=132", NULL};
  setup s = {.environment = wide};
  run r = RUN_WITH(s, "estimate", mturk, "--model", "chao", "--set", "form=eq10", "--set", "occasions=29",
                   "--set", "beyond=accept", "--bootstrap", "0");
  assert_code(r, 0);
  const char *quote = strstr(r.out, "To quote");
  assert_non_null(quote);
  assert_int_equal(occurrences(quote, "Chao (1987)"), 1);
  assert_has(quote, "equation 10 of Chao (1987)");
  r = (run_end(&r), RUN_WITH(s, "estimate", kosovo, "--model", "loglinear", "--terms", "[123,14,34]", "--bootstrap", "0"));
  assert_has(strstr(r.out, "To quote"), "Fienberg (1972)");
  /* what the notes take back is not offered */
  r = (run_end(&r), RUN_WITH(s, "estimate", kosovo, "--model", "loglinear", "--bootstrap", "0"));
  assert_has(strstr(r.out, "To quote"), "nothing: the data contradict this model");
  run_end(&r);
}

/* The n of a quote is that of the two lists that were used; a share keeps its digits. */
static void test_numbers_of_the_quote(void **state) {
  (void)state;
  const char *file = file_of("three.csv", "A,B,C,n\n1,0,0,10\n0,1,0,20\n0,0,1,300\n1,1,0,5\n1,0,1,7\n0,1,1,9\n1,1,1,2\n");
  run r = RUN("estimate", file, "--model", "lincoln-petersen", "--set", "pair=A,B", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(strstr(r.out, "To quote"), "n = 53");
  file = file_of("survey.csv", "country,prevalence,respondents,internet_users\nX,0.0205,2000,1000000\n");
  r = (run_end(&r), RUN("estimate", file, "--model", "prevalence"));
  assert_code(r, 0);
  assert_has(r.out, "0.0205");
  run_end(&r);
}

/* 137,082 met once and 1 twice: 9.4 thousand million that one person less would leave without an answer. */
static void test_hanging_on_one_person(void **state) {
  (void)state;
  run r = RUN("estimate", file_of("one.csv", "k,n\n1,137082\n2,1\n"), "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "[few-recaptured]");
  assert_has(strstr(r.out, "To quote"), "nothing: the number hangs on single persons");
  r = (run_end(&r), RUN("estimate", file_of("two.csv", "k,n\n1,400\n2,2\n3,30\n"), "--bootstrap", "0"));
  assert_has(r.out, "[few-recaptured]"); /* f2 = 1 in place of 2: twice as many unseen */
  r = (run_end(&r), RUN("estimate", file_of("more.csv", "k,n\n1,400\n2,4\n3,30\n"), "--bootstrap", "0"));
  assert_has_not(r.out, "[few-recaptured]");
  r = (run_end(&r), RUN("estimate", file_of("pair.csv", "A,B,n\n1,0,500\n0,1,400\n1,1,1\n"), "--bootstrap", "0"));
  assert_has(r.out, "[few-recaptured]");
  run_end(&r);
}

/* What cannot be right beside another's lower bound says so, and is not offered. */
static void test_below_a_lower_bound(void **state) {
  (void)state;
  const char *file = file_of("bound.csv", "k,n\n1,50000\n2,200\n3,20\n");
  run r = RUN("estimate", file, "--model", "chao,jackknife", "--bootstrap", "0");
  assert_code(r, 0);
  const char *jackknife = strstr(r.out, "[jackknife]");
  assert_has(jackknife, "[below-lower-bound]");
  assert_has(jackknife, "nothing: the lower bound of another estimator");
  assert_has(r.out, "To quote    N = at least 6,3");
  r = (run_end(&r), RUN("estimate", file, "--model", "jackknife", "--bootstrap", "0"));
  assert_has_not(r.out, "[below-lower-bound]");
  /* dippers come and go: a bound that rests on closure binds nobody, and a closed number is not offered */
  r = (run_end(&r), RUN("estimate", "tests/data/open/dipper.csv", "--shape", "occasions", "--model", "chao,mt,jackknife,jolly-seber",
                        "--bootstrap", "0"));
  assert_has(r.out, "[not-closed]");
  assert_has_not(r.out, "[below-lower-bound]");
  assert_has(r.out, "nothing: people come and go");
  run_end(&r);
}

/* A share of 0.0205 that stands in the place of people keeps its digits, and so does what is small. */
static void test_digits(void **state) {
  (void)state;
  const char *file = file_of("shares.csv", "study,estimate,estimate_se\na,0.0205,0.004\nb,0.0215,0.005\nc,0.02,0.003\n");
  run r = RUN("estimate", file, "--model", "triangulate", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "0.020");
  assert_has_not(r.out, "0 to 0 ");
  assert_has(strstr(r.out, "To quote"), "N = 0.020");
  r = (run_end(&r), RUN("estimate", file, "--model", "triangulate", "--sensitivity", "method=reml,dl", "--bootstrap", "0"));
  assert_has(r.out, "0.020");
  r = (run_end(&r), RUN("estimate", file_of("counts.csv", "k,n\n1,50\n2,20\n3,5\n"), "--bootstrap", "0", "--level",
                        "0.9999999999999999"));
  assert_has_not(r.out, "100%");
  run_end(&r);
}

/* Rounding, not a fit that is better than the best: 4e15 people. */
static void test_no_negative_deviance(void **state) {
  (void)state;
  const char *file = file_of("huge.csv", "A,B,C,n\n1,0,0,1e15\n0,1,0,1e15\n0,0,1,1e15\n1,1,0,1e15\n1,0,1,1e15\n0,1,1,1e15\n"
                                         "1,1,1,1e15\n");
  run r = RUN("estimate", file, "--model", "mt,loglinear", "--terms", "[12,13,23]", "--bootstrap", "0");
  assert_has_not(r.out, "deviance -");
  run_end(&r);
}

/* What a sentence about one, or about what does not fit, has to say. */
static void test_words(void **state) {
  (void)state;
  static const struct {
    const char *content, *arguments[8], *says, *not;
  } rows[] = {
    {"k,n\n1,50\n2,20\n", {"--model", "loglinear"}, "loglinear works on lists", "does not work"},
    {"k,n\n1,50\n2,20\n", {"--model", "loglinear"}, "these data are counts, for which there are chao, ichao, zelterman", "of shape"},
    {"k,n\n1,50\n2,20\n", {"--resample", "parametric"}, "it has: nonparametric, semiparametric", "nor any"},
    {"id,A,B\n1,1,0\n1,1,0\n2,0,1\n3,1,1\n4,1,0\n", {"--lists", "A,B", "--id", "id", "--repeated-ids", "union"},
     "1 row repeats an id and was put", "1 rows"},
    {"A,B,n\n1,0,149\n0,1,149\n1,1,1\n", {"--model", "chapman"}, "only 1 person is on both lists", "1 people"},
    {"platform,registered,visitors\na,,10\nb,5,6\n", {"--model", "registration"}, "over 1 platform,", "1 platforms"},
    {"platform,registered,visitors\na,,10\nb,5,6\n", {"--model", "registration"}, "1 of 2 platforms is blank in the column", "have no"},
    {"k,n\n1,50\n2,20\n", {"--model", "m0"}, "error: m0 needs the number of occasions", "m0: m0"},
    {"k,n\n1,50\n2,20\n", {"--model", "zt-binomial"}, "error: zt-binomial needs the number of occasions", "zt-binomial: zt-binomial"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *arguments[16] = {"estimate", file_of("words.csv", rows[i].content), "--bootstrap", "40"};
    static const char *const wide[] = {"COLUMNS=132", NULL};
    size_t n = 4, k = 0;
    while (rows[i].arguments[k]) arguments[n++] = rows[i].arguments[k++];
    run r = run_program(&(setup){.environment = wide}, arguments);
    char *all = NULL;
    size_t size = 0;
    grow(&all, &size, r.out, r.n_out);
    grow(&all, &size, r.err, r.n_err);
    assert_has(all, rows[i].says);
    assert_has_not(all, rows[i].not);
    free(all);
    run_end(&r);
  }
}

/* One bad column is one estimator's affair: the others' answers stand. */
static void test_one_bad_column(void **state) {
  (void)state;
  const char *file = file_of("bad-rate.csv", "platform,registered,visitors,value,rate\na,1000,10,1e6,20\nb,2000,30,1e6,-1\n");
  run r = RUN("estimate", file, "--model", "all", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(r.out, "[registration]");
  assert_has(r.out, "rate is negative: -1 [bad-data]");
  r = (run_end(&r), RUN("estimate", file, "--model", "full-time-equivalents", "--bootstrap", "0"));
  assert_code(r, 3);
  assert_has(r.err, "bad-rate.csv:3:");
  run_end(&r);
}

static void test_the_same_class_twice(void **state) {
  (void)state;
  run r = RUN("estimate", file_of("twice.csv", "k,n\n1,40\n1,12\n2,5\n"), "--bootstrap", "0");
  run once = RUN("estimate", file_of("once.csv", "k,n\n1,52\n2,5\n"), "--bootstrap", "0");
  assert_has(r.err, "states a number of times more than once: its people are summed");
  assert_has_not(once.err, "summed");
  assert_string_equal(r.out, once.out);
  run_end(&r);
  run_end(&once);
}

/* Registrations are not people at work, and a quote does not make them so. */
static void test_quote_says_what_is_counted(void **state) {
  (void)state;
  const char *file = file_of("platforms.csv", "platform,registered,visitors\na,1000,10\nb,2000,30\nc,4000,50\n");
  run r = RUN("estimate", file, "--model", "registration,audience", "--set", "multihoming=2", "--bootstrap", "0");
  assert_code(r, 0);
  assert_has(strstr(r.out, "To quote"), "registered and not necessarily at");
  assert_has(r.out, "monthly visitors and not");
  run_end(&r);
}

/* People read what they chose; the JSON document has every option. */
static void test_options_at_default(void **state) {
  (void)state;
  run r = RUN("estimate", mturk, "--model", "chao", "--bootstrap", "0");
  assert_has_not(r.out, "variance=");
  r = (run_end(&r), RUN("estimate", mturk, "--model", "chao", "--set", "form=bias-corrected", "--bootstrap", "0"));
  assert_has(r.out, "form=bias-corrected\n");
  r = (run_end(&r), RUN("estimate", mturk, "--model", "chao", "--bootstrap", "0", "--format", "json"));
  assert_has(r.out, "\"form\": \"classic\"");
  assert_has(r.out, "\"variance\": \"chao\"");
  run_end(&r);
}

/* A semicolon between fields and CP1252, as French Excel writes them. */
static void test_french_export(void **state) {
  (void)state;
  const char *file = file_of("fr.csv", "m\xE9thode A;B;effectif\r\n1;0;50\r\n0;1;40\r\n1;1;20\r\n");
  run r = RUN("estimate", file, "--model", "chapman", "--bootstrap", "0", "--format", "json");
  assert_code(r, 0);
  assert_has(r.out, "m\xC3\xA9thode A");
  assert_has(r.out, "\"observed\": 110");
  run_end(&r);
}

static void test_largest_seed(void **state) {
  (void)state;
  run r = RUN("estimate", kosovo, "--model", "mt", "--bootstrap", "20", "--seed", "9223372036854775807", "--format", "json");
  assert_code(r, 0);
  json_t *d = json_loads(r.out, 0, NULL);
  assert_non_null(d);
  assert_true(json_integer_value(json_object_get(json_object_get(d, "run"), "seed")) == INT64_MAX);
  json_decref(d);
  run_end(&r);
}

/* No line of prose is wider than the narrowest screen. */
static void test_narrow_screen(void **state) {
  (void)state;
  static const char *const narrow[] = {"COLUMNS=40", NULL};
  setup s = {.environment = narrow};
  run r = RUN_WITH(s, "models", "chao");
  assert_code(r, 0);
  for (const char *line = r.out; *line != '\0';) {
    size_t n = strcspn(line, "\n");
    const char *word = line + strspn(line, " ");
    bool breakable = word < line + n && memchr(word, ' ', (size_t)(line + n - word)) != NULL;
    if (n > 40 && breakable) fail_msg("wider than 40 columns: %.*s", (int)n, line);
    line += n + (line[n] == '\n');
  }
  run_end(&r);
}

static void test_help_says_what_is_allowed(void **state) {
  (void)state;
  run r = RUN("estimate", "--help");
  assert_code(r, 0);
  for (size_t i = 0; hc_interval_method_at(i) != NULL; i++) assert_has(r.out, hc_interval_method_at(i));
  for (unsigned kind = HC_RESAMPLE_NONPARAMETRIC; kind <= HC_RESAMPLE_BLOCK; kind *= 2) {
    assert_has(r.out, hc_resample_name((hc_resample)kind));
  }
  run_end(&r);
}

/* Accounts are not people, and the words to quote say which were counted. */
static void test_accounts_are_named(void **state) {
  (void)state;
  const char *file = file_of("platforms.csv", "platform,registered,visitors\na,1000,10\nb,2000,30\nc,4000,50\n");
  run r = RUN("estimate", file, "--model", "registration");
  assert_code(r, 0);
  assert_has(r.out, "N = 7,000 accounts");
  r = (run_end(&r), RUN("estimate", file, "--model", "registration", "--set", "multihoming=2"));
  assert_has(r.out, "N = 3,500 people");
  run_end(&r);
}

/* Somebody met 5 times on 3 occasions: a slip of the option or of the file, and no answer. */
static void test_more_often_than_occasions(void **state) {
  (void)state;
  static const char *const forms[] = {"form=eq10", "form=finite"};
  const char *file = file_of("five.csv", "k,n\n1,50\n2,20\n5,5\n");
  for (int i = 0; i < 2; i++) {
    run r = RUN("estimate", file, "--model", "chao", "--set", forms[i], "--set", "occasions=3");
    assert_code(r, 1);
    assert_has(r.err, "[count-too-large]");
    r = (run_end(&r), RUN("estimate", file, "--model", "chao", "--set", forms[i], "--set", "occasions=5"));
    assert_code(r, 0);
    run_end(&r);
  }
}

static void test_sensitivity(void **state) {
  (void)state;
  const char *file = file_of("platforms.csv", "platform,registered,visitors\na,1000,10\nb,2000,30\nc,4000,50\n");
  run r = RUN("estimate", file, "--model", "registration", "--sensitivity", "multihoming=1.4,2");
  assert_code(r, 0);
  assert_has(r.out, "5,000 people");
  assert_has(r.out, "3,500 people");
  r = (run_end(&r), RUN("estimate", file, "--model", "registration", "--sensitivity", "form=a"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", file, "--model", "registration", "--sensitivity", "multihoming=2,x"));
  assert_code(r, 2);
  run_end(&r);
}

static void test_column_mapping(void **state) {
  (void)state;
  const char *file = file_of("other.csv", "platform,inscrits,visitors\na,1000,10\nb,2000,30\nc,4000,50\n");
  run r = RUN("estimate", file, "--shape", "platforms", "--model", "registration", "--column", "registered=inscrits");
  assert_code(r, 0);
  assert_has(r.out, "7,000 accounts");
  r = (run_end(&r), RUN("estimate", file, "--shape", "platforms", "--model", "registration", "--column", "registered=nothing"));
  assert_code(r, 2);
  run_end(&r);
}

/* Strata in all three formats; a refused one leaves no total, unless that is asked for. */
static void test_strata(void **state) {
  (void)state;
  const char *file = file_of("strata.csv", "stratum,n1,n2,m2\nsmall,100,100,10\nlarge,200,500,10\n");
  run r = RUN("estimate", file, "--by", "stratum", "--format", "json", "--bootstrap", "100");
  assert_code(r, 0);
  json_t *d = json_loads(r.out, 0, NULL), *strata = json_object_get(d, "strata"), *total = json_object_get(d, "total");
  assert_int_equal(json_array_size(strata), 2);
  assert_string_equal(json_string_value(json_object_get(json_object_get(json_array_get(strata, 1), "by"), "stratum")), "small");
  assert_int_equal(json_integer_value(json_object_get(json_array_get(strata, 1), "observed")), 190);
  json_t *quantity = json_array_get(json_object_get(json_array_get(total, 0), "quantities"), 0);
  assert_close(json_number_value(json_object_get(quantity, "value")), 10080, 1e-12);
  assert_int_equal(json_array_size(json_object_get(quantity, "intervals")), 2);
  json_decref(d);
  r = (run_end(&r), RUN("estimate", file, "--by", "stratum", "--format", "csv", "--bootstrap", "0"));
  assert_code(r, 0);
  assert_has(r.out, "file,sha256,stratum,stratum,model,");
  assert_has(r.out, ",total,,chapman,sum over strata,N,10080");
  const char *apart = file_of("apart.csv", "stratum,n1,n2,m2\nsmall,100,100,10\nlarge,200,500,0\n");
  r = (run_end(&r), RUN("estimate", apart, "--by", "stratum", "--model", "lincoln-petersen", "--bootstrap", "0"));
  assert_code(r, 1);
  assert_has(r.out, "[no-total]");
  r = (run_end(&r), RUN("estimate", apart, "--by", "stratum", "--model", "lincoln-petersen", "--bootstrap", "0", "--by-refused",
                        "leave-out"));
  assert_code(r, 0);
  assert_has(r.out, "[strata-left-out]");
  r = (run_end(&r), RUN("estimate", file, "--by", "region"));
  assert_code(r, 2);
  assert_has(r.err, "the columns are stratum, n1, n2, m2");
  run_end(&r);
}

/* A list that did not operate everywhere: by strata, over all of them, and what cannot be. */
static void test_not_covered(void **state) {
  (void)state;
  const char *file = "tests/data/lists_by_region.csv";
  run r = RUN("estimate", file, "--by", "region", "--not-covered", "C:region=south", "--model", "chapman,loglinear", "--bootstrap", "0",
              "--terms", "A*C", "--format", "csv");
  assert_has(r.out, ",region=south,south,loglinear,"); /* two lists there, independent; A*C is for the north */
  assert_has(r.out, ",region=south,south,chapman,");
  assert_has(r.out, ",total,,loglinear,sum over strata,N,");
  r = (run_end(&r), RUN("estimate", file, "--by", "region", "--not-covered", "C:region=south", "--bootstrap", "50"));
  assert_code(r, 0); /* loglinear-best, whose only model of two lists is independence */
  r = (run_end(&r), RUN("estimate", file, "--not-covered", "C:region=south", "--terms", "A*B", "--bootstrap", "0"));
  assert_code(r, 0);
  assert_has(r.out, "[loglinear-strata]");
  assert_has(r.out, "N[region=south]       205  29.3");
  r = (run_end(&r), RUN("estimate", file, "--not-covered", "C:region=south", "--model", "loglinear"));
  assert_code(r, 2);
  assert_has(r.err, "'loglinear' needs --by");
  r = (run_end(&r), RUN("estimate", file, "--not-covered", "C:region=north"));
  assert_code(r, 3);
  assert_has(r.err, "region=north, where somebody is on it");
  r = (run_end(&r), RUN("estimate", file, "--not-covered", "C:region=south", "--terms", "A*C", "--share", "dependence"));
  assert_code(r, 0);
  r = (run_end(&r), RUN("estimate", file, "--share", "all"));
  assert_code(r, 2);
  r = (run_end(&r), RUN("estimate", file, "--by", "region", "--share", "all", "--set", "choose=bic", "--bootstrap", "0"));
  assert_code(r, 0);
  assert_has(r.out, "[model-chosen]");
  r = (run_end(&r), RUN("estimate", file, "--by", "region", "--share", "all", "--model", "chapman"));
  assert_code(r, 2);
  run_end(&r);
}

/* A table's mistakes are found where they stand. */
static void test_places_in_tables(void **state) {
  (void)state;
  const char *file = file_of("table.csv", "platform,registered,visitors\na,1000,10\nb,2000,-30\nc,4000,50\n");
  char place[300];
  run r = RUN("estimate", file, "--model", "registration");
  snprintf(place, sizeof place, "%s:3:8: error: b: visitors is negative: -30", file);
  assert_code(r, 3);
  assert_has(r.err, place);
  file = file_of("share.csv", "country,prevalence,workers,labour_force\nX,0.1,,100\nY,0.1,7,100\n");
  r = (run_end(&r), RUN("estimate", file, "--model", "prevalence", "--set", "base=labour_force"));
  snprintf(place, sizeof place, "%s:3:3: error: Y: prevalence and workers are both stated", file);
  assert_code(r, 3);
  assert_has(r.err, place);
  run_end(&r);
}

/* Forty lists with long names: the command that is offered is whole, because columns go by place. */
static void test_long_commands(void **state) {
  (void)state;
  enum { LISTS = 40 };
  char text[16384] = "";
  size_t n = 0;
  for (int j = 0; j < LISTS; j++) n += (size_t)snprintf(text + n, sizeof text - n, "programme of distribution number %02d of the city,", j);
  n += (size_t)snprintf(text + n, sizeof text - n, "people\n");
  for (int i = 0; i < LISTS; i++) {
    for (int j = 0; j < LISTS; j++) n += (size_t)snprintf(text + n, sizeof text - n, "%d,", i == j);
    n += (size_t)snprintf(text + n, sizeof text - n, "%d\n", 5 + i);
  }
  run r = RUN("describe", file_of("long.csv", text));
  assert_code(r, 0);
  const char *command = strstr(r.out, "The same as");
  assert_non_null(command);
  assert_has(command, " --lists '#1,#2,");
  assert_has(command, ",#40' --count '#41'\n");
  run_end(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_quote), cmocka_unit_test(test_numbers_of_the_quote),         cmocka_unit_test(test_options_at_default), cmocka_unit_test(test_words), cmocka_unit_test(test_one_bad_column),
    cmocka_unit_test(test_the_same_class_twice), cmocka_unit_test(test_hanging_on_one_person),
    cmocka_unit_test(test_below_a_lower_bound), cmocka_unit_test(test_digits), cmocka_unit_test(test_no_negative_deviance),
    cmocka_unit_test(test_quote_says_what_is_counted),
    cmocka_unit_test(test_french_export), cmocka_unit_test(test_largest_seed),
    cmocka_unit_test(test_narrow_screen), cmocka_unit_test(test_help_says_what_is_allowed),
    cmocka_unit_test(test_accounts_are_named), cmocka_unit_test(test_more_often_than_occasions), cmocka_unit_test(test_sensitivity),
    cmocka_unit_test(test_column_mapping), cmocka_unit_test(test_strata), cmocka_unit_test(test_not_covered), cmocka_unit_test(test_places_in_tables), cmocka_unit_test(test_long_commands),
  };
  return cmocka_run_group_tests(tests, NULL, remove_folder);
}
