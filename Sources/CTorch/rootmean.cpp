// The root mean square norm of the last axis as one step of the graph and one loop each way: libtorch has it by operators,
// seven forward and more backward.
#include "rootmean.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/zeros.h>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;

CT_WIDE float scaled(float *out, const float *x, const float *weight, float epsilon, int64_t d) {
#pragma clang fp reassociate(on)
  float sum = 0;
  for (int64_t i = 0; i < d; ++i) sum += x[i] * x[i];
  const float scale = 1 / std::sqrt(sum / static_cast<float>(d) + epsilon);
  for (int64_t i = 0; i < d; ++i) out[i] = x[i] * scale * weight[i];
  return scale;
}

// With y = s x w and s = (mean x² + ε)^(−½): dx = s (g w − x s² mean(g w x)), and dw gains g s x.
CT_WIDE void slopes(
  float *out, float *to_weight, const float *g, const float *x, const float *weight, float scale,
  int64_t d) {
#pragma clang fp reassociate(on)
  float sum = 0;
  for (int64_t i = 0; i < d; ++i) {
    sum += g[i] * weight[i] * x[i];
    to_weight[i] += g[i] * scale * x[i];
  }
  const float pull = sum * scale * scale / static_cast<float>(d);
  for (int64_t i = 0; i < d; ++i) out[i] = scale * (g[i] * weight[i] - x[i] * pull);
}

struct RootMean : torch::autograd::Function<RootMean> {
  static Tensor forward(
    torch::autograd::AutogradContext *context, const Tensor &x, const Tensor &weight,
    double epsilon) {
    const int64_t d = weight.size(0), rows = x.numel() / d;
    const auto result = at::empty(x.sizes(), x.options());
    const auto scales = at::empty({rows}, x.options());
    auto *out = result.mutable_data_ptr<float>(), *s = scales.mutable_data_ptr<float>();
    const auto *from = x.const_data_ptr<float>(), *w = weight.const_data_ptr<float>();
    ct::for_pieces(rows, d, [&](int64_t first, int64_t end) {
      for (int64_t i = first; i < end; ++i) {
        s[i] = scaled(out + i * d, from + i * d, w, static_cast<float>(epsilon), d);
      }
    });
    context->save_for_backward({x, weight, scales});
    context->saved_data["epsilon"] = epsilon;
    return result;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1], &scales = saved[2];
    const auto g = outputs[0].contiguous();
    const int64_t d = weight.size(0), rows = x.numel() / d;
    if (at::GradMode::is_enabled() || !g.is_cpu() || g.scalar_type() != at::kFloat) {
      return by_hand(g, x, weight, context->saved_data["epsilon"].toDouble());
    }
    const auto to_x = at::empty(x.sizes(), x.options());
    // A fixed number of parts, so that the sum for the weights is the same for any number of threads.
    constexpr int64_t parts = 16;
    const auto sums = at::zeros({parts, d}, x.options());
    auto *out = to_x.mutable_data_ptr<float>(), *to_weight = sums.mutable_data_ptr<float>();
    const auto *slope = g.const_data_ptr<float>(), *from = x.const_data_ptr<float>();
    const auto *w = weight.const_data_ptr<float>(), *s = scales.const_data_ptr<float>();
    ct::for_pieces(parts, rows * d / parts + 1, [&](int64_t first, int64_t end) {
      for (int64_t part = first; part < end; ++part) {
        for (int64_t i = part * rows / parts; i < (part + 1) * rows / parts; ++i) {
          slopes(out + i * d, to_weight + part * d, slope + i * d, from + i * d, w, s[i], d);
        }
      }
    });
    return {to_x, sums.sum(0), Tensor()};
  }

  // By operators that record themselves, for a graph of this backward.
  static torch::autograd::variable_list by_hand(
    const Tensor &g, const Tensor &x, const Tensor &weight, double epsilon) {
    const auto scale = at::rsqrt((x * x).mean(-1, true) + epsilon);
    const auto pulled = g * weight;
    const auto mean = (pulled * x).mean(-1, true);
    const auto to_x = scale * (pulled - x * scale * scale * mean);
    return {to_x, (g * x * scale).flatten(0, -2).sum(0), Tensor()};
  }
};

}  // namespace

at::Tensor ct::root_mean_norm(
  const Tensor &x, at::IntArrayRef sizes, const std::optional<Tensor> &weight, double epsilon) {
  const bool suits = weight && sizes.size() == 1 && x.dim() > 1 && x.numel() > 0 && x.is_cpu() &&
    x.scalar_type() == at::kFloat && weight->scalar_type() == at::kFloat && weight->is_contiguous() &&
    weight->dim() == 1 && weight->size(0) == sizes[0] && x.size(-1) == sizes[0];
  if (!suits) return at::rms_norm(x, sizes, weight, epsilon);
  return RootMean::apply(x.contiguous(), *weight, epsilon);
}
