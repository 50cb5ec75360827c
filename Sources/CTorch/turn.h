#pragma once
#include <ATen/core/Tensor.h>

namespace ct {

// What the backward of a linear layer needs of the gradient of its result, made in one pass over it.
struct Turned {
  at::Tensor gradient;  // [n, m], zero where a rectifier cut the result off; undefined if not wanted
  at::Tensor turned;    // its transpose, [m, n]
  at::Tensor sums;      // over the batch, [m]
};

// `result`: what the layer gave where a rectifier ended it, [n, m]; both contiguous, float32, on the CPU.
Turned turn(
  const at::Tensor &gradient, const std::optional<at::Tensor> &result, bool wants_gradient);

}  // namespace ct
