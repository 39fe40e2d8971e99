/* Latent classes of lists: derivatives against differences, and a class's chances from its means. */
#include "support.h"

#include "numeric/latent.h"
#include "numeric/optimise.h"

enum { CLASSES = 3, LISTS = 4, N = CLASSES * (LISTS + 1) - 1 };

static const hc_latent latent = {.classes = CLASSES, .lists = LISTS};
static const double people[1 << LISTS] = {0, 40, 31, 12, 55, 7, 9, 3, 62, 5, 14, 2, 8, 1, 6, 4};
static const double points[2][N] = {
    {0.7, -0.4, -2.2, -0.8, 1.1, -3, 0.2, -1.4, 0.6, -0.1, -4, 0.5, -1.9, 1.3},
    {-1.5, 2.0, -6.5, 0.3, 4.0, -0.7, -9, -8, -8.5, -7, 1.2, 2.2, -2, 0.4},
};

static double minus_loglik(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  hc_latent_class group[CLASSES];
  double r[CLASSES], members[CLASSES] = {0}, value = 0;
  (void)context;
  hc_latent_set(&latent, x, group);
  for (size_t i = 0; gradient && i < n; i++) gradient[i] = 0;
  for (size_t i = 0; hessian && i < n * n; i++) hessian[i] = 0;
  for (uint32_t h = 1; h < 1 << LISTS; h++) {
    value -= people[h] * hc_latent_posterior(&latent, group, h, r);
    hc_latent_add(&latent, group, r, h, people[h], n, gradient, hessian);
    for (size_t j = 0; j < CLASSES; j++) members[j] += people[h] * r[j];
  }
  if (hessian) hc_latent_finish(&latent, group, members, n, hessian);
  return value;
}

static double expansion(const double *x, size_t n, double *gradient, double *hessian, void *context) {
  hc_latent_class group[CLASSES];
  (void)context;
  hc_latent_set(&latent, x, group);
  for (size_t i = 0; hessian && i < n * n; i++) hessian[i] = 0;
  return hc_latent_expansion(&latent, group, n, gradient, hessian);
}

static void check(hc_objective f, const double *x) {
  double gradient[N], hessian[N * N], numeric[N], second[N * N], scratch[8 * N], size = 0;
  assert_true(isfinite(f(x, N, gradient, hessian, NULL)));
  hc_gradient_numeric(f, NULL, N, x, numeric, scratch);
  hc_hessian_numeric(f, NULL, N, x, second, scratch);
  for (int i = 0; i < N; i++) size = fmax(size, fabs(numeric[i]));
  for (int i = 0; i < N; i++)
    if (fabs(gradient[i] - numeric[i]) > 1e-8 * size) fail_msg("gradient %d: %g, %g", i, gradient[i], numeric[i]);
  size = 0;
  for (int i = 0; i < N * N; i++) size = fmax(size, fabs(second[i]));
  for (int i = 0; i < N; i++)
    for (int j = 0; j <= i; j++)
      if (fabs(hessian[i * N + j] - second[i * N + j]) > 1e-7 * size)
        fail_msg("Hessian %d, %d: %g, %g", i, j, hessian[i * N + j], second[i * N + j]);
}

static void derivatives_of_the_likelihood(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) check(minus_loglik, points[i]);
}

static void derivatives_of_the_expansion(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) check(expansion, points[i]);
}

/* The histories' chances add up to 1, and those of the population to 1 with the unseen. */
static void chances_add_up(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    hc_latent_class group[CLASSES];
    double r[CLASSES], sum = 0;
    hc_latent_set(&latent, points[i], group);
    for (uint32_t h = 1; h < 1 << LISTS; h++) sum += exp(hc_latent_posterior(&latent, group, h, r));
    assert_close(sum, 1, 1e-12);
  }
}

static void chances_from_means(void **state) {
  (void)state;
  const double p[LISTS] = {0.05, 0.3, 0.002, 0.12};
  double mean[LISTS], eta[LISTS], none = 1;
  for (int l = 0; l < LISTS; l++) none *= 1 - p[l];
  for (int l = 0; l < LISTS; l++) mean[l] = p[l] / (1 - none);
  assert_close(hc_latent_chances(LISTS, mean, 20, eta), 1 - none, 1e-12);
  for (int l = 0; l < LISTS; l++) assert_close(1 / (1 + exp(-eta[l])), p[l], 1e-12);
  const double once[LISTS] = {0.25, 0.25, 0.25, 0.25}, all[LISTS] = {1, 0.5, 0, 0.5};
  assert_true(hc_latent_chances(LISTS, once, 20, eta) == 0);
  for (int l = 0; l < LISTS; l++) assert_true(eta[l] < -19);
  assert_close(hc_latent_chances(LISTS, all, 20, eta), 1, 1e-12);
  assert_true(eta[0] == 20 && eta[2] == -20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives_of_the_likelihood),
      cmocka_unit_test(derivatives_of_the_expansion),
      cmocka_unit_test(chances_add_up),
      cmocka_unit_test(chances_from_means),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
