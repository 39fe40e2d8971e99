/* --lang: the language of what people read, from a catalogue of gettext. English is the default whatever the locale says,
 * because scripts read the words of a program that they call. */
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define DOMAIN "headcount"

static const char *const languages[] = {"en", "fr"};

static const char *from_catalogue(void *context, const char *one, const char *many, unsigned long n) {
  (void)context;
  return many ? dngettext(DOMAIN, one, many, n) : dgettext(DOMAIN, one);
}

/* Beside the program in the build folder, or where `make install` puts catalogues. */
static bool find_catalogue(char *folder, size_t size, const char *language) {
  static const char *const beside[] = {"locale", "../share/locale"};
  char program[PATH_MAX], file[2 * PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return false;
  program[length] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
    int n = snprintf(folder, size, "%s/%s", program, beside[i]);
    if (n < 0 || (size_t)n >= size) continue;
    snprintf(file, sizeof file, "%s/%s/LC_MESSAGES/" DOMAIN ".mo", folder, language);
    if (access(file, R_OK) == 0) return true;
  }
  return false;
}

/* gettext has no other way to be told a language than these; it translates nothing in the locale "C", and "C.UTF-8" is
 * there on every system that has no other. */
static int speak(const char *language) {
  char folder[PATH_MAX];
  static const char *const locales[] = {"", "C.UTF-8", "en_US.UTF-8", "fr_FR.UTF-8"};
  bool good = false;
  if (!find_catalogue(folder, sizeof folder, language)) return cli_usage("there are no words for --lang %s beside this program", language);
  for (size_t i = 0; i < sizeof locales / sizeof locales[0] && !good; i++) {
    const char *set = setlocale(LC_MESSAGES, locales[i]);
    good = set && strcmp(set, "C") != 0 && strcmp(set, "POSIX") != 0;
  }
  if (!good || setenv("LANGUAGE", language, 1) != 0 || !bindtextdomain(DOMAIN, folder) || !bind_textdomain_codeset(DOMAIN, "UTF-8"))
    return cli_usage("this system cannot set a language");
  hc_translate_with(from_catalogue, NULL);
  return CLI_CONTINUE;
}

/* "--lang", and as much of it as is like no other option. */
static bool is_lang(const char *word, size_t length) { return length >= 4 && length <= 6 && strncmp(word, "--lang", length) == 0; }

/* Words of the command line without --lang and its value; those that come after `--` are no options. */
static int take(int argc, char **argv, char **words, int *n, const char **language) {
  bool options = true;
  *n = 0;
  for (int i = 0; i < argc; i++) {
    size_t length = strcspn(argv[i], "=");
    options = options && strcmp(argv[i], "--") != 0;
    if (!options || !is_lang(argv[i], length)) words[(*n)++] = argv[i];
    else if (argv[i][length]) *language = argv[i] + length + 1;
    else if (i + 1 < argc) *language = argv[++i];
    else return cli_usage("option '--%s' needs a value: --%s %s", "lang", "lang", "LANG");
  }
  words[*n] = NULL;
  return CLI_CONTINUE;
}

int cli_take_language(int *argc, char ***argv) {
  const char *language = NULL;
  bool any = false;
  for (int i = 1; i < *argc; i++) any = any || is_lang((*argv)[i], strcspn((*argv)[i], "="));
  if (!any) return CLI_CONTINUE;
  char **words = calloc((size_t)*argc + 1, sizeof *words);
  if (!words) return cli_out_of_memory();
  int code = take(*argc, *argv, words, argc, &language);
  *argv = words;
  if (code != CLI_CONTINUE || !language || strcmp(language, "en") == 0) return code;
  for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
    if (strcmp(languages[i], language) == 0) return speak(language);
  return cli_unknown(_("value of --lang:"), language, languages, sizeof languages / sizeof languages[0]);
}
