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
#include <ATen/ops/neg.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

namespace {

using Tensor = at::Tensor;
using ct::along_rows;
using ct::by_draw;
using ct::divides;
using ct::over_draws;
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

CT_WIDE float log_ratio(const float *z, const float *mean, const float *l, int64_t count) {
#pragma clang fp reassociate(on)
  float sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const float gap = z[i] - mean[i];
    sum += (gap * gap * ct::exponential(-l[i]) - z[i] * z[i]) + l[i];
  }
  return 0.5f * sum;
}

// The gradient of a log ratio times g: to z, and added to that of the mean and the log variance.
struct LogRatioSlope {
  float *__restrict z, *__restrict mean, *__restrict l;
};

CT_WIDE void log_ratio_slope(
  LogRatioSlope to, float g, const float *z, const float *mean, const float *l, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float gap = z[i] - mean[i], pull = gap * ct::exponential(-l[i]);
    to.z[i] = g * (pull - z[i]);
    to.mean[i] -= g * pull;
    to.l[i] += 0.5f * g * (1 - gap * pull);
  }
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
      const auto deviation = at::mul(log_variance, 0.5).exp_();
      return at::addcmul(mean, deviation, by_draw(noise, mean.size(0))).reshape(noise.sizes());
    }
    const auto result = at::empty(noise.sizes(), mean.options());
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
    const int64_t n = log_variance.size(0);
    Tensor to_mean, to_log_variance, to_noise;
    if (context->needs_input_grad(0)) to_mean = over_draws(g, n);
    if (context->needs_input_grad(1)) to_log_variance = over_draws(slope(g, log_variance, noise), n);
    if (context->needs_input_grad(2)) {
      to_noise = (by_draw(g, n) * at::mul(log_variance, 0.5).exp()).reshape(g.sizes());
    }
    return {to_mean, to_log_variance, to_noise};
  }

  // Towards the log variance of each draw.
  static Tensor slope(const Tensor &g, const Tensor &log_variance, const Tensor &noise) {
    // With gradient mode on, a graph of this backward is wanted: operators that record themselves.
    if (at::GradMode::is_enabled() || !suit({g, log_variance, noise})) {
      const auto deviation = at::mul(log_variance, 0.5).exp() * 0.5;
      return (by_draw(g * noise, log_variance.size(0)) * deviation).reshape(g.sizes());
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

struct LogRatio : torch::autograd::Function<LogRatio> {
  static Tensor forward(
    AutogradContext *context, const Tensor &z, const Tensor &mean, const Tensor &log_variance) {
    context->save_for_backward({z, mean, log_variance});
    if (!suit({z, mean, log_variance})) {
      const auto gap = by_draw(z, mean.size(0)) - mean;
      const auto each = gap.square_().mul_(at::neg(log_variance).exp_()).add_(log_variance);
      const auto all = each.reshape(z.sizes()).sub_(z.square());
      return (all.dim() > 1 ? all.flatten(1).sum(1) : all).mul_(0.5);
    }
    const auto sums = at::empty({z.size(0)}, z.options());
    const int64_t width = z.size(1);
    along_rows(
      sums, width,
      [width](float *out, const float *at, const float *m, const float *l) {
        *out = log_ratio(at, m, l, width);
      },
      z, mean, log_variance);
    return sums;
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &z = saved[0], &mean = saved[1], &log_variance = saved[2];
    const auto &g = outputs[0];
    if (!at::GradMode::is_enabled() && suit({z, mean, log_variance})) {
      return slopes(g.contiguous(), z, mean, log_variance);
    }
    std::vector<int64_t> column(z.dim(), 1);
    column[0] = z.size(0);
    const int64_t n = mean.size(0);
    const auto weight = by_draw(g.reshape(column), n);
    const auto gap = by_draw(z, n) - mean, pull = gap * (-log_variance).exp();
    const auto to_z = weight * (pull - by_draw(z, n));
    return {
      to_z.reshape(z.sizes()), -(weight * pull).sum(0), (weight * (1 - gap * pull) * 0.5).sum(0)};
  }

  static variable_list slopes(
    const Tensor &g, const Tensor &z, const Tensor &mean, const Tensor &log_variance) {
    const int64_t n = mean.size(0), width = mean.size(1), draws = z.size(0) / n;
    const auto to_z = at::empty(z.sizes(), z.options());
    const auto to_mean = at::zeros(mean.sizes(), mean.options());
    const auto to_log_variance = at::zeros(mean.sizes(), mean.options());
    const auto row = [](const Tensor &a, int64_t i) {
      return static_cast<float *>(const_cast<void *>(a.const_data_ptr())) + i * a.stride(0);
    };
    ct::for_pieces(n, draws * width, [&](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) {
        for (int64_t j = i; j < n * draws; j += n) {
          log_ratio_slope(
            {row(to_z, j), row(to_mean, i), row(to_log_variance, i)}, *row(g, j), row(z, j),
            row(mean, i), row(log_variance, i), width);
        }
      }
    });
    return {to_z, to_mean, to_log_variance};
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
  const ct::Named named("latent::normal_draw");
  return tensor([&] {
    const auto &m = ref(mean), &l = ref(log_variance), &e = ref(noise);
    if (m.sizes() == l.sizes() && divides(m, e)) return Draw::apply(m, l, e);
    return m + (l * 0.5).exp() * e;
  });
}
ct_tensor *ct_normal_log_ratio(CT_IN z, CT_IN mean, CT_IN log_variance) {
  const ct::Named named("latent::normal_log_ratio");
  return tensor([&] {
    const auto &at = ref(z), &m = ref(mean), &l = ref(log_variance);
    TORCH_CHECK(
      m.sizes() == l.sizes() && divides(m, at), "draws of shape ", at.sizes(), ", means of shape ",
      m.sizes(), " and log variances of shape ", l.sizes());
    return LogRatio::apply(at, m, l);
  });
}
ct_tensor *ct_normal_divergence(CT_IN mean, CT_IN log_variance) {
  const ct::Named named("latent::normal_divergence");
  return tensor([&] {
    const auto &m = ref(mean), &l = ref(log_variance);
    if (m.sizes() == l.sizes() && m.dim() > 0) return Divergence::apply(m, l);
    const auto each = (m * m + l.exp() - l - 1) * 0.5;
    return each.dim() > 1 ? each.flatten(1).sum(1) : each;
  });
}
