// Means of a few numbers, such as a loss over a batch, as one step of the graph: libtorch's mean
// calls several operators, and its backward too, of which each costs more to start than to run.
#include "average.h"
#include "include/reduce.h"
#include "internal.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/softmax.h>
#include <algorithm>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;

struct Average : torch::autograd::Function<Average> {
  static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &a) {
    context->saved_data["sizes"] = a.sizes();
    const auto result = at::empty({}, a.options());
    const auto *values = a.const_data_ptr<float>();
    double sum = 0;
    for (int64_t i = 0; i < a.numel(); ++i) sum += values[i];
    *result.mutable_data_ptr<float>() = static_cast<float>(sum / static_cast<double>(a.numel()));
    return result;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const auto &g = outputs[0];
    const auto count = static_cast<double>(c10::multiply_integers(sizes));
    if (at::GradMode::is_enabled() || !g.is_cpu() || g.scalar_type() != at::kFloat) {
      return {(g / count).expand(sizes)};
    }
    const auto result = at::empty(sizes, g.options());
    std::fill_n(
      result.mutable_data_ptr<float>(), result.numel(),
      static_cast<float>(*g.const_data_ptr<float>() / count));
    return {result};
  }
};

struct LogMeanExp : torch::autograd::Function<LogMeanExp> {
  static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &a) {
    const int64_t draws = a.size(0), n = a.size(1);
    const auto result = at::empty({n}, a.options());
    const auto *values = a.const_data_ptr<float>();
    auto *out = result.mutable_data_ptr<float>();
    for (int64_t i = 0; i < n; ++i) {
      float top = values[i];
      for (int64_t j = 1; j < draws; ++j) top = std::max(top, values[j * n + i]);
      // Infinite ones stand for themselves: less than an infinite number, nothing is a number.
      const float from = std::isinf(top) ? 0 : top;
      float sum = 0;
      for (int64_t j = 0; j < draws; ++j) sum += std::exp(values[j * n + i] - from);
      out[i] = from + std::log(sum / static_cast<float>(draws));
    }
    context->save_for_backward({a, result});
    return result;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &a = saved[0], &logs = saved[1];
    const auto g = outputs[0].contiguous();
    if (at::GradMode::is_enabled()) return {at::softmax(a, 0) * outputs[0]};
    const int64_t draws = a.size(0), n = a.size(1);
    const auto result = at::empty(a.sizes(), a.options());
    const auto *values = a.const_data_ptr<float>(), *means = logs.const_data_ptr<float>();
    const auto *slopes = g.const_data_ptr<float>();
    auto *out = result.mutable_data_ptr<float>();
    for (int64_t j = 0; j < draws; ++j) {
      for (int64_t i = 0; i < n; ++i) {
        const float from = std::isinf(means[i]) ? 0 : means[i];
        out[j * n + i] = slopes[i] * std::exp(values[j * n + i] - from) / static_cast<float>(draws);
      }
    }
    return {result};
  }
};

}  // namespace

ct_tensor *ct_log_mean_exp(CT_IN draws) {
  const ct::Named named("latent::log_mean_exp");
  return tensor([&] {
    const auto &a = ref(draws);
    TORCH_CHECK(a.dim() > 0 && a.size(0) > 0, "no draws in a tensor of shape ", a.sizes());
    if (a.dim() == 2 && ct::averages(a)) return LogMeanExp::apply(a);
    return at::logsumexp(a, 0) - std::log(static_cast<double>(a.size(0)));
  });
}

bool ct::averages(const at::Tensor &a) {
  return a.is_cpu() && a.scalar_type() == at::kFloat && a.is_contiguous() && a.numel() > 0 &&
    a.numel() <= 16'384;
}

at::Tensor ct::average(const at::Tensor &a) { return Average::apply(a); }
