/* Log-linear models over lists and blocks, by Fisher scoring on sums of cells. */
#include "numeric/blocks.h"

#include <math.h>
#include <string.h>

#include "numeric/lattice.h"
#include "numeric/linalg.h"

/* As in lattice.c: a pivot below this share of its diagonal, a coefficient beyond this, a squared decrement at which a
 * step is the last. Scoring converges linearly where lists are absent, so the last one is smaller. */
static const double SINGULAR = 1e-11, LARGEST = 40, LAST_DECREMENT = 1e-20,
                    NO_DIGIT_LEFT = 1e-12; /* of a step that cannot climb any more */

enum { MAX_ITERATIONS = 1000, MAX_HALVINGS = 40 };

struct work {
  const hc_blocks *model;
  const double *y;
  size_t cells, live;                   /* live: parameters that are finite */
  double *mean;                         /* [blocks][cells] */
  double *row;                          /* [live] slopes of one observable mean */
  double *score, *step, *trial, *theta; /* [live], but theta and trial [parameters] */
  double *information;                  /* [live^2] */
  uint16_t *place;                      /* [parameters] among the live ones, or HC_BLOCKS_NO_TERM */
};

static size_t cells_of(const hc_blocks *model) {
  return (size_t)1 << model->lists;
}

size_t hc_blocks_scratch(const hc_blocks *model) {
  size_t p = model->parameters;
  return 6 * p + p * p + cells_of(model);
}

static struct work split(const hc_blocks *model, const double *y, double *theta, double *mean, double *scratch) {
  size_t p = model->parameters;
  struct work w = {.model = model, .y = y, .cells = cells_of(model), .mean = mean, .theta = theta};
  w.row = scratch, w.score = scratch + p, w.step = scratch + 2 * p, w.trial = scratch + 3 * p;
  w.place = (uint16_t *)(scratch + 4 * p);
  w.information = scratch + 5 * p;
  return w;
}

/* Means of all sets in all blocks. */
static void find_means(const struct work *w, const double *theta) {
  const hc_blocks *model = w->model;
  for (size_t b = 0; b < model->blocks; b++) {
    double *mean = w->mean + b * w->cells;
    const uint16_t *parameter = model->parameter + b * model->terms;
    for (size_t c = 0; c < w->cells; c++) mean[c] = 1;
    for (size_t i = 0; i < model->terms; i++)
      if (parameter[i] != HC_BLOCKS_NO_TERM) mean[model->mask[i]] = exp(theta[parameter[i]]);
    hc_lattice_subset_products(mean, model->lists);
  }
}

double hc_blocks_observable(const hc_blocks *model, const double *mean, size_t block, uint32_t cell) {
  const double *own = mean + block * cells_of(model);
  uint32_t absent = model->absent[block];
  double sum = 0;
  for (uint32_t s = absent;; s = (s - 1) & absent) {
    sum += own[cell | s];
    if (!s) return sum;
  }
}

/* Slopes of that by the live parameters. */
static void find_row(const struct work *w, size_t block, uint32_t cell) {
  const hc_blocks *model = w->model;
  const double *own = w->mean + block * w->cells;
  const uint16_t *parameter = model->parameter + block * model->terms;
  uint32_t absent = model->absent[block];
  memset(w->row, 0, w->live * sizeof *w->row);
  for (uint32_t s = absent;; s = (s - 1) & absent) {
    for (size_t i = 0; i < model->terms; i++) {
      if (model->mask[i] & ~(cell | s) || parameter[i] == HC_BLOCKS_NO_TERM) continue;
      if (w->place[parameter[i]] != HC_BLOCKS_NO_TERM) w->row[w->place[parameter[i]]] += own[cell | s];
    }
    if (!s) return;
  }
}

static double likelihood(const struct work *w, const double *theta) {
  double sum = 0;
  find_means(w, theta);
  for (size_t b = 0; b < w->model->blocks; b++)
    for (uint32_t c = 1; c < w->cells; c++) {
      if (c & w->model->absent[b]) continue;
      double y = w->y[b * w->cells + c], m = hc_blocks_observable(w->model, w->mean, b, c);
      sum += (y > 0 ? y * log(m) : 0) - m;
    }
  return sum;
}

/* Score and information at the present means. */
static void differentiate(const struct work *w) {
  size_t n = w->live;
  memset(w->score, 0, n * sizeof *w->score);
  memset(w->information, 0, n * n * sizeof *w->information);
  for (size_t b = 0; b < w->model->blocks; b++)
    for (uint32_t c = 1; c < w->cells; c++) {
      double m = c & w->model->absent[b] ? 0 : hc_blocks_observable(w->model, w->mean, b, c);
      if (!(m > 0)) continue;
      double share = w->y[b * w->cells + c] / m - 1;
      find_row(w, b, c);
      for (size_t i = 0; i < n; i++) {
        if (w->row[i] == 0) continue;
        w->score[i] += w->row[i] * share;
        for (size_t j = 0; j <= i; j++) w->information[i * n + j] += w->row[i] * w->row[j] / m;
      }
    }
}

/* People who have the parameter's terms, where the lists operated. */
static double margin(const struct work *w, size_t parameter) {
  const hc_blocks *model = w->model;
  double people = 0;
  for (size_t b = 0; b < model->blocks; b++)
    for (size_t i = 0; i < model->terms; i++) {
      if (model->parameter[b * model->terms + i] != parameter) continue;
      for (uint32_t c = 1; c < w->cells; c++)
        if ((c & model->mask[i]) == model->mask[i]) people += w->y[b * w->cells + c];
    }
  return people;
}

