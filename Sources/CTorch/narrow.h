#pragma once
#include <ATen/core/Tensor.h>

namespace ct {

// Whether a layer from few numbers to many, x [n, d] times weight [m, d] transposed, is one for the loops
// here: general products spend most of their time on such shapes in copies, unless there are many rows.
bool is_narrow(const at::Tensor &x, const at::Tensor &weight);

// x times weight transposed plus bias [m], cut below 0 where `rectified`; all float32 and contiguous.
at::Tensor narrow_layer(
  const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias, bool rectified);

struct NarrowGradients {
  at::Tensor x;       // [n, d]; undefined if not wanted
  at::Tensor weight;  // [m, d]
  at::Tensor bias;    // [m]
};

// `gradient`: of the layer's result, [n, m]; `result`: what the layer gave where a rectifier ended it.
NarrowGradients narrow_gradients(
  const at::Tensor &gradient, const std::optional<at::Tensor> &result, const at::Tensor &x,
  const at::Tensor &weight, bool wants_x);

}  // namespace ct
