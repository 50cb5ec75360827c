#pragma once
#include "types.h"

CT_BEGIN
// log p(x) in nats of independent Bernoulli variables, summed over all axes but the first.
CT_RESULT ct_bernoulli_log_probability(CT_IN logits, CT_IN x);
// Draws of normal variables, mean + deviation · noise, through which gradients pass.
CT_RESULT ct_normal_draw(CT_IN mean, CT_IN log_variance, CT_IN noise);
// KL divergence to the standard normal in nats, summed over all axes but the first.
CT_RESULT ct_normal_divergence(CT_IN mean, CT_IN log_variance);
CT_END
