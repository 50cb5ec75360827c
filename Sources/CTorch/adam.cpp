// One step of Adam over all parameters in one parallel loop: libtorch's takes one loop for each
// parameter, and most parameters are small.
#include "include/optimise.h"
#include "internal.h"
#include "loops.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <cmath>

namespace {

using Tensors = std::vector<at::Tensor>;

// Made in double precision: 1 - β₂ in float32 would be off by 5e-5 of itself.
struct Rates {
  // `decay`: of the parameter itself where it is decoupled, else into the gradient.
  float step, to_mean, keep_square, to_square, root, eps, decay;
  bool decoupled;
};

// A run of the numbers of one parameter.
struct Piece {
  float *p, *m, *v;
  const float *g;
  int64_t count;
};
constexpr int64_t piece_size = 8192;

template <bool decoupled>
CT_INLINE void move(const Piece &piece, const Rates &r) {
  float *__restrict p = piece.p, *__restrict m = piece.m, *__restrict v = piece.v;
  const float *__restrict gradient = piece.g;
  for (int64_t i = 0; i < piece.count; ++i) {
    const float g = decoupled ? gradient[i] : gradient[i] + r.decay * p[i];
    const float kept = decoupled ? p[i] - r.decay * p[i] : p[i];
    m[i] += r.to_mean * (g - m[i]);
    v[i] = r.keep_square * v[i] + r.to_square * g * g;
    p[i] = kept - r.step * (m[i] / (__builtin_elementwise_sqrt(v[i]) * r.root + r.eps));
  }
}

CT_WIDE void move_all(const Piece *pieces, int64_t count, const Rates &rates) {
  for (int64_t i = 0; i < count; ++i) {
    rates.decoupled ? move<true>(pieces[i], rates) : move<false>(pieces[i], rates);
  }
}

bool suits(const at::Tensor &a) {
  return a.is_cpu() && a.scalar_type() == at::kFloat && a.is_contiguous();
}

// Whether the loops above can do it. Throws where shapes differ, which libtorch's step does not see.
bool suit(const Tensors &p, const Tensors &g, const Tensors &m, const Tensors &v) {
  bool all = true;
  for (size_t i = 0; i < p.size(); ++i) {
    for (const auto *a : {&p[i], &g[i], &m[i], &v[i]}) {
      TORCH_CHECK(
        a->sizes() == p[i].sizes(), "a parameter of shape ", p[i].sizes(), " with a tensor of shape ",
        a->sizes());
      all = all && suits(*a);
    }
  }
  return all;
}

void step(
  const Tensors &p, const Tensors &g, const Tensors &m, const Tensors &v, const Rates &rates) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < p.size(); ++i) {
    const int64_t size = p[i].numel();
    for (int64_t start = 0; start < size; start += piece_size) {
      pieces.push_back(
        {p[i].mutable_data_ptr<float>() + start, m[i].mutable_data_ptr<float>() + start,
         v[i].mutable_data_ptr<float>() + start, g[i].const_data_ptr<float>() + start,
         std::min(piece_size, size - start)});
    }
  }
  if (pieces.empty()) return;
  ct::for_pieces(
    static_cast<int64_t>(pieces.size()), piece_size,
    [&](int64_t from, int64_t to) { move_all(pieces.data() + from, to - from, rates); });
}

}  // namespace

bool ct_adam_step(
  CT_LIST parameters, CT_LIST gradients, CT_LIST first, CT_LIST second,
  const ct_tensor *const *largest, CT_IN steps, size_t count, double rate, double beta1,
  double beta2, double weight_decay, double eps, bool decoupled) {
  const ct::Named named("latent::adam");
  return done([&] {
    at::NoGradGuard outside;
    const auto p = list(parameters, count), g = list(gradients, count);
    const auto m = list(first, count), v = list(second, count);
    const auto &taken = ref(steps);
    if (suit(p, g, m, v) && !largest && taken.numel() == 1 && suits(taken)) {
      const double t = *taken.mutable_data_ptr<float>() += 1;
      const auto number = [](double value) { return static_cast<float>(value); };
      return step(
        p, g, m, v,
        {number(rate / (1 - std::pow(beta1, t))), number(1 - beta1), number(beta2),
         number(1 - beta2), number(1 / std::sqrt(1 - std::pow(beta2, t))), number(eps),
         number(decoupled ? rate * weight_decay : weight_decay), decoupled});
    }
    const auto top = largest ? list(largest, count) : Tensors();
    taken.add_(1);
    const Tensors t(count, taken);
    if (decoupled) {
      at::_fused_adamw_(
        p, g, m, v, top, t, rate, beta1, beta2, weight_decay, eps, largest != nullptr, false);
    } else {
      at::_fused_adam_(
        p, g, m, v, top, t, rate, beta1, beta2, weight_decay, eps, largest != nullptr, false);
    }
  });
}
