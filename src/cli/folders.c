/* Where the files are that belong to the program: stated, or beside it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

enum { MOST_PLACES = 2 };

/* From the folder of the program: in the source tree, and where `make install` puts them. */
static const struct {
  const char *variable, *beside[MOST_PLACES];
} places[] = {
  [CLI_DATASETS] = {"HEADCOUNT_DATASETS", {"../datasets", "../share/headcount/datasets"}},
  [CLI_RUNTIME] = {"HEADCOUNT_REPORT", {"report", "../share/headcount/report"}},
};

static bool is_folder(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool cli_find_folder(cli_folder what, const char *asked, char *path, size_t size) {
  if (!asked) asked = getenv(places[what].variable);
  if (asked) {
    int n = snprintf(path, size, "%s", asked);
    return n > 0 && (size_t)n < size;
  }
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return false;
  program[length] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  for (size_t i = 0; i < MOST_PLACES; i++) {
    int n = snprintf(path, size, "%s/%s", program, places[what].beside[i]);
    if (n > 0 && (size_t)n < size && is_folder(path)) return true;
  }
  return false;
}
