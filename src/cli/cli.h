/* The program: what its files share. */
#ifndef HC_CLI_H
#define HC_CLI_H

#include <argp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "headcount.h"
#include "words/amount.h"
#include "words/language.h"
#include "words/quote.h"

enum {
  CLI_EXIT_DONE = 0,
  CLI_EXIT_REFUSED = 1,
  CLI_EXIT_USAGE = 2,
  CLI_EXIT_DATA = 3,
  CLI_EXIT_IO = 4,
  CLI_EXIT_INTERNAL = 5,
  CLI_EXIT_INTERRUPTED = 130,
  CLI_CONTINUE = -1 /* nothing went wrong and nothing is over yet */
};

/* Commands ------------------------------------------------------------------------------------- */

typedef struct cli_command {
  const char *name;
  bool listed; /* in the help */
  const char *arguments, *summary, *details; /* details: before and after the options, "\v" between them */
  const struct argp_option *options;
  int (*run)(const struct cli_command *self, int argc, char **argv);
} cli_command;

#define HC_COMMAND(name, listed, arguments, summary)                                                                   \
  extern const struct argp_option cli_##name##_options[];                                                              \
  extern const char cli_##name##_details[];                                                                            \
  int cli_##name(const cli_command *self, int argc, char **argv);
#include "commands.def"
#undef HC_COMMAND

extern const cli_command cli_commands[]; /* ended by a NULL name */
const cli_command *cli_command_find(const char *name);
void cli_print_help(FILE *out);

/* The exit codes, for the help and the manual page; ended by a NULL meaning. */
typedef struct cli_exit_code {
  int code;
  const char *meaning;
} cli_exit_code;
extern const cli_exit_code cli_exit_codes[];

/* Arguments ------------------------------------------------------------------------------------ */

enum {
  CLI_KEY_LISTS = 0x200, CLI_KEY_COUNT, CLI_KEY_ID, CLI_KEY_TIMES, CLI_KEY_HISTORY, CLI_KEY_LIST_COLUMN, CLI_KEY_NO_HEADER,
  CLI_KEY_YES, CLI_KEY_NO, CLI_KEY_MISSING, CLI_KEY_MISSING_AS, CLI_KEY_REPEATED_IDS, CLI_KEY_SHEET, CLI_KEY_SIZES, CLI_KEY_BY, CLI_KEY_BY_REFUSED,
  CLI_KEY_SHAPE = 0x100, CLI_KEY_DELIMITER, CLI_KEY_DECIMAL, CLI_KEY_ENCODING,
  CLI_KEY_MODEL, CLI_KEY_SET, CLI_KEY_TERMS, CLI_KEY_FORMULA, CLI_KEY_REFERENCE, CLI_KEY_OFFSET, CLI_KEY_WEIGHT, CLI_KEY_COLUMN,
  CLI_KEY_SENSITIVITY, CLI_KEY_BOOTSTRAP, CLI_KEY_RESAMPLE, CLI_KEY_INTERVAL, CLI_KEY_LEVEL,
  CLI_KEY_SEED, CLI_KEY_THREADS, CLI_KEY_FORMAT, CLI_KEY_DATASETS, CLI_KEY_DRAWS, CLI_KEY_QUIET, CLI_KEY_TOP,
  CLI_KEY_REPRODUCE, CLI_KEY_FIGURES, CLI_KEY_BIBLIOGRAPHY
};
enum { CLI_KEY_HELP = 'h', CLI_KEY_OUTPUT = 'o', CLI_KEY_LANG = 0x400, CLI_KEY_SHARD = 0x500, CLI_KEY_POPULATIONS, CLI_KEY_SHARDS, CLI_KEY_FOLDER, CLI_KEY_CPUS, CLI_KEY_SBATCH };
enum { CLI_KEY_LINKAGE = 0x600, CLI_KEY_SIMULATE };
enum { CLI_KEY_DEPENDENCE = 0x700, CLI_KEY_THRESHOLD, CLI_KEY_LEAST };
enum { CLI_KEY_SHARE = 0x780, CLI_KEY_NOT_COVERED };

/* In the help of an option: the names that the library's table has. */
#define CLI_NAMES "@"
/* The help of an option with those names, which the caller frees; NULL where there are none in it. */
char *cli_option_help(int key, const char *doc);

