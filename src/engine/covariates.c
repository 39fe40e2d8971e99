/* From attributes of people and formulas to linear predictors: one row for each combination of levels that somebody
 * has. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/author.h"
#include "numeric/design.h"
#include "numeric/terms.h"

enum { REFERENCE_SIZE = 512 };

hc_status hc_plan_profiles(hc_plan *plan, const hc_data *data, hc_profiles *profiles) {
  uint64_t *times = hc_plan_times(plan, data);
  size_t n = data->n_profiles ? data->n_profiles : data->n_cells;
  *profiles = (hc_profiles){.n = n, .n_strata = data->n_profiles ? data->n_strata : 1};
  profiles->stratum = hc_plan_alloc(plan, n, sizeof *profiles->stratum);
  profiles->times = hc_plan_alloc(plan, n, sizeof(double));
  profiles->count = hc_plan_alloc(plan, n, sizeof(double));
  if (!times || !profiles->stratum || !profiles->times || !profiles->count) return HC_ENOMEM;
  for (size_t i = 0; i < n; i++) {
    const hc_profile *p = data->n_profiles ? &data->profiles[i] : &(hc_profile){i, 0, data->count[i]};
    profiles->stratum[i] = p->stratum;
    profiles->times[i] = (double)times[p->cell];
    profiles->count[i] = (double)p->count;
  }
  return HC_OK;
}

/* ---- what a formula names ------------------------------------------------------------------------------------- */

/* Everything that is needed while a design is made, and no longer. */
struct work {
  hc_formula formula;
  hc_design design;
  hc_design_variable variable[HC_FORMULA_VARIABLES];
  size_t attribute[HC_FORMULA_VARIABLES];
  double *weight[HC_FORMULA_VARIABLES];
  char reference[REFERENCE_SIZE];
  char problem[400];
};

static void free_work(struct work *w) {
  for (size_t v = 0; w && v < HC_FORMULA_VARIABLES; v++) free(w->weight[v]);
  free(w);
}

static hc_status find_attribute(const hc_data *data, const char *name, size_t *attribute, hc_error *err) {
  for (*attribute = 0; *attribute < data->n_attributes; ++*attribute)
    if (strcmp(data->attributes[*attribute].name, name) == 0) return HC_OK;
  return hc_fail(err, HC_EUSAGE, "formula: the data were read without a column '%s'", name);
}

/* How many people have each level. */
static double *count_levels(const hc_data *data, size_t attribute) {
  double *weight = calloc(data->attributes[attribute].n_levels + 1, sizeof *weight);
  for (size_t i = 0; weight && i < data->n_profiles; i++)
    weight[data->stratum_level[data->profiles[i].stratum * data->n_attributes + attribute]] +=
        (double)data->profiles[i].count;
  return weight;
}

static hc_status find_variables(struct work *w, const hc_data *data, hc_error *err) {
  for (size_t v = 0; v < w->formula.n_variables; v++) {
    hc_status status = find_attribute(data, w->formula.variable[v], &w->attribute[v], err);
    if (status != HC_OK) return status;
    const hc_attribute *a = &data->attributes[w->attribute[v]];
    w->variable[v] = (hc_design_variable){a->n_levels, (const char *const *)a->levels, a->number, NULL};
    w->weight[v] = count_levels(data, w->attribute[v]);
    if (!w->weight[v]) return HC_ENOMEM;
  }
  return HC_OK;
}

/* The next text of "nation:Turkey,sex:f", up to `end` or a comma, ended in place; in quotes where it has one of
 * these. */
static char *next_text(char **at, char end) {
  char *begin = *at + strspn(*at, " "), *to;
  if (*begin == '"' && (to = strchr(begin + 1, '"'))) {
    *to++ = '\0';
    begin++;
    to += strspn(to, " ");
  } else {
    to = begin + strcspn(begin, end == ',' ? "," : ":,");
  }
  if (*to != end && (*to || end != ',')) return NULL;
  *at = to + (*to != '\0');
  *to = '\0';
  return begin;
}

