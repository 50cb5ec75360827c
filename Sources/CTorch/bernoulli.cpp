// log p(x) of Bernoulli variables from logits in one pass over memory; libtorch's loss and the sums
// after it make ten.
#include "include/likelihood.h"
#include "exponential.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sigmoid.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using ct::along_rows;
using ct::by_draw;
using ct::over_draws;

// e^-a for a ≥ 0; 0 from about 87 on.
CT_INLINE float exp_minus(float a) { return ct::exp_within(a < 87.0f ? -a : -87.0f); }

// log(1 + t) for t in [0, 1], as twice the inverse hyperbolic tangent of t / (2 + t).
CT_INLINE float log1p_unit(float t) {
  const float s = t / (2.0f + t), q = s * s;
  const float tail =
    1.0f / 3 +
    q * (1.0f / 5 + q * (1.0f / 7 + q * (1.0f / 9 + q * (1.0f / 11 + q * (1.0f / 13 + q / 15)))));
  return 2 * s + 2 * s * q * tail;
}

// Sum of x·l − log(1 + e^l) over a row, as two parts of one sign, which cannot cancel.
CT_WIDE double row_sum(const float *l, const float *x, int64_t count) {
#pragma clang fp reassociate(on) contract(fast)
  double sum = 0;
  for (int64_t start = 0; start < count; start += 512) {
    const int64_t end = start + 512 < count ? start + 512 : count;
    float part = 0;
    for (int64_t i = start; i < end; ++i) {
      const float sign = l[i] > 0 ? 1 : 0;
      part += (x[i] - sign) * l[i] - log1p_unit(exp_minus(__builtin_fabsf(l[i])));
    }
    sum += part;
  }
  return sum;
}

// g (x − σ(l)) over a row.
CT_WIDE void row_gradient(const float *l, const float *x, float g, float *out, int64_t count) {
#pragma clang fp contract(fast)
  for (int64_t i = 0; i < count; ++i) {
    const float t = exp_minus(__builtin_fabsf(l[i]));
    const float share = 1.0f / (1.0f + t);
    out[i] = g * (x[i] - (l[i] >= 0 ? share : t * share));
  }
}

struct Bernoulli : torch::autograd::Function<Bernoulli> {
  static Tensor forward(
    torch::autograd::AutogradContext *context, const Tensor &logits, const Tensor &x) {
    context->save_for_backward({logits, x});
    const int64_t rows = logits.size(0), width = logits.numel() / rows;
    const auto sums = at::empty({rows}, logits.options());
    along_rows(
      sums, width,
      [width](float *out, const float *l, const float *values) {
        *out = static_cast<float>(row_sum(l, values, width));
      },
      logits, x);
    return sums;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &logits = saved[0], &x = saved[1];
    const auto &g = outputs[0];
    std::vector<int64_t> column(logits.dim(), 1);
    column[0] = logits.size(0);
    Tensor towards_logits, towards_x;
    const int64_t n = x.size(0);
    if (context->needs_input_grad(0)) {
      const auto slope = [&] { return x - by_draw(at::sigmoid(logits), n); };
      towards_logits = at::GradMode::is_enabled()
        ? g.reshape(column) * slope().reshape(logits.sizes()) : gradient(g, logits, x);
    }
    if (context->needs_input_grad(1)) towards_x = over_draws(g.reshape(column) * logits, n);
    return {towards_logits, towards_x};
  }

  static Tensor gradient(const Tensor &g, const Tensor &logits, const Tensor &x) {
    const int64_t width = logits.numel() / logits.size(0);
    const auto result = at::empty_like(logits);
    along_rows(
      result, width,
      [width](float *out, const float *l, const float *values, const float *weight) {
        row_gradient(l, values, *weight, out, width);
      },
      logits, x, g);
    return result;
  }
};

bool suits(const Tensor &a) { return a.is_cpu() && a.scalar_type() == at::kFloat; }

}  // namespace

ct_tensor *ct_bernoulli_log_probability(CT_IN logits, CT_IN data) {
  const ct::Named named("latent::bernoulli_log_probability");
  return tensor([&] {
    const auto &l = ref(logits), &values = ref(data);
    TORCH_CHECK(
      ct::divides(values, l) || (l.sizes() == values.sizes() && l.dim() > 0), "logits of shape ",
      l.sizes(), " and data of shape ", values.sizes());
    if (suits(l) && suits(values) && l.numel() > 0) {
      return Bernoulli::apply(l.contiguous(), values.contiguous());
    }
    const auto x = values.to(l.scalar_type());
    const auto all = l.sizes() == x.sizes()
      ? x : x.unsqueeze(0).expand_as(by_draw(l, x.size(0))).reshape(l.sizes());
    const auto each = at::binary_cross_entropy_with_logits(l, all, {}, {}, at::Reduction::None);
    return (l.dim() > 1 ? each.flatten(1).sum(1) : each).neg();
  });
}
