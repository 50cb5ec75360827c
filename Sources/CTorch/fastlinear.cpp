// A linear layer with its own backward, on oneDNN, which runs float32 products faster than the wheel's
// MKL on processors that are not Intel's; `latent doctor` prints by how much.
#include "include/autograd.h"
#include "internal.h"
#include "loops.h"
#include "narrow.h"
#include "product.h"
#include "turn.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/threshold_backward.h>
#include <atomic>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;

// Whether oneDNN makes up for what setting it up costs.
bool outweighs(const Tensor &x, const Tensor &weight) {
  return x.size(0) * weight.numel() >= 8'000'000;
}

// x [n, d] times weight [m, d] transposed, plus bias [m], by oneDNN where that outweighs the cost of
// setting it up.
Tensor product(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias) {
  if (!outweighs(x, weight)) return at::linear(x, weight, bias);
  // The operator has no gradient of its own, and the detour that says so takes microseconds.
  at::AutoDispatchBelowADInplaceOrView outside;
  using Signature = Tensor(
    const Tensor &, const Tensor &, const std::optional<Tensor> &, c10::string_view,
    c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);
  static const auto call = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                             .typed<Signature>();
  return call.call(x, weight, bias, "none", c10::List<std::optional<at::Scalar>>(), std::nullopt);
}

// The transpose, by one operator where libtorch's own takes three.
Tensor turned(const Tensor &a) {
  return a.as_strided({a.size(1), a.size(0)}, {a.stride(1), a.stride(0)});
}

CT_WIDE void add_row(float *out, const float *bias, bool rectified, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float value = out[i] + bias[i];
    // What is no number passes.
    out[i] = rectified && value < 0 ? 0 : value;
  }
}

// Adds the bias [m] to each row of a result [n, m], and cuts what is below 0.
void finish(Tensor &result, const std::optional<Tensor> &bias, bool rectified) {
  const int64_t width = result.size(1);
  if (!bias) {
    if (rectified) at::relu_(result);
    return;
  }
  ct::along_rows(
    result, width,
    [width, rectified](float *out, const float *row) { add_row(out, row, rectified, width); },
    bias->contiguous().unsqueeze(0));
}

// Whether a pass of our own over a gradient is worth its start, and what oneDNN then gains on x [n, d]
// worth the transpose, where nothing else is to be done on the way.
bool pays(const Tensor &g, const Tensor &x, ct_ending ending) {
  return g.numel() >= 16'384 && (ending != ct_ending_none || x.size(1) >= 128);
}

