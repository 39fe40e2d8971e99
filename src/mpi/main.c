/* headcount-mpi: the same program in many processes. Each draws its slice of every range of replicates or populations, all have all of
 * them, and all go on as one does; the first one speaks. The only file that knows MPI. */
#include <fcntl.h>
#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"

typedef struct team {
  int rank, size;
} team;

/* What each process tells the others of its slice. */
typedef struct told {
  uint64_t key, wanted, first, done;
  int64_t status;
} told;

static void slice(uint64_t wanted, int rank, int size, uint64_t *first, uint64_t *n) {
  uint64_t r = (uint64_t)rank, k = (uint64_t)size, whole = wanted / k, rest = wanted % k;
  *first = whole * r + rest * r / k;
  *n = whole * (r + 1) + rest * (r + 1) / k - *first;
}

static hc_status say(hc_error *err, hc_status status, const char *format, int rank) {
  if (err) {
    *err = (hc_error){.status = status};
    snprintf(err->message, sizeof err->message, format, rank);
  }
  return status;
}

/* All or none: what one process could not do is everybody's failure; what all have drawn before a stop, without a gap, stays. */
static hc_status agree(const team *t, const told *all, uint64_t *done, hc_error *err) {
  *done = 0;
  for (int i = 0; i < t->size; i++) {
    if (all[i].key != all[0].key || all[i].wanted != all[0].wanted)
      return say(err, HC_EDATA, "process %d works on something else than process 0: the files are not the same everywhere", i);
    if (all[i].status != HC_OK) return say(err, (hc_status)all[i].status, "process %d could not draw its replicates", i);
  }
  for (int i = 0; i < t->size && all[i].first == *done; i++) *done += all[i].done;
  return HC_OK;
}

static hc_status exchange(const team *t, hc_replicates *replicates, const told *all, hc_error *err) {
  int *count = malloc((size_t)t->size * sizeof *count), *place = malloc((size_t)t->size * sizeof *place);
  hc_status status = count && place ? HC_OK : say(err, HC_ENOMEM, "no memory in process %d", t->rank);
  MPI_Datatype row;
  for (int i = 0; i < t->size && status == HC_OK; i++) {
    count[i] = (int)all[i].done;
    place[i] = (int)all[i].first;
  }
  MPI_Type_contiguous((int)hc_replicates_width(replicates), MPI_DOUBLE, &row);
  MPI_Type_commit(&row);
  /* memory that ran out in one process must not leave the others waiting */
  int failed = status != HC_OK, any = 0;
  MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  if (!any) MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, hc_replicates_row(replicates, 0), count, place, row, MPI_COMM_WORLD);
  else status = say(err, HC_ENOMEM, "no memory in a process", 0);
  MPI_Type_free(&row);
  free(count);
  free(place);
  return status;
}

static hc_status share(void *context, hc_replicates *replicates, uint64_t *done, hc_error *err) {
  const team *t = context;
  uint64_t n = 0;
  told mine = {.key = hc_replicates_key(replicates), .wanted = hc_replicates_wanted(replicates)}, *all;
  if (mine.wanted > INT_MAX) return say(err, HC_EUSAGE, "no more than 2,147,483,647 replicates (process %d)", t->rank);
  slice(mine.wanted, t->rank, t->size, &mine.first, &n);
  mine.status = hc_replicates_draw(replicates, mine.first, n, &mine.done, err);
  all = calloc((size_t)t->size, sizeof *all);
  if (!all) MPI_Abort(MPI_COMM_WORLD, CLI_EXIT_INTERNAL);
  MPI_Allgather(&mine, (int)sizeof mine, MPI_BYTE, all, (int)sizeof mine, MPI_BYTE, MPI_COMM_WORLD);
  hc_status status = agree(t, all, done, err);
  if (status == HC_OK) status = exchange(t, replicates, all, err);
  free(all);
  return status;
}

/* The others read and compute, and say nothing. */
static bool fall_silent(void) {
  int nowhere = open("/dev/null", O_RDWR);
  bool good = nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0;
  if (nowhere > STDERR_FILENO) close(nowhere);
  return good;
}

int main(int argc, char **argv) {
  team t = {0, 1};
  int provided = 0;
  if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) return CLI_EXIT_INTERNAL;
  MPI_Comm_rank(MPI_COMM_WORLD, &t.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &t.size);
  if (t.rank > 0 && !fall_silent()) MPI_Abort(MPI_COMM_WORLD, CLI_EXIT_IO);
  const cli_team us = {share, &t, t.rank > 0};
  int code = cli_main(argc, argv, &us);
  MPI_Finalize();
  return t.rank > 0 && code != CLI_EXIT_INTERNAL ? CLI_EXIT_DONE : code; /* the first one's code is the program's */
}