/* A reference may be that of another formula's column, but has to be one of the data's. */
static hc_status set_references(struct work *w, const hc_data *data, const char *reference, hc_error *err) {
  snprintf(w->reference, sizeof w->reference, "%s", reference);
  for (char *at = w->reference; *at;) {
    size_t attribute;
    char *name = next_text(&at, ':'), *level = name ? next_text(&at, ',') : NULL;
    if (!level)
      return hc_fail(err, HC_EUSAGE, "reference is COLUMN:LEVEL, with a comma between several, found '%s'", reference);
    if (find_attribute(data, name, &attribute, NULL) != HC_OK)
      return hc_fail(err, HC_EUSAGE, "reference: no formula has a column '%s'", name);
    for (size_t v = 0; v < w->formula.n_variables; v++)
      if (w->attribute[v] == attribute) w->variable[v].reference = level;
  }
  return HC_OK;
}

static hc_status make(struct work *w, const hc_data *data, const char *formula, const char *reference, hc_error *err) {
  if (!hc_formula_parse(&w->formula, formula, w->problem, sizeof w->problem))
    return hc_fail(err, HC_EUSAGE, "%s", w->problem);
  hc_status status = find_variables(w, data, err);
  if (status == HC_OK) status = set_references(w, data, reference, err);
  if (status != HC_OK) return status;
  if (!hc_design_make(&w->design, &w->formula, w->variable, (const double *const *)w->weight, w->problem,
                      sizeof w->problem))
    return hc_fail(err, HC_EUSAGE, "%s", w->problem);
  return HC_OK;
}

static void fill_row(const struct work *w, const hc_data *data, size_t stratum, double *x) {
  size_t level[HC_FORMULA_VARIABLES];
  for (size_t v = 0; v < w->formula.n_variables; v++)
    level[v] = data->stratum_level[stratum * data->n_attributes + w->attribute[v]];
  hc_design_row(&w->design, level, x);
}

/* ---- what the plan keeps -------------------------------------------------------------------------------------- */

static hc_status name_columns(hc_plan *plan, const struct work *w, hc_predictor *predictor) {
  predictor->name = hc_plan_alloc(plan, w->design.p, sizeof *predictor->name);
  if (!predictor->name) return HC_ENOMEM;
  for (size_t j = 0; j < w->design.p; j++) {
    char text[HC_DESIGN_NAME], *name;
    hc_design_name(&w->design, j, text, sizeof text);
    name = hc_plan_alloc(plan, strlen(text) + 1, 1);
    if (!name) return HC_ENOMEM;
    memcpy(name, text, strlen(text) + 1);
    predictor->name[j] = name;
  }
  return HC_OK;
}

static hc_status list_factors(hc_plan *plan, const struct work *w, hc_predictor *predictor) {
  predictor->factor = hc_plan_alloc(plan, w->formula.n_variables, sizeof *predictor->factor);
  if (!predictor->factor) return HC_ENOMEM;
  for (size_t i = 0; i < w->formula.n_atoms; i++) {
    size_t attribute = w->attribute[w->formula.atom[i].variable], k = 0;
    if (!w->design.is_factor[i]) continue;
    while (k < predictor->n_factors && predictor->factor[k] != attribute) k++;
    if (k == predictor->n_factors) predictor->factor[predictor->n_factors++] = attribute;
  }
  return HC_OK;
}

/* "sex: f, region: north": what a level of a factor is compared with. A column may be in several terms. */
static hc_status tell_coding(hc_plan *plan, const struct work *w, hc_predictor *predictor) {
  char text[HC_NOTE_SIZE] = "", *kept;
  for (size_t v = 0; v < w->formula.n_variables; v++) {
    bool factor = false;
    for (size_t i = 0; i < w->formula.n_atoms; i++)
      factor = factor || (w->design.is_factor[i] && w->formula.atom[i].variable == v);
    if (factor)
      hc_terms_append(text, sizeof text, "%s%s: %s", text[0] ? ", " : "", w->formula.variable[v],
                      w->design.variable[v].level[w->design.reference[v]]);
  }
  predictor->coding = kept = hc_plan_alloc(plan, strlen(text) + 1, 1);
  if (!kept) return HC_ENOMEM;
  memcpy(kept, text, strlen(text) + 1);
  return HC_OK;
}

static hc_status refuse_dependent(const hc_predictor *predictor, size_t n, hc_error *err) {
  double *room = malloc((n * predictor->p + 1) * sizeof *room);
  if (!room) return HC_ENOMEM;
  size_t j = hc_design_dependent(predictor->x, n, predictor->p, room);
  free(room);
  if (j == predictor->p) return HC_OK;
  return hc_refuse(err, "collinear",
                   "the column %s of the formula follows from those before it: the data cannot tell their "
                   "coefficients apart",
                   predictor->name[j]);
}

