/* Rows of numbers, each a function of its place alone: who draws them does not matter. */
#include "engine/replicates.h"

#include <stdlib.h>

uint64_t hc_replicates_key(const hc_replicates *r) { return r->key; }
const char *hc_replicates_name(const hc_replicates *r) { return r->name; }
uint64_t hc_replicates_wanted(const hc_replicates *r) { return r->wanted; }
size_t hc_replicates_width(const hc_replicates *r) { return r->width; }
double *hc_replicates_row(hc_replicates *r, uint64_t b) { return r->rows + b * r->width; }
void hc_replicates_leave(hc_replicates *r) { r->left = true; }

/* One piece after another is one progress to who watches. */
static bool beat_of_all(void *context, const char *what, uint64_t done, uint64_t total) {
  const hc_replicates *r = context;
  (void)total;
  return r->pulse->progress(r->pulse->context, what, r->drawn + done, r->planned);
}

hc_status hc_replicates_draw(hc_replicates *r, uint64_t first, uint64_t n, uint64_t *done, hc_error *err) {
  bool heard = r->pulse && r->pulse->progress;
  const hc_pulse pulse = {beat_of_all, r, heard ? r->pulse->what : NULL};
  *done = 0;
  if (first > r->wanted || n > r->wanted - first)
    return hc_fail(err, HC_EUSAGE, "%s has %llu replicates, and no %llu from %llu on", r->name, (unsigned long long)r->wanted,
                   (unsigned long long)n, (unsigned long long)first);
  if (r->drawn + n > r->planned) r->planned = r->drawn + n;
  hc_status status = r->draw(r->context, first, n, hc_replicates_row(r, first), heard ? &pulse : NULL, done, err);
  r->drawn += *done;
  return status;
}

hc_status hc_replicates_fill(hc_replicates *r, const hc_settings *settings, uint64_t *done, hc_error *err) {
  size_t most = SIZE_MAX / 2 / sizeof *r->rows / (r->width + 1);
  *done = 0;
  r->rows = r->wanted < most ? malloc((r->wanted * r->width + 1) * sizeof *r->rows) : NULL;
  if (!r->rows) return hc_fail(err, HC_ENOMEM, "no memory for %llu replicates", (unsigned long long)r->wanted);
  if (!settings->share) return hc_replicates_draw(r, 0, r->wanted, done, err);
  return settings->share(settings->share_context, r, done, err);
}
