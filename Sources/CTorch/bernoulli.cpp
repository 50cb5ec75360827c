// log p(x) of Bernoulli variables from logits in one pass over memory; libtorch's loss and the sums
// after it make ten.
#include "include/likelihood.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/sigmoid.h>
#include <bit>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using ct::at_row, ct::for_rows, ct::heads;

// e^-a for a ≥ 0, within 2 units in the last place; 0 from about 87 on.
CT_INLINE float exp_minus(float a) {
  const float t = a < 87.0f ? -a : -87.0f;
  const float n = __builtin_rintf(t * 1.44269504f);
  // ln 2 in two parts, of which the first times n is exact.
  const float r = (t - n * 0.693359375f) + n * 2.12194440e-4f;
  const float p =
    1.0f +
    r * (1.0f +
         r * (0.5f +
              r * (0.166666657f + r * (0.0416664764f + r * (0.00833345205f + r * 0.00139398605f)))));
  return p * std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
}

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
    for_rows(
      sums, {heads(logits), heads(x)}, width,
      [width](char **data, const int64_t *strides, int64_t count) {
        for (int64_t row = 0; row < count; ++row) {
          const auto *l = at_row<const float>(data[1], strides[1], row);
          const auto *values = at_row<const float>(data[2], strides[2], row);
          *at_row<float>(data[0], strides[0], row) = static_cast<float>(row_sum(l, values, width));
        }
      });
    return sums;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &logits = saved[0], &x = saved[1];
    std::vector<int64_t> column(logits.dim(), 1);
    column[0] = logits.size(0);
    const auto g = outputs[0].reshape(column);
    Tensor towards_logits, towards_x;
    if (context->needs_input_grad(0)) {
      towards_logits =
        at::GradMode::is_enabled() ? g * (x - at::sigmoid(logits)) : gradient(g, logits, x);
    }
    if (context->needs_input_grad(1)) towards_x = g * logits;
    return {towards_logits, towards_x};
  }

  static Tensor gradient(const Tensor &g, const Tensor &logits, const Tensor &x) {
    const int64_t width = logits.numel() / logits.size(0);
    const auto result = at::empty_like(logits);
    for_rows(
      heads(result), {heads(logits), heads(x), heads(g)}, width,
      [width](char **data, const int64_t *strides, int64_t count) {
        for (int64_t row = 0; row < count; ++row) {
          const auto *l = at_row<const float>(data[1], strides[1], row);
          const auto *values = at_row<const float>(data[2], strides[2], row);
          const auto weight = *at_row<const float>(data[3], strides[3], row);
          row_gradient(l, values, weight, at_row<float>(data[0], strides[0], row), width);
        }
      });
    return result;
  }
};

bool suits(const Tensor &a) { return a.is_cpu() && a.scalar_type() == at::kFloat; }

}  // namespace

ct_tensor *ct_bernoulli_log_probability(CT_IN logits, CT_IN x) {
  return tensor([&] {
    const auto &l = ref(logits), &values = ref(x);
    TORCH_CHECK(
      l.sizes() == values.sizes() && l.dim() > 0, "logits of shape ", l.sizes(),
      " and data of shape ", values.sizes());
    if (suits(l) && suits(values) && l.numel() > 0) {
      return Bernoulli::apply(l.contiguous(), values.contiguous());
    }
    const auto each = at::binary_cross_entropy_with_logits(
      l, values.to(l.scalar_type()), {}, {}, at::Reduction::None);
    return (l.dim() > 1 ? each.flatten(1).sum(1) : each).neg();
  });
}
