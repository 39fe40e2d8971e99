/* traffic-loglog's table: platforms sorted into stated, to be predicted, and stated without traffic. */
#ifndef HC_TRAFFIC_LOGLOG_TABLE_H
#define HC_TRAFFIC_LOGLOG_TABLE_H

#include "numeric/regress.h"
#include "traffic/people.h"

enum { HC_LOGLOG_CLUSTERS = 50 };

typedef enum hc_retransform { HC_RETRANSFORM_MEDIAN, HC_RETRANSFORM_MEAN, HC_RETRANSFORM_SMEARING } hc_retransform;

typedef struct hc_loglog_platform {
  const char *name; /* the plan's */
  size_t row;       /* of the table */
  size_t registered, share, active, visitors, second; /* places in observed; active: 0 where the table has no such column */
  size_t cluster;                                     /* number of its effect, 0: none */
} hc_loglog_platform;

typedef struct hc_loglog_checks { /* of the fit, once per plan */
  double loo_error, loo_error_mean, loo_coverage, cook, total_without;
  double low, high;   /* fitted range of visitors */
  size_t evaluated, outside, influential;
  bool converged;
} hc_loglog_checks;

typedef struct hc_loglog {
  hc_people people;
  size_t n, others, unpaired, left_out, zero_registered, p, clusters;
  bool two, row_active;
  hc_loglog_platform *stated, *unknown, *alone; /* pairs; to predict; a number without traffic */
  size_t coefficients, noise;                /* switches in observed: 0 as observed, 1 drawn */
  size_t y, e, centre;                       /* first places of y*, e_j, and (b, s)          */
  const double *given, *logarithm;           /* inputs as given and their logarithms, so that only drawn ones are taken again */
  hc_loss loss;
  hc_retransform retransform;
  bool accept_weak, weak;
  hc_loglog_checks checks;
} hc_loglog;

/* The name of the second regressor's column; NULL where there is none. */
const char *hc_loglog_second_column(const hc_options *o);
hc_status hc_loglog_check_table(const hc_data *data, const hc_options *o, hc_error *err);
/* Sorts a row of the table, and adds its numbers to the inputs. */
hc_status hc_loglog_add_platform(hc_plan *plan, const hc_data *data, const hc_options *o, size_t row, hc_error *err);
/* Numbers the clusters in the order of the stated platforms' names; the first has no effect of its own. */
hc_status hc_loglog_set_clusters(hc_loglog *s, const hc_data *data, hc_error *err);

#endif
