#pragma once
#include "include/autograd.h"

#include <ATen/core/Tensor.h>

namespace ct {

// What the backward of a linear layer needs of the gradient of its result, made in one pass over it.
struct Turned {
  at::Tensor gradient;  // [n, m], of the products with the bias; undefined if not wanted
  at::Tensor turned;    // its transpose, [m, n]
  at::Tensor sums;      // over the batch, [m]
};

// `kept`: what the layer gave where a rectifier ended it, or what the GELU was of, [n, m]; both
// contiguous, float32, on the CPU.
Turned turn(
  const at::Tensor &gradient, ct_ending ending, const std::optional<at::Tensor> &kept, bool wants_gradient);

// Whether a layer ends with a GELU, of either form.
inline bool is_curved(ct_ending ending) {
  return ending == ct_ending_gelu || ending == ct_ending_gelu_tanh;
}

// The GELU of each number of a contiguous float32 tensor on the CPU.
at::Tensor gelu(const at::Tensor &x, ct_ending ending);

}  // namespace ct