/* The people of the blocks where the list has this parameter and operated. */
static double at_risk(const struct work *w, size_t parameter) {
  const hc_blocks *model = w->model;
  double people = 0;
  for (size_t b = 0; b < model->blocks; b++)
    for (size_t i = 0; i < model->terms; i++) {
      if (model->parameter[b * model->terms + i] != parameter || model->mask[i] & model->absent[b]) continue;
      for (uint32_t c = 1; c < w->cells; c++) people += w->y[b * w->cells + c];
    }
  return people;
}

/* Independence, half of the people seen; and which parameters are finite. */
static void start(struct work *w) {
  const hc_blocks *model = w->model;
  for (size_t k = 0; k < model->parameters; k++) {
    double people = margin(w, k);
    w->place[k] = people > 0 ? (uint16_t)w->live++ : HC_BLOCKS_NO_TERM;
    w->theta[k] = people > 0 ? 0 : -INFINITY;
  }
  for (size_t b = 0; b < model->blocks; b++) {
    const uint16_t *parameter = model->parameter + b * model->terms;
    double people = 0, intercept = 0;
    for (uint32_t c = 1; c < w->cells; c++) people += w->y[b * w->cells + c];
    for (size_t i = 0; i + 1 < model->terms; i++) {
      uint32_t mask = model->mask[i];
      if (mask & (mask - 1) || parameter[i] == HC_BLOCKS_NO_TERM || w->theta[parameter[i]] == -INFINITY) continue;
      double p = margin(w, parameter[i]) / (2 * at_risk(w, parameter[i]));
      w->theta[parameter[i]] = log(p) - log1p(-p);
      intercept += log1p(-p);
    }
    if (people > 0) w->theta[parameter[model->terms - 1]] = log(2 * people) + intercept;
  }
}

/* Along the step, halved until the likelihood does not fall. */
static bool climb(const struct work *w, double *at) {
  double share = 1, slack = 1e-12 * (1 + fabs(*at));
  for (int i = 0; i < MAX_HALVINGS; i++, share /= 2) {
    for (size_t k = 0; k < w->model->parameters; k++)
      w->trial[k] = w->place[k] == HC_BLOCKS_NO_TERM ? -INFINITY : w->theta[k] + share * w->step[w->place[k]];
    double reached = likelihood(w, w->trial);
    if (!(isfinite(reached) && reached >= *at - slack)) continue;
    memcpy(w->theta, w->trial, w->model->parameters * sizeof *w->theta);
    *at = reached;
    return true;
  }
  return false;
}

/* sqrt(u + g' V g) of the people not seen in blocks first .. last - 1. */
static double error_of(const struct work *w, size_t first, size_t last, double *slopes) {
  double unseen = 0, variance = 0;
  memset(slopes, 0, w->live * sizeof *slopes);
  for (size_t b = first; b < last; b++) {
    unseen += hc_blocks_observable(w->model, w->mean, b, 0);
    find_row(w, b, 0);
    for (size_t i = 0; i < w->live; i++) slopes[i] += w->row[i];
  }
  memcpy(w->step, slopes, w->live * sizeof *slopes);
  hc_cholesky_solve(w->information, w->live, w->step);
  for (size_t i = 0; i < w->live; i++) variance += slopes[i] * w->step[i];
  return sqrt(unseen + variance);
}

static bool finish(const struct work *w, double *unseen_se, hc_blocks_fit *fit) {
  const hc_blocks *model = w->model;
  for (size_t k = 0; k < model->parameters; k++) {
    bool intercept = false;
    for (size_t b = 0; b < model->blocks; b++) intercept |= model->parameter[(b + 1) * model->terms - 1] == k;
    if (w->place[k] != HC_BLOCKS_NO_TERM && !intercept && !(fabs(w->theta[k]) <= LARGEST)) return false;
  }
  fit->unseen = fit->cells = 0;
  for (size_t b = 0; b < model->blocks; b++) {
    fit->unseen += hc_blocks_observable(model, w->mean, b, 0);
    for (uint32_t c = 1; c < w->cells; c++)
      fit->cells += !(c & model->absent[b]) && hc_blocks_observable(model, w->mean, b, c) > 0;
    unseen_se[b] = error_of(w, b, b + 1, w->score);
  }
  fit->se = error_of(w, 0, model->blocks, w->score);
  fit->rank = w->live;
  return isfinite(fit->se);
}

bool hc_blocks_maximise(const hc_blocks *model, const double *y, double *theta, double *mean, double *unseen_se,
                        double *scratch, hc_blocks_fit *fit) {
  struct work w = split(model, y, theta, mean, scratch);
  double people = 0;
  for (size_t i = 0; i < model->blocks * w.cells; i++) people += y[i];
  start(&w);
  fit->loglik = likelihood(&w, w.theta);
  for (fit->iterations = 0; fit->iterations < MAX_ITERATIONS; fit->iterations++) {
    double decrement = 0;
    differentiate(&w);
    if (!hc_cholesky(w.information, w.live, SINGULAR)) return false;
    memcpy(w.step, w.score, w.live * sizeof *w.step);
    hc_cholesky_solve(w.information, w.live, w.step);
    for (size_t i = 0; i < w.live; i++) decrement += w.step[i] * w.score[i];
    if (!isfinite(decrement)) return false;
    if (decrement <= LAST_DECREMENT * (1 + people)) return finish(&w, unseen_se, fit);
    if (!climb(&w, &fit->loglik)) return decrement < NO_DIGIT_LEFT && finish(&w, unseen_se, fit);
  }
  return false;
}
