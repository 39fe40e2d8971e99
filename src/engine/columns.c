/* Lists of columns: quoted as CSV quotes, each column once. */
#include "engine/columns.h"

#include <string.h>

#include "numeric/terms.h"

enum { NAME_SIZE = 512 };

static bool quote(const char *name, char quoted[NAME_SIZE]) {
  bool needed = strpbrk(name, ",\"");
  size_t n = 0;
  if (2 * strlen(name) + 3 > NAME_SIZE) return false;
  if (needed) quoted[n++] = '"';
  for (; *name; name++) {
    if (*name == '"') quoted[n++] = '"';
    quoted[n++] = *name;
  }
  if (needed) quoted[n++] = '"';
  quoted[n] = '\0';
  return true;
}

/* Is the name, quoted as it would be added, in the list already? */
static bool is_listed(const char *columns, const char *name) {
  size_t length = strlen(name);
  for (const char *at = columns; (at = strstr(at, name)); at++)
    if ((at == columns || at[-1] == ',') && (at[length] == ',' || !at[length])) return true;
  return false;
}

hc_status hc_columns_add(char *columns, size_t size, const char *name, hc_error *err) {
  char quoted[NAME_SIZE];
  if (quote(name, quoted) && is_listed(columns, quoted)) return HC_OK;
  if (quote(name, quoted) && hc_terms_append(columns, size, "%s%s", columns[0] ? "," : "", quoted)) return HC_OK;
  return hc_fail(err, HC_EUSAGE, "the formulas name more columns than can be read");
}
