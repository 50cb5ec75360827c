#pragma once
#include "types.h"

CT_BEGIN
// log p(x) in nats of independent Bernoulli variables, summed over all axes but the first.
CT_RESULT ct_bernoulli_log_probability(CT_IN logits, CT_IN x);
CT_END