#define CLI_OPTIONS_READING                                                                                            \
  {NULL, 0, NULL, 0, N_("Reading (all of these are detected and announced when not given):"), 1},                          \
      {"shape", CLI_KEY_SHAPE, "SHAPE", 0, CLI_NAMES, 1},                                                              \
      {"delimiter", CLI_KEY_DELIMITER, "CHAR", 0, N_("comma, semicolon, tab, pipe, space, or the character itself"), 1},   \
      {"decimal", CLI_KEY_DECIMAL, "MARK", 0, N_("point or comma"), 1},                                                    \
      {"encoding", CLI_KEY_ENCODING, "NAME", 0, N_("UTF-8, UTF-16LE, UTF-16BE, CP1252, ..."), 1},                           \
      {"sheet", CLI_KEY_SHEET, "SHEET", 0, N_("of an .xlsx workbook: its name, or its number (default: the first)"), 1},   \
      {"sizes", CLI_KEY_SIZES, "FILE", 0, N_("group,size: the known groups of a table of who knows how many"), 1},           \
      {NULL, 0, NULL, 0, N_("What the columns mean, where the file does not prove it (by name, or by place as #3):"), 2},  \
      {"lists", CLI_KEY_LISTS, "A,B,C", 0, N_("these columns are the lists or occasions, and no other"), 2},               \
      {"count", CLI_KEY_COUNT, "COL", 0, N_("how many people a row stands for"), 2},                                       \
      {"id", CLI_KEY_ID, "COL", 0, N_("who the row is about"), 2},                                                         \
      {"times", CLI_KEY_TIMES, "COL", 0, N_("how often a person, or the people of the row, were met"), 2},                 \
      {"history", CLI_KEY_HISTORY, "COL", 0, N_("capture histories such as 0101"), 2},                                     \
      {"list-column", CLI_KEY_LIST_COLUMN, "COL", 0, N_("with --id: the list that the person of the row is on"), 2},       \
      {"by", CLI_KEY_BY, "COL[,COL]", 0, N_("attributes of people: estimates by stratum, and their total"), 2},            \
      {"column", CLI_KEY_COLUMN, "NAME=THEIRS", 0, N_("the column THEIRS is what headcount and its estimators call NAME"), 2}, \
      {"yes", CLI_KEY_YES, "WORD", 0, N_("how 'on the list' is written (default 1)"), 2},                                  \
      {"no", CLI_KEY_NO, "WORD", 0, N_("how 'not on it' is written (default 0)"), 2},                                      \
      {"missing", CLI_KEY_MISSING, "WORD[,...]", 0, N_("how a missing value of a list is written (default: blank, NA, .)"), 2}, \
      {"missing-as", CLI_KEY_MISSING_AS, "no|drop", 0, N_("missing means not on the list; or leave such rows out"), 2},    \
      {"repeated-ids", CLI_KEY_REPEATED_IDS, "union", 0, N_("rows with the same id are one person, on all their lists"), 2}, \
      {"no-header", CLI_KEY_NO_HEADER, NULL, 0, N_("the first line is a row; columns are called 1, 2, ..."), 2}
#define CLI_OPTIONS_RUN                                                                                                \
  {"seed", CLI_KEY_SEED, "S", 0, N_("seed of the random streams, below 2^63 (default 1)"), 4},                                         \
      {"threads", CLI_KEY_THREADS, "T", 0, N_("threads to use (default: all); never changes a digit of the output"), 4}