struct Linear : torch::autograd::Function<Linear> {
  static Tensor forward(
    torch::autograd::AutogradContext *context, const Tensor &x, const Tensor &weight,
    const std::optional<Tensor> &bias, ct_ending ending) {
    at::NoGradGuard outside;
    const bool rectified = ending == ct_ending_rectified;
    Tensor result;
    if (ct::is_narrow(x, weight)) {
      result = ct::narrow_layer(x, weight, bias, rectified);
    } else if (outweighs(x, weight)) {
      result = product(x, weight, bias);
      // In place rather than by oneDNN, whose rectifier turns what is no number into 0.
      if (rectified) at::relu_(result);
    } else {
      // libtorch would first fill the result with copies of the bias.
      result = at::mm(x, turned(weight));
      finish(result, bias, rectified);
    }
    torch::autograd::variable_list saved = {x, weight};
    if (ending != ct_ending_none) saved.push_back(result);
    if (ct::is_curved(ending) && bias) saved.push_back(*bias);
    context->save_for_backward(saved);
    context->saved_data["bias"] = bias.has_value();
    context->saved_data["ending"] = static_cast<int64_t>(ending);
    return ct::is_curved(ending) ? ct::gelu(result, ending) : result;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const auto kept = saved.size() > 2 ? std::optional(saved[2]) : std::nullopt;
    const auto ending = static_cast<ct_ending>(context->saved_data["ending"].toInt());
    const bool to_x = context->needs_input_grad(0), to_weight = context->needs_input_grad(1);
    const bool to_bias = context->saved_data["bias"].toBool() && context->needs_input_grad(2);
    // With gradient mode on, a graph of this backward is wanted: operators that record themselves.
    const bool graph = at::GradMode::is_enabled();
    Tensor g = outputs[0], gx, gw, gb;
    if (to_weight && !graph && pays(g, x, ending) && !ct::is_narrow(x, weight)) {
      const auto pass = ct::turn(g.contiguous(), ending, kept, to_x);
      g = pass.gradient;
      gw = product(pass.turned, turned(x), std::nullopt);
      if (to_bias) gb = pass.sums;
    } else {
      if (ct::is_curved(ending)) {
        // What was kept does not know how it came from x.
        const auto bias = saved.size() > 3 ? std::optional(saved[3]) : std::nullopt;
        const auto entered = graph ? at::linear(x, weight, bias) : *kept;
        g = at::gelu_backward(g, entered, ending == ct_ending_gelu ? "none" : "tanh");
      }
      if (to_weight && !graph && ct::is_narrow(x, weight)) {
        const auto result = ending == ct_ending_rectified ? kept : std::nullopt;
        const auto pass = ct::narrow_gradients(g.contiguous(), result, x, weight, to_x);
        return {pass.x, pass.weight, to_bias ? pass.bias : Tensor(), Tensor()};
      }
      if (ending == ct_ending_rectified) g = at::threshold_backward(g, *kept, 0);
      if (to_weight) gw = at::mm(g.t(), x);
      if (to_bias) gb = g.sum(0);
    }
    if (to_x) gx = graph ? at::mm(g, weight) : product(g.contiguous(), turned(weight), std::nullopt);
    return {gx, gw, gb, Tensor()};
  }
};

// The wheel's MKL takes its slow path on processors that are not Intel's. A rule rather than a
// measurement, so that the same machine always gives the same bits; `latent doctor` measures.
bool ruled() {
#if defined(__x86_64__)
  return !__builtin_cpu_is("intel") && __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

std::atomic<bool> &choice() {
  static std::atomic<bool> value = ruled();
  return value;
}

}  // namespace

Tensor ct::product(const Tensor &x, const Tensor &weight, const std::optional<Tensor> &bias) {
  at::NoGradGuard outside;
  return choice() ? ::product(x, weight, bias) : at::linear(x, weight, bias);
}

bool ct_prefers_onednn(void) { return choice(); }
void ct_prefer_onednn(bool on) { choice() = on; }

ct_tensor *ct_fast_linear(CT_IN x, CT_IN weight, CT_OPTIONAL bias, ct_ending ending) {
  const ct::Named named("latent::linear");
  return tensor([&] {
    const auto &input = ref(x), &matrix = ref(weight);
    const auto constant = maybe(bias);
    const bool adds = !constant || (constant->dim() == 1 && constant->size(0) == matrix.size(0) &&
      constant->is_cpu() && constant->scalar_type() == at::kFloat);
    const bool suits = adds && input.dim() >= 2 && matrix.dim() == 2 && input.is_cpu() &&
      matrix.is_cpu() && input.scalar_type() == at::kFloat && matrix.scalar_type() == at::kFloat &&
      input.size(-1) == matrix.size(1) && input.numel() > 0 && ct_prefers_onednn() &&
      !at::autocast::is_autocast_enabled(at::kCPU);
    if (suits && input.dim() == 2)
      return Linear::apply(input.contiguous(), matrix, constant, ending);
    if (suits) {
      // Every token of every text is a row.
      auto shape = input.sizes().vec();
      const auto rows = input.reshape({-1, matrix.size(1)}).contiguous();
      shape.back() = matrix.size(0);
      return Linear::apply(rows, matrix, constant, ending).view(shape);
    }
    const auto result = at::linear(input, matrix, constant);
    switch (ending) {
      case ct_ending_rectified: return at::relu(result);
      case ct_ending_gelu: return at::gelu(result);
      case ct_ending_gelu_tanh: return at::gelu(result, "tanh");
      case ct_ending_none: return result;
    }
  });
}