hc_status hc_plan_predictor(hc_plan *plan, const hc_data *data, const char *formula, const char *reference,
                            hc_predictor *predictor, hc_error *err) {
  struct work *w = calloc(1, sizeof *w);
  size_t n = data->n_profiles ? data->n_strata : 1;
  hc_status status = w ? make(w, data, formula, reference, err) : HC_ENOMEM;
  *predictor = (hc_predictor){0};
  if (status == HC_OK) {
    predictor->p = w->design.p;
    predictor->x = hc_plan_alloc(plan, n * w->design.p, sizeof *predictor->x);
    status = predictor->x ? name_columns(plan, w, predictor) : HC_ENOMEM;
  }
  if (status == HC_OK) status = list_factors(plan, w, predictor);
  if (status == HC_OK) status = tell_coding(plan, w, predictor);
  for (size_t s = 0; s < n && status == HC_OK; s++) fill_row(w, data, s, predictor->x + s * predictor->p);
  if (status == HC_OK) status = refuse_dependent(predictor, n, err);
  free_work(w);
  return status;
}

hc_status hc_plan_offset(hc_plan *plan, const hc_data *data, const char *formula, double **offset, hc_error *err) {
  *offset = NULL;
  if (!formula[0]) return HC_OK;
  struct work *w = calloc(1, sizeof *w);
  size_t n = data->n_profiles ? data->n_strata : 1;
  hc_status status = w ? make(w, data, formula, "", err) : HC_ENOMEM;
  for (size_t i = 0; status == HC_OK && i < w->formula.n_atoms; i++)
    if (w->design.is_factor[i])
      status = hc_fail(err, HC_EUSAGE, "offset: it needs numbers, and '%s' has texts",
                       w->formula.variable[w->formula.atom[i].variable]);
  if (status == HC_OK && !(*offset = hc_plan_alloc(plan, n, sizeof **offset))) status = HC_ENOMEM;
  for (size_t s = 0; s < n && status == HC_OK; s++) {
    double x[HC_DESIGN_COLUMNS];
    fill_row(w, data, s, x);
    for (size_t j = 0; j < w->design.p; j++) (*offset)[s] += w->design.column[j].n ? x[j] : 0;
  }
  free_work(w);
  return status;
}

hc_status hc_plan_weight(hc_plan *plan, const hc_data *data, const char *column, double **weight, hc_error *err) {
  *weight = NULL;
  if (!column[0]) return HC_OK;
  hc_formula formula;
  char problem[400];
  size_t attribute;
  if (!hc_formula_parse(&formula, column, problem, sizeof problem)) return hc_fail(err, HC_EUSAGE, "%s", problem);
  if (formula.n_terms != 1 || formula.n_atoms != 1 || formula.atom[0].kind != HC_ATOM_COLUMN)
    return hc_fail(err, HC_EUSAGE, "weight: it is the name of one column, not '%s'", column);
  hc_status status = find_attribute(data, formula.variable[0], &attribute, err);
  if (status != HC_OK) return status;
  const hc_attribute *a = &data->attributes[attribute];
  for (size_t l = 0; l < a->n_levels; l++)
    if (!a->number || !(a->number[l] > 0))
      return hc_fail(err, HC_EUSAGE, "weight: column '%s' needs positive numbers, and has '%.40s'", a->name,
                     a->levels[l]);
  if (!(*weight = hc_plan_alloc(plan, data->n_strata, sizeof **weight))) return HC_ENOMEM;
  double people = 0;
  for (size_t s = 0; s < data->n_strata; s++)
    (*weight)[s] = a->number[data->stratum_level[s * data->n_attributes + attribute]];
  for (size_t i = 0; i < data->n_profiles; i++) people += (double)data->profiles[i].count * (*weight)[data->profiles[i].stratum];
  if (people < (double)data->observed * (1 - 1e-9))
    return hc_fail(err, HC_EUSAGE, "weight: the weights add up to %.6g, less than the %llu people in the file: each says how many "
                   "people a person of the file stands for", people, (unsigned long long)data->observed);
  return HC_OK;
}
