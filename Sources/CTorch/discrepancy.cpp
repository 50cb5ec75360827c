// The squared maximum mean discrepancy of two samples with its gradient in one pass over the pairs:
// libtorch's operators one by one make seventy, which take a fifth of a training step of a small
// autoencoder.
#include "exponential.h"
#include "include/likelihood.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// What is made of the pairs.
struct Kernel {
  // e^(−r² / scale), or scale / (scale + r²).
  bool is_exponential;
  double scale;
  // Whether pairs of a point with itself are left out.
  bool is_unbiased;

  // Of a sample of n points: how many pairs its mean is over, and whether those of a point with itself count.
  bool leaves_out(int64_t n) const { return is_unbiased && n > 1; }
  double pairs(int64_t n) const {
    return static_cast<double>(n) * static_cast<double>(leaves_out(n) ? n - 1 : n);
  }
};

// By operators that record themselves, for other types and places and for second derivatives.
Tensor likeness(const Tensor &x, const Tensor &y, const Kernel &kernel) {
  const auto lengths = (x * x).sum(1, true) + (y * y).sum(1, true).t();
  // Rounding may put a point at less than no distance of its neighbour.
  const auto squared = (lengths - 2 * x.matmul(y.t())).clamp_min(0);
  return kernel.is_exponential
    ? (squared * (-1 / kernel.scale)).exp() : kernel.scale / (squared + kernel.scale);
}

Tensor plain(const Tensor &x, const Tensor &y, const Kernel &kernel) {
  const auto within = [&](const Tensor &a) {
    const auto all = likeness(a, a, kernel);
    const int64_t n = a.size(0);
    return (kernel.leaves_out(n) ? all.sum() - all.trace() : all.sum()) / kernel.pairs(n);
  };
  return within(x) + within(y) - 2 * likeness(x, y, kernel).mean();
}

// Rows of numbers, and the same turned, [k, n], so that loops run along the rows.
struct Sample {
  const float *rows;
  const float *turned;
  int64_t n, k;
};

// Adds the kernel of one point with all of a sample to `sum`, and its gradient times `weight` to `slope`.
// `room` has space for n numbers.
CT_WIDE void add_pairs(
  const float *point, const Sample &sample, bool is_exponential, float scale, float weight,
  float *__restrict room, double &sum, float *__restrict slope) {
#pragma clang fp reassociate(on) contract(fast)
  const int64_t n = sample.n;
  std::fill_n(room, n, 0.0f);
  for (int64_t c = 0; c < sample.k; ++c) {
    const float *other = sample.turned + c * n;
    const float own = point[c];
    for (int64_t j = 0; j < n; ++j) {
      const float gap = own - other[j];
      room[j] += gap * gap;
    }
  }
  // From here on the derivative by the squared distance, twice.
  float total = 0;
  for (int64_t j = 0; j < n; ++j) {
    const float value =
      is_exponential ? ct::exponential(-room[j] / scale) : scale / (scale + room[j]);
    room[j] = -2 * value / scale * (is_exponential ? 1 : value);
    total += value;
  }
  sum += total;
  if (!slope) return;
  for (int64_t c = 0; c < sample.k; ++c) {
    const float *other = sample.turned + c * n;
    const float own = point[c];
    float part = 0;
    for (int64_t j = 0; j < n; ++j) part += room[j] * (own - other[j]);
    slope[c] += weight * part;
  }
}

// Sums of kernels over the pairs of the points of `own` with those of `own` and of `other`, and the gradient.
struct Half {
  double within = 0, across = 0;
  Tensor slope;
};

