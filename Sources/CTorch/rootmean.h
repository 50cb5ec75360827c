#pragma once
#include <ATen/core/Tensor.h>

#include <optional>

namespace ct {

// x / √(mean x² + ε) over the last axes, of these sizes, times the weight.
at::Tensor root_mean_norm(
  const at::Tensor &x, at::IntArrayRef sizes, const std::optional<at::Tensor> &weight,
  double epsilon);

}  // namespace ct
