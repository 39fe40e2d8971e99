/* A run in parts: what it is, and the part that this process draws. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Where it runs, and what is said: the numbers are the same. */
static bool is_of_place(int key) {
  switch (key) {
  case CLI_KEY_SHARD: case CLI_KEY_OUTPUT: case CLI_KEY_DRAWS: case CLI_KEY_THREADS: case CLI_KEY_QUIET: case CLI_KEY_HELP:
    return true;
  default: return false;
  }
}

static size_t name_length(const char *option) { return strcspn(option, "="); }

/* By name; the same name again, as --set, stays in its order. */
static int compare(const char *a, const char *b) {
  size_t n = name_length(a), m = name_length(b);
  int order = strncmp(a, b, n < m ? n : m);
  return order ? order : (n > m) - (n < m);
}

bool cli_keep_command(cli_kept *kept, const char *command) {
  kept->option[0] = strdup(command);
  kept->n = kept->option[0] ? 1 : 0;
  return kept->n;
}

bool cli_keep_option(cli_kept *kept, const struct argp_option *options, int key, const char *value) {
  const struct argp_option *o = options;
  while ((o->name || o->doc) && (o->key != key || !o->name)) o++;
  if (!o->name || is_of_place(key)) return true;
  char *option = NULL;
  if (kept->n == CLI_MOST_KEPT || asprintf(&option, value ? "--%s=%s" : "--%s", o->name, value) < 0) return false;
  size_t i = kept->n++;
  for (; i > 1 && compare(kept->option[i - 1], option) > 0; i--) kept->option[i] = kept->option[i - 1];
  kept->option[i] = option;
  return true;
}

void cli_kept_free(cli_kept *kept) {
  for (size_t i = 0; i < kept->n; i++) free(kept->option[i]);
  kept->n = 0;
}

int cli_parse_shard(const char *value, hc_part_head *head) {
  unsigned long long shard, shards;
  char rest;
  if (strspn(value, "0123456789/") != strlen(value) || sscanf(value, "%9llu/%9llu%c", &shard, &shards, &rest) != 2 || shard < 1 ||
      shard > shards)
    return cli_usage("--shard takes I/N with I from 1 to N, such as 3/64, found '%s'", value);
  head->shard = shard;
  head->shards = shards;
  return CLI_CONTINUE;
}

static void say(const hc_part_head *head, const hc_part *part, const char *file, const char *what) {
  fprintf(stderr, "headcount: shard %llu of %llu: %llu replicates drawn", (unsigned long long)head->shard,
          (unsigned long long)head->shards, (unsigned long long)hc_part_written(part));
  if (hc_part_kept(part)) fprintf(stderr, ", %llu kept of an earlier run", (unsigned long long)hc_part_kept(part));
  fprintf(stderr, "; %s%s\n", file, what);
}

int cli_draw_part(const hc_part_head *head, const char *file, bool quiet, cli_part_run run, void *context) {
  hc_error err = {0};
  hc_part *part = NULL;
  if (hc_part_open(&part, file, head, &err) != HC_OK) return cli_fail(&err);
  bool whole = hc_part_is_whole(part);
  int code = whole ? CLI_EXIT_DONE : run(context, hc_part_share, part);
  if (code == CLI_EXIT_DONE && hc_part_finish(part, &err) != HC_OK) code = cli_fail(&err);
  if (!quiet && code == CLI_EXIT_DONE) say(head, part, file, whole ? " was whole" : "");
  if (!quiet && code == CLI_EXIT_INTERRUPTED) say(head, part, file, ".unfinished has them: the same command goes on from there");
  hc_part_free(part);
  return code;
}
