// The mean of a few numbers, such as a loss over a batch, as one step of the graph: libtorch's mean
// calls several operators, and its backward too, of which each costs more to start than to run.
#include "average.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <algorithm>
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

}  // namespace

bool ct::averages(const at::Tensor &a) {
  return a.is_cpu() && a.scalar_type() == at::kFloat && a.is_contiguous() && a.numel() > 0 &&
    a.numel() <= 16'384;
}

at::Tensor ct::average(const at::Tensor &a) { return Average::apply(a); }
