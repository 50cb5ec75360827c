// Draws and divergences of normal posteriors, each one step of the graph and one loop: libtorch's
// operators one by one make sixteen, and on a batch of codes each costs more to start than to run.
#include "exponential.h"
#include "include/likelihood.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sub.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using ct::along_rows;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

CT_WIDE void draw(float *out, const float *mean, const float *l, const float *noise, int64_t count) {
  for (int64_t i = 0; i < count; ++i) out[i] = mean[i] + ct::exponential(0.5f * l[i]) * noise[i];
}

CT_WIDE void draw_slope(
  float *out, const float *g, const float *l, const float *noise, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = 0.5f * g[i] * noise[i] * ct::exponential(0.5f * l[i]);
  }
}

CT_WIDE float divergence(const float *mean, const float *l, int64_t count) {
#pragma clang fp reassociate(on)
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    sum += mean[i] * mean[i] + ((ct::exponential(l[i]) - 1) - l[i]);
  }
  return 0.5f * sum;
}

CT_WIDE void divergence_slope(float *out, float g, const float *l, int64_t count) {
  for (int64_t i = 0; i < count; ++i) out[i] = 0.5f * g * (ct::exponential(l[i]) - 1);
}

// Whether the loops can read all of these: rows of float32 numbers on the CPU, [n, k].
bool suit(std::initializer_list<Tensor> all) {
  return std::all_of(all.begin(), all.end(), [](const Tensor &a) {
    return a.is_cpu() && a.scalar_type() == at::kFloat && a.dim() == 2 && a.numel() > 0 &&
      a.stride(1) == 1;
  });
}

struct Draw : torch::autograd::Function<Draw> {
  static Tensor forward(
    AutogradContext *context, const Tensor &mean, const Tensor &log_variance, const Tensor &noise) {
    context->save_for_backward({log_variance, noise});
    if (!suit({mean, log_variance, noise})) {
      return at::addcmul(mean, at::mul(log_variance, 0.5).exp_(), noise);
    }
    const auto result = at::empty(mean.sizes(), mean.options());
    const int64_t width = mean.size(1);
    along_rows(
      result, width,
      [width](float *out, const float *m, const float *l, const float *e) {
        draw(out, m, l, e, width);
      },
      mean, log_variance, noise);
    return result;
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &log_variance = saved[0], &noise = saved[1];
    const auto &g = outputs[0];
    Tensor to_log_variance, to_noise;
    if (context->needs_input_grad(1)) to_log_variance = slope(g, log_variance, noise);
    if (context->needs_input_grad(2)) to_noise = g * at::mul(log_variance, 0.5).exp();
    return {g, to_log_variance, to_noise};
  }

  // Towards the log variance.
  static Tensor slope(const Tensor &g, const Tensor &log_variance, const Tensor &noise) {
    // With gradient mode on, a graph of this backward is wanted: operators that record themselves.
    if (at::GradMode::is_enabled() || !suit({g, log_variance, noise})) {
      return g * noise * at::mul(log_variance, 0.5).exp() * 0.5;
    }
    const auto result = at::empty(g.sizes(), g.options());
    const int64_t width = g.size(1);
    along_rows(
      result, width,
      [width](float *out, const float *slope, const float *l, const float *e) {
        draw_slope(out, slope, l, e, width);
      },
      g, log_variance, noise);
    return result;
  }
};

struct Divergence : torch::autograd::Function<Divergence> {
  static Tensor forward(
    AutogradContext *context, const Tensor &mean, const Tensor &log_variance) {
    context->save_for_backward({mean, log_variance});
    if (!suit({mean, log_variance})) {
      const auto each =
        at::addcmul(at::exp(log_variance), mean, mean).sub_(log_variance).sub_(1);
      return (each.dim() > 1 ? each.flatten(1).sum(1) : each).mul_(0.5);
    }
    const auto sums = at::empty({mean.size(0)}, mean.options());
    const int64_t width = mean.size(1);
    along_rows(
      sums, width,
      [width](float *out, const float *m, const float *l) { *out = divergence(m, l, width); }, mean,
      log_variance);
    return sums;
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &mean = saved[0], &log_variance = saved[1];
    std::vector<int64_t> column(mean.dim(), 1);
    column[0] = mean.size(0);
    const auto &g = outputs[0];
    Tensor to_mean, to_log_variance;
    if (context->needs_input_grad(0)) to_mean = g.reshape(column) * mean;
    if (context->needs_input_grad(1)) to_log_variance = slope(g, log_variance, column);
    return {to_mean, to_log_variance};
  }

  // Towards the log variance.
  static Tensor slope(const Tensor &g, const Tensor &log_variance, at::IntArrayRef column) {
    if (at::GradMode::is_enabled() || !suit({log_variance})) {
      return (log_variance.exp() - 1) * (g.reshape(column) * 0.5);
    }
    const auto result = at::empty(log_variance.sizes(), log_variance.options());
    const int64_t width = log_variance.size(1);
    along_rows(
      result, width,
      [width](float *out, const float *slope, const float *l) {
        divergence_slope(out, *slope, l, width);
      },
      g, log_variance);
    return result;
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
