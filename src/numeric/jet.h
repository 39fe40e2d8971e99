/* Numbers that carry their first and second derivatives in up to three variables, so that a likelihood is written once.
 *
 * Cost: a product or a function takes some thirty multiplications. Threads: any number; values only. */
#ifndef HC_NUMERIC_JET_H
#define HC_NUMERIC_JET_H

enum { HC_JET_VARIABLES = 3, HC_JET_SECOND = 6 };

typedef struct hc_jet {
  double value, first[HC_JET_VARIABLES];
  double second[HC_JET_SECOND]; /* of variables 00, 10, 11, 20, 21, 22 */
} hc_jet;

hc_jet hc_jet_constant(double value);
hc_jet hc_jet_variable(double value, unsigned variable);
hc_jet hc_jet_add(hc_jet a, hc_jet b);
/* factor a + shift */
hc_jet hc_jet_linear(hc_jet a, double factor, double shift);
hc_jet hc_jet_multiply(hc_jet a, hc_jet b);
/* f(a), of which f(a), f'(a) and f''(a) are known */
hc_jet hc_jet_apply(hc_jet a, double f, double f1, double f2);

hc_jet hc_jet_exp(hc_jet a);
hc_jet hc_jet_log(hc_jet a);
hc_jet hc_jet_log1p(hc_jet a);
/* ln(1 - exp(-a)), a > 0 */
hc_jet hc_jet_log1mexp(hc_jet a);
/* ln(1 + exp(a)) */
hc_jet hc_jet_softplus(hc_jet a);
/* ln(exp(a) + exp(b)) */
hc_jet hc_jet_logaddexp(hc_jet a, hc_jet b);

#endif
