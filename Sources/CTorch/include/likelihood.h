#pragma once
#include "types.h"

CT_BEGIN
// log p(x) in nats of independent Bernoulli variables, summed over all axes but the first. Rows of fewer
// data are gone through again and again.
CT_RESULT ct_bernoulli_log_probability(CT_IN logits, CT_IN data);
// Draws of normal variables, mean + deviation · noise, through which gradients pass. Fewer variables
// than rows of noise are drawn several times.
CT_RESULT ct_normal_draw(CT_IN mean, CT_IN log_variance, CT_IN noise);
// log of the standard normal density over that of normal variables at z, in nats, summed over all axes
// but the first. Fewer variables than rows of z are gone through again and again.
CT_RESULT ct_normal_log_ratio(CT_IN z, CT_IN mean, CT_IN log_variance);
// KL divergence to the standard normal in nats, summed over all axes but the first.
CT_RESULT ct_normal_divergence(CT_IN mean, CT_IN log_variance);
// The squared maximum mean discrepancy of two samples, [n, k] and [m, k], a scalar; kernel
// e^(−r² / scale), or scale / (scale + r²).
CT_RESULT ct_mean_discrepancy(
  CT_IN x, CT_IN y, bool is_exponential, double scale, bool is_unbiased);
CT_END
