#include "include/optimise.h"
#include "internal.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

bool ct_sgd_step(
  CT_LIST parameters, CT_LIST gradients, const ct_tensor *const *momenta, size_t count,
  double rate, double momentum, double weight_decay, bool nesterov, bool first_step) {
  const ct::Named named("latent::sgd");
  return done([&] {
    at::NoGradGuard outside;
    const auto p = list(parameters, count), g = list(gradients, count);
    const auto m = momenta ? list(momenta, count) : std::vector<at::Tensor>();
    at::_fused_sgd_(p, g, m, weight_decay, momentum, rate, 0.0, nesterov, false, first_step);
  });
}
ct_tensor *ct_clip_norm(CT_LIST gradients, size_t count, double limit) {
  return tensor([&] {
    at::NoGradGuard outside;
    const auto g = list(gradients, count);
    auto norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(g, 2)), 2);
    at::_foreach_mul_(g, at::clamp(norm.add(1e-6).reciprocal().mul(limit), std::nullopt, 1.0));
    return norm;
  });
}
bool ct_lerp_in_place(CT_LIST a, CT_LIST b, size_t count, double weight) {
  return done([&] {
    at::NoGradGuard outside;
    at::_foreach_lerp_(list(a, count), list(b, count), weight);
  });
}
bool ct_accumulate(CT_IN sums, CT_LIST values, size_t count, double weight) {
  const ct::Named named("latent::accumulate");
  return done([&] {
    at::NoGradGuard outside;
    const auto &total = ref(sums);
    if (total.is_cpu() && total.scalar_type() == at::kDouble) {
      auto *out = total.mutable_data_ptr<double>();
      for (size_t i = 0; i < count; ++i) out[i] += weight * ref(values[i]).item<double>();
    } else {
      total.add_(at::stack(list(values, count)).to(total.scalar_type()), weight);
    }
  });
}
bool ct_assign(CT_IN a, CT_IN b) {
  return done([&] {
    at::NoGradGuard outside;
    TORCH_CHECK(
      ref(a).sizes() == ref(b).sizes(), "assigning a tensor of shape ", ref(b).sizes(),
      " to one of shape ", ref(a).sizes());
    const_cast<at::Tensor &>(ref(a)).copy_(ref(b));
  });
}
bool ct_assign_rows(CT_IN a, CT_IN index, CT_IN rows) {
  return done([&] {
    at::NoGradGuard outside;
    const_cast<at::Tensor &>(ref(a)).index_copy_(0, ref(index), ref(rows));
  });
}
