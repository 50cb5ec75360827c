// Rotary positions as one step of the graph and one loop: operators one by one make nine.
#include "include/neural.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;

// Pairs of numbers, half a row apart, turned by the angles of a place: `heads` rows of 2 · half numbers.
CT_WIDE void turn(
  float *out, const float *x, const float *cosines, const float *sines, float sign, int64_t heads,
  int64_t step, int64_t half) {
  for (int64_t head = 0; head < heads; ++head, x += step, out += 2 * half) {
    for (int64_t i = 0; i < half; ++i) {
      const float a = x[i], b = x[i + half], s = sign * sines[i];
      out[i] = a * cosines[i] - b * s;
      out[i + half] = b * cosines[i] + a * s;
    }
  }
}

bool suit(const Tensor &x, const Tensor &cosines, const Tensor &sines) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0 && x.stride(3) == 1 &&
    cosines.scalar_type() == at::kFloat && sines.scalar_type() == at::kFloat &&
    cosines.is_contiguous() && sines.is_contiguous();
}

Tensor by_operators(const Tensor &x, const Tensor &cosines, const Tensor &sines, double sign) {
  const int64_t half = x.size(3) / 2;
  const auto a = x.narrow(3, 0, half), b = x.narrow(3, half, half);
  const auto c = cosines.unsqueeze(1), s = sines.unsqueeze(1) * sign;
  return at::cat({a * c - b * s, b * c + a * s}, 3);
}

Tensor turned(const Tensor &x, const Tensor &cosines, const Tensor &sines, float sign) {
  if (!suit(x, cosines, sines)) return by_operators(x, cosines, sines, sign);
  const int64_t places = x.size(1), heads = x.size(2), half = x.size(3) / 2;
  const auto result = at::empty(x.sizes(), x.options());
  auto *out = result.mutable_data_ptr<float>();
  const auto *from = x.const_data_ptr<float>();
  const auto *c = cosines.const_data_ptr<float>(), *s = sines.const_data_ptr<float>();
  ct::for_pieces(x.size(0) * places, 2 * half * heads, [&](int64_t first, int64_t end) {
    for (int64_t i = first; i < end; ++i) {
      const int64_t row = i / places, place = i % places;
      turn(
        out + i * heads * 2 * half, from + row * x.stride(0) + place * x.stride(1), c + place * half,
        s + place * half, sign, heads, x.stride(2), half);
    }
  });
  return result;
}

struct Rotary : torch::autograd::Function<Rotary> {
  static Tensor forward(
    torch::autograd::AutogradContext *context, const Tensor &x, const Tensor &cosines,
    const Tensor &sines) {
    context->save_for_backward({cosines, sines});
    return turned(x, cosines, sines, 1);
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    // With gradient mode on, a graph of this backward is wanted: operators that record themselves.
    const auto back = at::GradMode::is_enabled() ? by_operators(outputs[0], saved[0], saved[1], -1)
                                                 : turned(outputs[0], saved[0], saved[1], -1);
    return {back, Tensor(), Tensor()};
  }
};

}  // namespace

ct_tensor *ct_rotary(CT_IN x, CT_IN cosines, CT_IN sines) {
  return tensor([&] {
    const auto &a = ref(x), &c = ref(cosines), &s = ref(sines);
    TORCH_CHECK(
      a.dim() == 4 && a.size(3) % 2 == 0 && c.dim() == 2 && s.sizes() == c.sizes() &&
        c.size(0) == a.size(1) && c.size(1) == a.size(3) / 2,
      "rows [n, t, heads, d] of even d want angles [t, d / 2], not ", c.sizes(), " for ", a.sizes());
    return Rotary::apply(a, c, s);
  });
}
