/* Any bytes at all are read without a crash, and refused with a place and a sentence or understood.
 * `make fuzz` runs it under libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer.
 * With -DHC_FUZZ_MAIN and any compiler: a program that reads the files named on its command line. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/data.h"
#include "headcount/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void require(bool holds) {
  if (!holds) abort();
}

/* What may be stated of the columns, beside the shape. */
static void state_roles(hc_roles *roles, size_t which) {
  switch (which % 6) {
    case 1: roles->no_header = true; break;
    case 2: roles->missing_is_no = true; break;
    case 3: roles->id = "#1", roles->union_of_ids = true; break;
    case 4: roles->by = "#1", roles->count = "#2"; break;
    case 5: roles->yes = "x", roles->missing = "-,?", roles->missing_drops_row = true; break;
    default: break;
  }
}

static void read_once(const char *path, hc_shape shape, size_t roles) {
  hc_read_settings settings;
  hc_error err = {.status = HC_OK};
  hc_data *data = NULL;
  hc_read_settings_init(&settings);
  settings.shape = shape;
  state_roles(&settings.roles, roles);
  hc_status status = hc_data_read(&data, path, &settings, &err);
  require((status == HC_OK) == (data != NULL));
  require(status == HC_OK || status == HC_EDATA || (status == HC_EUSAGE && roles > 0)); /* a column that is not there */
  require(status != HC_EDATA || (err.message[0] && err.file[0]));
  uint64_t people = 0;
  for (size_t i = 0; data && i < data->n_cells; i++) people += data->count[i];
  require(!data || data->n_cells == 0 || people == data->observed);
  hc_data_free(data);
}

/* The number of bytes chooses the shape that is forced, and what is stated of columns: any text can be lengthened by a
 * line feed until it meets its shape, whereas its first byte is the first letter of a heading. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  size_t n_shapes = 0;
  while (hc_shape_at(n_shapes)) n_shapes++;
  char path[64];
  int fd = memfd_create("fuzz", 0);
  if (fd < 0 || n == 0) return close(fd), 0;
  if (write(fd, bytes, n) == (ssize_t)n) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_once(path, HC_SHAPE_AUTO, 0);
    read_once(path, hc_shape_at(n % n_shapes), n / n_shapes);
  }
  close(fd);
  return 0;
}

#ifdef HC_FUZZ_MAIN
int main(int argc, char **argv) {
  static uint8_t bytes[1 << 22];
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (!file) continue;
    LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
  }
  return 0;
}
#endif
