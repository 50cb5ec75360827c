// Draws and divergences of normal posteriors, each one step of the graph: libtorch's operators one by
// one make sixteen, and on a batch of codes each costs more to start than to run.
#include "include/likelihood.h"
#include "internal.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sub.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Draw : torch::autograd::Function<Draw> {
  static Tensor forward(
    AutogradContext *context, const Tensor &mean, const Tensor &log_variance, const Tensor &noise) {
    const auto deviation = at::mul(log_variance, 0.5).exp_();
    context->save_for_backward({log_variance, noise, deviation});
    return at::addcmul(mean, deviation, noise);
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &log_variance = saved[0], &noise = saved[1];
    const auto &g = outputs[0];
    // A graph of this backward is wanted with gradient mode on; the kept deviation has none.
    const bool graph = at::GradMode::is_enabled();
    const auto deviation = graph ? at::mul(log_variance, 0.5).exp() : saved[2];
    Tensor to_log_variance, to_noise;
    if (context->needs_input_grad(1)) {
      to_log_variance =
        graph ? g * noise * deviation * 0.5 : at::mul(g, noise).mul_(deviation).mul_(0.5);
    }
    if (context->needs_input_grad(2)) to_noise = g * deviation;
    return {g, to_log_variance, to_noise};
  }
};

struct Divergence : torch::autograd::Function<Divergence> {
  static Tensor forward(
    AutogradContext *context, const Tensor &mean, const Tensor &log_variance) {
    const auto variance = at::exp(log_variance);
    context->save_for_backward({mean, log_variance, variance});
    const auto each = at::addcmul(variance, mean, mean).sub_(log_variance).sub_(1);
    return (each.dim() > 1 ? each.flatten(1).sum(1) : each).mul_(0.5);
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &mean = saved[0], &log_variance = saved[1];
    std::vector<int64_t> column(mean.dim(), 1);
    column[0] = mean.size(0);
    const auto g = outputs[0].reshape(column);
    const bool graph = at::GradMode::is_enabled();
    Tensor to_mean, to_log_variance;
    if (context->needs_input_grad(0)) to_mean = g * mean;
    if (context->needs_input_grad(1)) {
      to_log_variance = graph ? (log_variance.exp() - 1) * (g * 0.5)
                              : at::sub(saved[2], 1).mul_(g * 0.5);
    }
    return {to_mean, to_log_variance};
  }
};

}  // namespace

ct_tensor *ct_normal_draw(CT_IN mean, CT_IN log_variance, CT_IN noise) {
  return tensor([&] {
    const auto &m = ref(mean), &l = ref(log_variance), &e = ref(noise);
    if (m.sizes() == l.sizes() && m.sizes() == e.sizes()) return Draw::apply(m, l, e);
    return m + (l * 0.5).exp() * e;
  });
}
ct_tensor *ct_normal_divergence(CT_IN mean, CT_IN log_variance) {
  return tensor([&] {
    const auto &m = ref(mean), &l = ref(log_variance);
    if (m.sizes() == l.sizes() && m.dim() > 0) return Divergence::apply(m, l);
    const auto each = (m * m + l.exp() - l - 1) * 0.5;
    return each.dim() > 1 ? each.flatten(1).sum(1) : each;
  });
}
