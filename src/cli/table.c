/* Tables for people: columns as wide as their cells, two blanks between them. Written here and not by a library that
 * does not say when memory ran out, because a cell that is missing is a wrong answer. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli.h"

enum { GAP = 2, INDENT = 2, LEAST = 8 /* what a name is never cut below */ };

typedef struct column {
  unsigned flags;
  size_t width;
} column;

struct cli_table {
  size_t n_columns, n_cells, room; /* the first row of cells are the headings */
  column *columns;
  char **cells;
};

/* Characters -------------------------------------------------------------------------------------------- */

/* Bytes of the character at *text; *columns are what it takes on the screen. Bytes that are none, and what steers a
 * terminal, are one each, shown as `?`. */
static size_t next(const char *text, size_t *columns) {
  const unsigned char *c = (const unsigned char *)text;
  size_t n = c[0] < 0x80 ? 1 : c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : c[0] >= 0xC0 ? 2 : 1, i = 1;
  wchar_t code = n == 1 ? c[0] : c[0] & (0xFF >> (n + 1));
  while (i < n && (c[i] & 0xC0) == 0x80) code = (wchar_t)((code << 6) | (c[i++] & 0x3F));
  int width = i == n && code >= ' ' && cli_utf8() ? wcwidth(code) : 1;
  *columns = width >= 0 ? (size_t)width : 1;
  return i == n ? n : 1;
}

static bool shows(const char *text, size_t bytes) {
  unsigned char c = (unsigned char)text[0];
  return bytes > 1 || (c >= ' ' && c < 0x7F);
}

/* Of one line of a cell. */
static size_t width_of(const char *text, size_t bytes) {
  size_t width = 0;
  for (size_t i = 0, columns; i < bytes; width += columns) i += next(text + i, &columns);
  return width;
}

static size_t widest_line(const char *text) {
  size_t widest = 0;
  for (;;) {
    size_t n = strcspn(text, "\n"), width = width_of(text, n);
    if (width > widest) widest = width;
    if (!text[n]) return widest;
    text += n + 1;
  }
}

/* Filling ----------------------------------------------------------------------------------------------- */

cli_table *cli_table_new(void) {
  cli_table *table = calloc(1, sizeof *table);
  if (!table) cli_memory_ran_out();
  return table;
}

static bool grow(void **array, size_t n, size_t size) {
  void *more = realloc(*array, n * size);
  if (!more) cli_memory_ran_out();
  else *array = more;
  return more;
}

void cli_table_cell(cli_table *table, const char *text) {
  if (!table || table->n_columns == 0) return;
  if (table->n_cells == table->room) {
    size_t room = table->room ? 2 * table->room : 64;
    if (!grow((void **)&table->cells, room, sizeof *table->cells)) return;
    table->room = room;
  }
  char *copy = strdup(text);
  if (!copy) return cli_memory_ran_out();
  column *c = &table->columns[table->n_cells % table->n_columns];
  size_t width = widest_line(copy);
  if (width > c->width) c->width = width;
  table->cells[table->n_cells++] = copy;
}

void cli_table_column(cli_table *table, const char *name, unsigned flags) {
  if (!table || !grow((void **)&table->columns, table->n_columns + 1, sizeof *table->columns)) return;
  table->columns[table->n_columns++] = (column){.flags = flags};
  cli_table_cell(table, name);
}

void cli_table_row(cli_table *table, size_t n, const char *const *cells) {
  for (size_t i = 0; table && i < table->n_columns; i++) cli_table_cell(table, i < n ? cells[i] : "");
}

/* Printing ---------------------------------------------------------------------------------------------- */

/* Columns of names that may be cut give way, the widest first; numbers never do. */
static void fit_screen(cli_table *table) {
  size_t all = INDENT;
  for (size_t i = 0; i < table->n_columns; i++) all += table->columns[i].width + (i > 0 ? GAP : 0);
  for (; all >= cli_width(); all--) {
    column *widest = NULL;
    for (size_t i = 0; i < table->n_columns; i++) {
      column *c = &table->columns[i];
      if (c->flags & CLI_CUT && c->width > LEAST && (!widest || c->width > widest->width)) widest = c;
    }
    if (!widest) return;
    widest->width--;
  }
}

/* As many of the bytes as fit into the column. */
static void put_cell(FILE *out, const column *c, const char *text, size_t bytes, bool last) {
  size_t fit = 0, used = 0, columns = 0;
  while (fit < bytes) {
    size_t n = next(text + fit, &columns);
    if (used + columns > c->width) break;
    fit += n;
    used += columns;
  }
  int blank = (int)(c->width - used);
  if (c->flags & CLI_RIGHT) fprintf(out, "%*s", blank, "");
  for (size_t i = 0, n; i < fit; i += n) {
    n = next(text + i, &columns);
    if (shows(text + i, n)) fprintf(out, "%.*s", (int)n, text + i);
    else fputc('?', out);
  }
  if (!(c->flags & CLI_RIGHT) && !last) fprintf(out, "%*s", blank, "");
}

static const char *line_of(const char *text, size_t line, size_t *bytes) {
  for (; line > 0; line--) {
    const char *end = strchr(text, '\n');
    if (!end) return NULL;
    text = end + 1;
  }
  *bytes = strcspn(text, "\n");
  return text;
}

/* A cell of several lines makes several lines of its row; blanks at the end of a line are left out. */
static void put_row(FILE *out, const cli_table *table, char *const *cells) {
  size_t n = table->n_columns, bytes = 0;
  for (size_t line = 0;; line++) {
    size_t last = n;
    bool any = line == 0;
    for (size_t i = 0; i < n; i++) {
      const char *text = line_of(cells[i], line, &bytes);
      any = any || text;
      if (text && bytes > 0) last = i;
    }
    if (!any) return;
    for (size_t i = 0; i <= last && last < n; i++) {
      const char *text = line_of(cells[i], line, &bytes);
      fprintf(out, "%*s", i > 0 ? GAP : INDENT, "");
      put_cell(out, &table->columns[i], text ? text : "", text ? bytes : 0, i == last);
    }
    fputc('\n', out);
  }
}

void cli_table_print(FILE *out, cli_table *table) {
  if (!table) return;
  fit_screen(table);
  size_t n = table->n_columns;
  for (size_t i = 0; n > 0 && i + n <= table->n_cells; i += n) put_row(out, table, table->cells + i);
  for (size_t i = 0; i < table->n_cells; i++) free(table->cells[i]);
  free(table->cells);
  free(table->columns);
  free(table);
}