/* What an estimate is asked for, without where it goes. */
#define CLI_OPTIONS_ESTIMATING                                                                                         \
  {NULL, 0, NULL, 0, N_("Estimating:"), 3},                                                                                \
  {"model", CLI_KEY_MODEL, "ID[,ID...]", 0, N_("estimators, or `all` that accept the data (default: one that suits them)"), 3}, \
  {"set", CLI_KEY_SET, "NAME=VALUE", 0, N_("an option of the estimators that have it; ID.NAME=VALUE for one of them"), 3}, \
  {"sensitivity", CLI_KEY_SENSITIVITY, "NAME=A,B,...", 0, N_("repeat the analysis for each value of an option, as a table"), 3}, \
  {"by-refused", CLI_KEY_BY_REFUSED, "leave-out", 0, N_("with --by: a total without the strata that are refused"), 3},     \
  {"linkage", CLI_KEY_LINKAGE, "NAME=X,...", 0,                                                                        \
   N_("two lists matched with errors, as sensitivity=0.95,false=0.01: options of the estimator linkage, then the default"), 3}, \
  {"terms", CLI_KEY_TERMS, "TERMS", 0, N_("terms of a log-linear model, as 'A*B + C'; the same as --set terms=TERMS"), 3}, \
  {"formula", CLI_KEY_FORMULA, "FORMULA", 0,                                                                           \
   N_("regression on what is known of people, as '~ sex + log(age)*region'; the same as --set formula=FORMULA"), 3},       \
  {"reference", CLI_KEY_REFERENCE, "COL:LEVEL[,...]", 0,                                                               \
   N_("with a formula: the levels that others are compared with (default: the first)"), 3},                                \
  {"offset", CLI_KEY_OFFSET, "TERM", 0,                                                                                \
   N_("with a formula: a term whose coefficient is 1, as 'log(days)' for unequal time at risk"), 3},                       \
  {"weight", CLI_KEY_WEIGHT, "COL", 0,                                                                                 \
   N_("with a formula: sampling weights, how many people a person of the file stands for"), 3},                            \
  {"share", CLI_KEY_SHARE, "all|dependence|none", 0,                                                                   \
   N_("with --by: one log-linear model over all strata, which share all chances, or the dependence between lists; none: each by itself"), 3}, \
  {"not-covered", CLI_KEY_NOT_COVERED, "LIST:COL=LEVEL", 0,                                                            \
   N_("the list did not operate there, so nobody could be on it; any number of times"), 3},                            \
  {"interval", CLI_KEY_INTERVAL, "METHOD[,...]", 0,                                                                    \
   N_("@ or all (default: the one that suits the estimator, and percentile)"),                                    \
   3},                                                                                                                 \
  {"level", CLI_KEY_LEVEL, "LEVEL", 0, N_("level of the intervals (default 0.95)"), 3},                                    \
  {NULL, 0, NULL, 0, N_("Bootstrap:"), 4},                                                                                 \
  {"bootstrap", CLI_KEY_BOOTSTRAP, "B", 0, N_("replicates (default 1000; 0 for none)"), 4},                                \
  {"resample", CLI_KEY_RESAMPLE, "KIND", 0,                                                                            \
   N_("@; default: what suits the estimator"), 4},                                                                \
  CLI_OPTIONS_RUN
#define CLI_OPTION_OUTPUT {"output", CLI_KEY_OUTPUT, "FILE", 0, N_("write to FILE, which appears only when complete"), 5}
#define CLI_OPTION_QUIET {"quiet", CLI_KEY_QUIET, NULL, 0, N_("no remarks and no progress on standard error; errors and refusals stay"), 5}
#define CLI_OPTION_HELP                                                                                                \
  {"lang", CLI_KEY_LANG, "LANG", 0, N_("language of what people read: en (default) or fr"), -1},                           \
      {"help", CLI_KEY_HELP, NULL, 0, N_("print this help and exit"), -1}

typedef struct cli_choice {
  const char *name;
  int value;
} cli_choice; /* tables of them end with a NULL name */

/* Takes --lang out of the command line and sets the language. *argv is a copy then, kept for as long as the program runs.
 * CLI_CONTINUE, or the exit code after having said what is wrong. */
int cli_take_language(int *argc, char ***argv);
/* Checks options against the command's table (with suggestions), then hands each to parse by argp.
 * Returns CLI_CONTINUE, or the exit code when everything is already said (--help included). */
