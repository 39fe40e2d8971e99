/* The few headings that mean something by themselves. */
#include "io/headings.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

const hc_codes hc_heading_codes[] = {
    {"oui", "non", false},   {"yes", "no", false}, {"true", "false", false}, {"vrai", "faux", false},
    {"ja", "nein", false},   {"y", "n", false},    {"t", "f", false},        {"x", "", false},
    {"1.0", "0.0", false},   {"1,0", "0,0", false}, {"", "", false},
};

const char *const hc_heading_count[] = {"count",    "counts",    "freq",   "frequency", "fréquence", "frequence",
                                        "n",        "individuals", "individus", "nombre", "effectif",  "effectifs",
                                        "people",   "persons",   "personnes", "workers", "cases",     "cas",
                                        "no_ind",   NULL};
/* Beside a number of times, also these mean people. */
const char *const hc_heading_beside_times[] = {"observed", "n_j", "n_k", "f_k", "f_j", "fk", "nk", "cnt_workers", NULL};
const char *const hc_heading_times[] = {"times",      "times_captured", "times_seen", "times_met",  "times_caught", "captures",
                                        "n_captures", "nb_captures",    "nbcap",      "ncap",       "nb_fois",      NULL};
const char *const hc_heading_times_of_people[] = {
    "times",    "times_captured", "times_seen", "times_met",     "times_caught", "captures", "n_captures", "nb_captures",
    "nbcap",    "ncap",           "nb_fois",    "capture_class", "capture",      "captured", "cnt_tasks",  "index",
    "fois",     "k",              "j",          NULL};
const char *const hc_heading_id[] = {"id",        "ids",  "pid",     "uid",       "person",      "person_id", "personne",
                                     "individu",  "worker", "worker_id", "user",  "user_id",     "identifiant", NULL};
const char *const hc_heading_list[] = {"list",     "lists",    "liste",      "source", "sources", "register",
                                       "registre", "platform", "plateforme", "occasion", NULL};
const char *const hc_heading_history[] = {"ch",        "history",  "histories",  "hist", "capture_history",
                                          "encounter_history", "histoire", "historique", NULL};

char *hc_heading_key(const char *name) {
  char *key = strdup(name);
  for (char *s = key; s && *s; s++) {
    if (*s >= 'A' && *s <= 'Z') *s = (char)(*s - 'A' + 'a');
    if (*s == '.' || *s == ' ' || *s == '-') *s = '_';
  }
  return key;
}

bool hc_heading_have(const char *const *words, const char *key) {
  for (; *words; words++)
    if (strcmp(key, *words) == 0) return true;
  return false;
}

bool hc_heading_is_total(const char *text, size_t length) {
  static const char *const words[] = {"total", "totals", "totaux", "grand total", "total général", "total general",
                                      "ensemble", "pooled", "sum", "somme", "all", "tous", NULL};
  for (const char *const *word = words; *word; word++)
    if (strlen(*word) == length && strncasecmp(*word, text, length) == 0) return true;
  return false;
}

bool hc_heading_is_in(const char *key) { return strncmp(key, "in_", 3) == 0; }

/* The text before the number at the end of a name; SIZE_MAX when it does not end with a number. */
static size_t stem_length(const char *key) {
  size_t n = strlen(key), k = n;
  while (k > 0 && key[k - 1] >= '0' && key[k - 1] <= '9') k--;
  return k < n ? k : SIZE_MAX;
}

static bool is_date(const char *s) {
  static const char *const forms[] = {"9999-99-99", "9999_99_99", "x9999_99_99", "9999-99", "9999_99", "9999", "x9999",
                                      "9999q9", "9999_q9"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t k = 0;
    while (forms[i][k] && s[k] && (forms[i][k] == '9' ? s[k] >= '0' && s[k] <= '9' : s[k] == forms[i][k])) k++;
    if (!forms[i][k] && !s[k]) return true;
  }
  return false;
}

static const char *const ordinals[] = {"first",   "second", "third", "fourth", "fifth", "sixth",
                                       "seventh", "eighth", "ninth", "tenth",  NULL};

bool hc_heading_say_when(const char *key) {
  static const char *const stems[] = {"occ",    "occasion", "t",     "time",  "day",    "s",       "sample", "q",
                                      "quarter", "w",       "week",  "month", "year",   "period",  "session", "visit",
                                      "wave",   "vague",    "jour",  "semaine", "mois", "trimestre", "annee", "passage",
                                      NULL};
  if (hc_heading_have(ordinals, key) || is_date(key)) return true;
  char stem[16];
  size_t n = stem_length(key);
  if (n == SIZE_MAX || n == 0 || n >= sizeof stem) return false;
  memcpy(stem, key, n);
  stem[n - (key[n - 1] == '_')] = 0;
  return hc_heading_have(stems, stem);
}

static int ordinal(const char *key) {
  for (int i = 0; ordinals[i]; i++)
    if (strcmp(ordinals[i], key) == 0) return i;
  return -1;
}

int hc_heading_compare_when(const char *a, const char *b) {
  int i = ordinal(a), j = ordinal(b);
  return i >= 0 && j >= 0 ? i - j : strverscmp(a, b);
}

bool hc_heading_is_when(const char *key) {
  static const char *const words[] = {"date", "day", "week", "month", "year", "quarter", "time", "event", "session", "visit",
                                      "wave", "vague", "jour", "semaine", "mois", "trimestre", "annee", "année", "passage",
                                      "period", "periode", "période", "sample", NULL};
  return hc_heading_have(words, key) || hc_heading_say_when(key);
}

bool hc_heading_in_series(const char *a, const char *b) {
  size_t n = stem_length(a);
  if (n != SIZE_MAX && n == stem_length(b) && strncmp(a, b, n) == 0) return true;
  return (is_date(a) && is_date(b)) || (hc_heading_have(ordinals, a) && hc_heading_have(ordinals, b));
}
