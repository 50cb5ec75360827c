#pragma once
#include <ATen/core/Tensor.h>

namespace ct {

// x [n, d] times weight [m, d] transposed, plus bias [m], float32 on the CPU, by the faster library; no
// gradient passes.
at::Tensor product(
  const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias);

}  // namespace ct