int cli_parse(const cli_command *self, int argc, char **argv, argp_parser_t parse, void *input);
/* The same for a command with at most one argument, `what` ("estimator"), and no options: *name is NULL without it. */
int cli_parse_name(const cli_command *self, int argc, char **argv, const char *what, const char **name);
/* One of the CLI_OPTIONS_READING; false when key is not one of them. */
bool cli_parse_reading(int key, const char *value, hc_read_settings *settings, int *exit_code);
/* The command line as it was given, for the ones that an ambiguous file is answered with. */
void cli_remember_arguments(int argc, char **argv);
/* That command line with n bytes of options added, and a line feed; never folded, so that it can be copied. */
void cli_print_command(FILE *out, const char *more, size_t n);
/* The same without the options of these keys (ended by 0) and their values, and with the file without its folders. */
void cli_print_command_without(FILE *out, const struct argp_option *options, const int *keys, const char *file);
/* --set [ID.]NAME=VALUE, and options of estimators that have a name of their own on the command line (--terms), any number of times. CLI_CONTINUE, or the exit code after having said what is wrong. */
enum { CLI_MOST_SETTINGS = 64 };
typedef struct cli_settings {
  size_t n;
  hc_setting list[CLI_MOST_SETTINGS];
  char name[CLI_MOST_SETTINGS][2][HC_CODE_SIZE]; /* of an option, and of the estimator before its dot */
} cli_settings;
int cli_add_setting(cli_settings *settings, const char *text);
int cli_add_shorthand(cli_settings *settings, const char *option, const char *value);
/* --seed and --threads; false when key is neither. */
bool cli_parse_run(int key, const char *value, hc_settings *settings, int *exit_code);
/* Which estimators, with which options, on which readings of a file: CLI_OPTIONS_READING and CLI_OPTIONS_ESTIMATING. */
typedef struct cli_asked {
  hc_read_settings reading;
  hc_settings settings;
  cli_settings set;
  hc_request request;
  char covariates[2048]; /* the columns of formulas */
  char linkage[256];     /* --linkage, cut into its settings */
  char dependence[8192]; /* all that were given, one after the other */
  const char *share;     /* NULL: none */
  char not_covered[480], strata[480];
} cli_asked;
void cli_asked_init(cli_asked *asked);
bool cli_parse_asked(int key, const char *value, cli_asked *asked, int *exit_code); /* false when key is none of them */
/* Names are checked before anything is read. CLI_CONTINUE, or the exit code after having said what is wrong. */
int cli_check_asked(cli_asked *asked);
/* These return false after having said what is wrong. */
bool cli_parse_number(const char *option, const char *value, uint64_t minimum, uint64_t maximum, uint64_t *number);
bool cli_parse_choice(const char *option, const char *value, const cli_choice *choices, int *chosen);
typedef enum cli_written { CLI_TEXT, CLI_JSON, CLI_CSV } cli_written;
bool cli_parse_format(const char *value, cli_written *format);
/* A command's one file: false where key is neither argp's argument nor its end. */
bool cli_parse_file(int key, const char *value, const char **file, int *exit_code);
int cli_parse_level(const char *value, double *level); /* CLI_CONTINUE, or the exit code */
/* Number of processors this process may use. */
unsigned cli_processors(void);

/* Many processes ---------------------------------------------------------------------------------- */

/* Who draws with this process: hc_settings.share and its context. A silent one computes what all do, and writes nothing. */
typedef struct cli_team {
  hc_share share;
  void *context;
  bool silent;
} cli_team;
/* The program; with: NULL for a process by itself. */
int cli_main(int argc, char **argv, const cli_team *with);
hc_share cli_team_share(void **context); /* NULL by itself */
bool cli_is_silent(void);

/* Runs in parts ---------------------------------------------------------------------------------- */

#define CLI_OPTION_SHARD                                                                                               \
  {"shard", CLI_KEY_SHARD, "I/N", 0, N_("draw the I-th of N slices of the replicates only, into --output; `merge` puts them together"), 4}

/* The options that say what a run is, as `--name=value` and in a fixed order; not those that say where it runs or what is
 * said of it. */
enum { CLI_MOST_KEPT = 128 };
typedef struct cli_kept {
  size_t n;
  char *option[CLI_MOST_KEPT];
} cli_kept;
bool cli_keep_command(cli_kept *kept, const char *command); /* first of all */
/* False when memory ran out, or there are too many. */
bool cli_keep_option(cli_kept *kept, const struct argp_option *options, int key, const char *value);
void cli_kept_free(cli_kept *kept);

/* --shard I/N. CLI_CONTINUE, or the exit code after having said what is wrong. */
int cli_parse_shard(const char *value, hc_part_head *head);
/* Draws a part into `file`: run is called with what belongs into hc_settings, and returns CLI_EXIT_DONE or an exit code after
 * having said what is wrong. */
typedef int (*cli_part_run)(void *context, hc_share share, void *share_context);
int cli_draw_part(const hc_part_head *head, const char *file, bool quiet, cli_part_run run, void *context);

/* `estimate` or `simulate` with these arguments, on what was drawn before. */
int cli_estimate_parts(int argc, char **argv, hc_parts *parts);
int cli_simulate_parts(int argc, char **argv, hc_parts *parts);

/* Saying what is wrong --------------------------------------------------------------------------- */

/* The file's name for people: '-' is standard input. */
const char *cli_file_name(const char *file);
/* `file:line:column: error: message`, the line and a caret, where to find help after a slip; returns the exit code. */
int cli_fail(const hc_error *err);
/* A wrong command line: the sentence, and where to find help; returns CLI_EXIT_USAGE. */
int cli_usage(const char *format, ...) HC_PRINTF(1, 2);
int cli_out_of_memory(void);
/* cli_usage for an unknown name of a kind ("estimator", "option --"), with the nearest candidate. */
int cli_unknown(const char *kind, const char *word, const char *const *candidates, size_t n);
/* The command that is running, for the hint after a usage error; NULL before one is known. */
extern const char *cli_running;

