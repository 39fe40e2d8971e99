/* Names of the library's tables in the help of options: CLI_NAMES stands for those that the option takes. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { LIST_SIZE = 1024 };

/* Name number i that an option takes, and what it does in a few words (NULL: the name says it); NULL after the last. */
static const char *name_at(int key, size_t i, const char **words) {
  *words = NULL;
  if (key == CLI_KEY_INTERVAL) return hc_interval_method_at(i);
  if (key == CLI_KEY_SHAPE) return hc_shape_at(i) == HC_SHAPE_AUTO ? NULL : hc_shape_name(hc_shape_at(i));
  if (key != CLI_KEY_RESAMPLE || hc_resample_at(i) == HC_RESAMPLE_DEFAULT) return NULL;
  *words = hc_translate(hc_resample_draws(hc_resample_at(i)));
  return hc_resample_name(hc_resample_at(i));
}

/* "a, b or c", or "a, b, c" where the help itself goes on with "or". */
static void list(char *text, int key, bool more) {
  const char *name, *words, *unused;
  size_t used = 0;
  text[0] = 0;
  for (size_t i = 0; (name = name_at(key, i, &words)) && used < LIST_SIZE; i++) {
    bool last = !name_at(key, i + 1, &unused);
    const char *before = i == 0 ? "" : last && !more ? _(" or ") : ", ";
    int n = snprintf(text + used, LIST_SIZE - used, words ? "%s%s (%s)" : "%s%s", before, name, words);
    used += n > 0 ? (size_t)n : 0;
  }
}

char *cli_option_help(int key, const char *doc) {
  const char *mark = doc ? strstr(doc, CLI_NAMES) : NULL;
  char names[LIST_SIZE], *text = NULL;
  if (!mark || (key != CLI_KEY_INTERVAL && key != CLI_KEY_SHAPE && key != CLI_KEY_RESAMPLE)) return NULL;
  const char *rest = mark + strlen(CLI_NAMES);
  list(names, key, strncmp(rest, _(" or "), strlen(_(" or "))) == 0);
  if (asprintf(&text, "%.*s%s%s", (int)(mark - doc), doc, names, rest) < 0) return cli_memory_ran_out(), NULL;
  return text;
}
