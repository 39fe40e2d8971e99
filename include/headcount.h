/* headcount: how many people are in a population that nobody can list.
 *
 * The only header that a program includes. C17 and C++.
 * Conventions, for every function declared here:
 *   - a function that can fail returns hc_status and takes an optional hc_error * last;
 *   - `hc_x_new(&x, ...)` hands ownership to the caller, who ends it with `hc_x_free(x)`;
 *   - a returned `const T *` is borrowed and lives as long as what it came from;
 *   - nothing here prints, exits, reads the clock or the environment.
 */
#ifndef HEADCOUNT_H
#define HEADCOUNT_H

#include "headcount/analysis.h"
#include "headcount/bootstrap.h"
#include "headcount/check.h"
#include "headcount/codes.h"
#include "headcount/data.h"
#include "headcount/dependence.h"
#include "headcount/diagnosis.h"
#include "headcount/documents.h"
#include "headcount/error.h"
#include "headcount/estimator.h"
#include "headcount/interval.h"
#include "headcount/options.h"
#include "headcount/outlook.h"
#include "headcount/overview.h"
#include "headcount/page.h"
#include "headcount/part.h"
#include "headcount/read.h"
#include "headcount/replicates.h"
#include "headcount/run.h"
#include "headcount/select.h"
#include "headcount/settings.h"
#include "headcount/simulate.h"
#include "headcount/strata.h"
#include "headcount/study.h"
#include "headcount/translate.h"
#include "headcount/version.h"

#endif
