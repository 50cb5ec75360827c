#pragma once
#include <ATen/core/Tensor.h>

namespace ct {

// Whether `average` takes a tensor: few numbers, float32, side by side on the CPU.
bool averages(const at::Tensor &a);

// The mean of all numbers, a scalar.
at::Tensor average(const at::Tensor &a);

}  // namespace ct