// Without a gradient nor `wants_across`, the other sample is not looked at.
Half half(
  const Tensor &own, const Tensor &other, const Kernel &kernel, bool wants_slope,
  bool wants_across) {
  const int64_t n = own.size(0), m = other.size(0), k = own.size(1);
  const auto turned = own.t().contiguous(), turned_other = other.t().contiguous();
  const Sample mine{own.const_data_ptr<float>(), turned.const_data_ptr<float>(), n, k};
  const Sample theirs{other.const_data_ptr<float>(), turned_other.const_data_ptr<float>(), m, k};
  const auto weight = static_cast<float>(2 / kernel.pairs(n));
  const auto weight_across =
    static_cast<float>(-2 / (static_cast<double>(n) * static_cast<double>(m)));
  const auto scale = static_cast<float>(kernel.scale);
  Half result;
  if (wants_slope) result.slope = at::zeros(own.sizes(), own.options());
  auto *slopes = wants_slope ? result.slope.mutable_data_ptr<float>() : nullptr;
  // A sum for each point, so that the total does not depend on the threads.
  std::vector<double> within(n), across(n);
  ct::for_pieces(n, (n + m) * k, [&](int64_t from, int64_t to) {
    std::vector<float> room(std::max(n, m));
    for (int64_t i = from; i < to; ++i) {
      auto *slope = slopes ? slopes + i * k : nullptr;
      const auto *point = mine.rows + i * k;
      add_pairs(
        point, mine, kernel.is_exponential, scale, weight, room.data(), within[i], slope);
      if (!wants_slope && !wants_across) continue;
      add_pairs(
        point, theirs, kernel.is_exponential, scale, weight_across, room.data(), across[i], slope);
    }
  });
  for (int64_t i = 0; i < n; ++i) {
    result.within += within[i];
    result.across += across[i];
  }
  // Each point's kernel with itself is 1.
  if (kernel.leaves_out(n)) result.within -= static_cast<double>(n);
  return result;
}

struct Discrepancy : torch::autograd::Function<Discrepancy> {
  static Tensor forward(
    AutogradContext *context, const Tensor &x, const Tensor &y, const Kernel &kernel) {
    const bool to_x = x.requires_grad(), to_y = y.requires_grad();
    const auto one = half(x, y, kernel, to_x, true), two = half(y, x, kernel, to_y, false);
    context->save_for_backward({x, y, one.slope, two.slope});
    context->saved_data["exponential"] = kernel.is_exponential;
    context->saved_data["scale"] = kernel.scale;
    context->saved_data["unbiased"] = kernel.is_unbiased;
    const double all = static_cast<double>(x.size(0)) * static_cast<double>(y.size(0));
    const double value = one.within / kernel.pairs(x.size(0)) +
      two.within / kernel.pairs(y.size(0)) - 2 * one.across / all;
    return at::empty({}, x.options()).fill_(value);
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &g = outputs[0];
    const bool to_x = context->needs_input_grad(0), to_y = context->needs_input_grad(1);
    if (!at::GradMode::is_enabled()) {
      return {to_x ? saved[2] * g : Tensor(), to_y ? saved[3] * g : Tensor(), Tensor()};
    }
    auto &data = context->saved_data;
    const auto value = plain(
      saved[0], saved[1],
      {data["exponential"].toBool(), data["scale"].toDouble(), data["unbiased"].toBool()});
    variable_list inputs;
    if (to_x) inputs.push_back(saved[0]);
    if (to_y) inputs.push_back(saved[1]);
    auto found = torch::autograd::grad({value}, inputs, {g}, true, true);
    variable_list result(3);
    if (to_x) result[0] = found.front();
    if (to_y) result[1] = found.back();
    return result;
  }
};

bool suits(const Tensor &a) { return a.is_cpu() && a.scalar_type() == at::kFloat && a.numel() > 0; }

}  // namespace

ct_tensor *ct_mean_discrepancy(
  CT_IN x, CT_IN y, bool is_exponential, double scale, bool is_unbiased) {
  const ct::Named named("latent::mean_discrepancy");
  return tensor([&] {
    const auto &a = ref(x), &b = ref(y);
    TORCH_CHECK(
      a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(1), "samples of shapes ", a.sizes(), " and ",
      b.sizes());
    const Kernel kernel{is_exponential, scale, is_unbiased};
    if (suits(a) && suits(b)) return Discrepancy::apply(a.contiguous(), b.contiguous(), kernel);
    return plain(a, b, kernel);
  });
}