/* Text for people ---------------------------------------------------------------------------------- */

enum { CLI_LABEL_WIDTH = 14 };

size_t cli_width(void);  /* of the screen: COLUMNS, the terminal, or 80; between 40 and 132 */
bool cli_utf8(void);     /* may the output contain more than ASCII? */

/* Text folded to the screen: label in a column of its own when it is not NULL. */
void cli_field(FILE *out, const char *label, const char *text);
void cli_entry(FILE *out, size_t indent, const char *label, const char *text); /* a column of any width */
void cli_paragraph(FILE *out, size_t indent, const char *text);
void cli_title(FILE *out, const char *title, const char *id); /* and an empty line */
void cli_print(FILE *out, const char *format, ...) HC_PRINTF(2, 3); /* in the language of the program; not folded */
char *cli_format(const char *format, va_list arguments);            /* the same, for the caller to free; NULL without memory */
void cli_fieldf(FILE *out, const char *label, const char *format, ...) HC_PRINTF(3, 4);

/* Tables: first the columns, then rows of cells (a cell may have several lines), then print, which indents by two and
 * frees the table. Memory that runs out is remembered (cli_memory_ran_out). */
typedef struct cli_table cli_table;
enum { CLI_RIGHT = 1, CLI_CUT = 2 /* gives way where the screen is too narrow */ };
cli_table *cli_table_new(void);
void cli_table_column(cli_table *table, const char *name, unsigned flags);
void cli_table_cell(cli_table *table, const char *text);
void cli_table_row(cli_table *table, size_t n, const char *const *cells); /* cells that are missing are blank */
void cli_table_print(FILE *out, cli_table *table);

/* Folders ---------------------------------------------------------------------------------------- */

/* The studies; and what a page's pictures are drawn with. Where they are: as asked, as HEADCOUNT_DATASETS and HEADCOUNT_REPORT
 * say, or beside the program. False where there is no such place. */
typedef enum cli_folder { CLI_DATASETS, CLI_RUNTIME } cli_folder;
bool cli_find_folder(cli_folder what, const char *asked, char *path, size_t size);

/* Output ----------------------------------------------------------------------------------------- */

/* Text that is built in memory before any of it is shown. libc's open_memstream does not say that memory ran out while
 * the text grew. */
typedef struct cli_text {
  FILE *out; /* to be printed to; NULL when there was no memory for it */
  char *bytes;
  size_t used, room;
} cli_text;
void cli_text_open(cli_text *text);
/* The text, which the caller frees; NULL when memory ran out here or anywhere that text for people is made. */
char *cli_text_close(cli_text *text);
/* That, given to cli_emit; returns its exit code, or cli_out_of_memory's. */
int cli_text_emit(cli_text *text, const char *file, bool plain);
/* Remembers that a part of the text could not be made, so that none of it is shown. */
void cli_memory_ran_out(void);

/* The whole output at once: to a new file that replaces `file` when it is complete, or to standard
 * output when file is NULL. Returns 0 or CLI_EXIT_IO, having said why. plain: text for people, to be
 * reduced to what the locale can show. */
int cli_emit(const char *text, const char *file, bool plain);
/* Closes standard output; CLI_EXIT_IO when a write did not arrive. */
int cli_close_output(int exit_code);

/* Long work ---------------------------------------------------------------------------------------- */

typedef struct cli_progress {
  const char *what;
  bool terminal, shown;
  double started, last;
} cli_progress;

void cli_progress_start(cli_progress *progress, bool quiet);
bool cli_progress_show(void *progress, const char *what, uint64_t done, uint64_t total); /* an hc_progress */
void cli_progress_end(cli_progress *progress);
void cli_catch_interrupt(void); /* from now on the first Ctrl-C only asks to stop */
bool cli_interrupted(void);

/* Estimates for people ------------------------------------------------------------------------------- */

/* Everything that was decided while reading, on stderr. */
void cli_print_remarks(const hc_data *data);
void cli_print_report(FILE *out, const hc_report *report);
/* How far the count moves when lists depend on each other. */
void cli_print_dependence(FILE *out, const hc_dependence *dependence);
void cli_print_strata(FILE *out, const hc_report *report);
/* The same analyses for each value of one option, as a table. */
void cli_print_sensitivity(FILE *out, const hc_report *report);

#endif
