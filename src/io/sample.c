/* What the values of the sample's columns prove: distinct, numbering the rows, summing the lists. */
#include "io/sample.h"

#include <math.h>
#include <stdlib.h>

#include "io/headings.h"

uint64_t hc_sample_hash(const char *text, size_t length) {
  uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
  return hash;
}

/* The case of letters put aside, as in hc_look's words: at most as many bytes as those keep. */
static uint64_t folded_hash(const hc_field *f) {
  char text[HC_CODE_SIZE_IN_FILE];
  size_t n = f->length < sizeof text - 1 ? f->length : sizeof text - 1;
  for (size_t i = 0; i < n; i++) text[i] = (char)(f->text[i] >= 'A' && f->text[i] <= 'Z' ? f->text[i] - 'A' + 'a' : f->text[i]);
  return hc_sample_hash(text, n);
}

static hc_cell cell_of(const hc_field *f, const hc_number_format *format) {
  hc_number_format any = *format;
  hc_cell cell = {.hash = hc_sample_hash(f->text, f->length), .folded = folded_hash(f), .unknown = hc_number_is_unknown(f->text, f->length), .bit = -1};
  hc_number what = hc_number_real(f->text, f->length, &any, &cell.value);
  if (what != HC_NUMBER_OK) cell.value = NAN;
  if (f->length == 1 && (f->text[0] == '0' || f->text[0] == '1')) cell.bit = (int8_t)(f->text[0] - '0');
  return cell;
}

hc_status hc_sample_add(hc_sample *sample, const hc_csv *csv, size_t n_columns, const hc_number_format *format,
                        hc_error *err) {
  if (csv->n_fields < n_columns) return HC_OK;
  size_t used = sample->n_rows * n_columns;
  if (used + n_columns > sample->room) {
    size_t room = 2 * sample->room + 16 * n_columns;
    hc_cell *larger = realloc(sample->cell, room * sizeof *larger);
    if (larger) sample->cell = larger;
    uint64_t *work = realloc(sample->work, (room / n_columns + 1) * sizeof *work);
    if (work) sample->work = work;
    if (!larger || !work) return hc_fail(err, HC_ENOMEM, "out of memory while reading");
    sample->room = room;
  }
  sample->n_columns = n_columns;
  for (size_t j = 0; j < n_columns; j++) sample->cell[used + j] = cell_of(&csv->fields[j], format);
  sample->n_rows++;
  return HC_OK;
}

void hc_sample_clear(hc_sample *sample) {
  free(sample->cell);
  free(sample->work);
  *sample = (hc_sample){.n_rows = 0};
}

const hc_cell *hc_sample_at(const hc_sample *sample, size_t row, size_t column) {
  return &sample->cell[row * sample->n_columns + column];
}

static int by_hash(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Different values among n, which are sorted in place. */
static size_t different(uint64_t *hash, size_t n) {
  size_t different = n > 0;
  if (n > 1) qsort(hash, n, sizeof *hash, by_hash);
  for (size_t i = 1; i < n; i++) different += hash[i] != hash[i - 1];
  return different;
}

size_t hc_sample_distinct(const hc_sample *sample, size_t column) {
  for (size_t i = 0; i < sample->n_rows; i++) sample->work[i] = hc_sample_at(sample, i, column)->hash;
  return different(sample->work, sample->n_rows);
}

bool hc_sample_rows_differ(const hc_sample *sample, const bool *marked) {
  uint64_t *hash = sample->work;
  for (size_t i = 0; i < sample->n_rows; i++) {
    hash[i] = 0;
    for (size_t j = 0; j < sample->n_columns; j++)
      if (marked[j]) hash[i] = (hash[i] ^ hc_sample_at(sample, i, j)->hash) * UINT64_C(0x9E3779B97F4A7C15) + j;
  }
  return different(hash, sample->n_rows) == sample->n_rows;
}

bool hc_sample_numbers_rows(const hc_sample *sample, size_t column) {
  for (size_t i = 0; i < sample->n_rows; i++)
    if (hc_sample_at(sample, i, column)->value != (double)(i + 1)) return false;
  return sample->n_rows > 0;
}

bool hc_sample_sums(const hc_sample *sample, size_t column, const bool *marked) {
  bool varies = false;
  double first = sample->n_rows ? hc_sample_at(sample, 0, column)->value : NAN;
  for (size_t i = 0; i < sample->n_rows; i++) {
    double sum = 0, value = hc_sample_at(sample, i, column)->value;
    for (size_t j = 0; j < sample->n_columns; j++)
      if (marked[j] && j != column) sum += hc_sample_at(sample, i, j)->bit == 1;
    if (value != sum) return false;
    varies = varies || value != first;
  }
  return varies;
}

void hc_sample_presence(const hc_sample *s, const bool *marked, size_t count, hc_presence *p) {
  *p = (hc_presence){.nobody = false};
  for (size_t i = 0; i < s->n_rows; i++) {
    const hc_cell *people = count == SIZE_MAX ? NULL : hc_sample_at(s, i, count);
    size_t on = 0, off = 0, last = 0, place = 0;
    bool broken = people && people->value == 0;
    for (size_t k = 0; k < s->n_columns; k++) {
      if (!marked[k]) continue;
      int bit = hc_sample_at(s, i, k)->bit;
      broken = broken || bit < 0;
      on += bit == 1;
      off += bit == 0;
      if (bit == 1) last = place;
      place++;
    }
    /* nobody knows how many are in the cell of the unseen, whichever way it is coded */
    bool unseen = people && people->unknown && (on == 0 || off == 0);
    if (broken || unseen) continue;
    p->somebody = true;
    if (on == 1) p->alone[last] = true;
    p->nobody = p->nobody || on == 0;
    p->everybody = p->everybody || off == 0;
  }
}
