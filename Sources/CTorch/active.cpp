// Sums over the few active units of each row, forward and back: the work is that of the active units,
// where a dense product would go through all.
#include "include/sparse.h"
#include "active.h"
#include "checks.h"
#include "internal.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <cmath>

namespace ct {

CT_WIDE void add_scaled(float *out, const float *row, float weight, int64_t d) {
#pragma clang fp contract(fast)
  for (int64_t j = 0; j < d; ++j) out[j] += weight * row[j];
}

CT_WIDE float inner(const float *a, const float *b, int64_t d) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (int64_t j = 0; j < d; ++j) sum += a[j] * b[j];
  return sum;
}

void gather(
  float *out, const float *weights, const int32_t *places, const float *rows, int64_t n, int64_t k,
  int64_t d) {
  for_pieces(n, k * d, [&](int64_t from, int64_t to) {
    std::fill(out + from * d, out + to * d, 0.0f);
    for (int64_t i = from; i < to; ++i) {
      for (int64_t e = i * k; e < (i + 1) * k; ++e) {
        if (weights[e] != 0) add_scaled(out + i * d, rows + places[e] * d, weights[e], d);
      }
    }
  });
}

void scatter(
  float *out, const Uses &uses, const float *weights, const float *rows, int64_t k, int64_t d) {
  const auto m = static_cast<int64_t>(uses.starts.size()) - 1;
  const int64_t each = (static_cast<int64_t>(uses.entries.size()) / std::max<int64_t>(m, 1) + 1) * d;
  for_pieces(m, each, [&](int64_t from, int64_t to) {
    std::fill(out + from * d, out + to * d, 0.0f);
    for (int64_t j = from; j < to; ++j) {
      for (int64_t u = uses.starts[j]; u < uses.starts[j + 1]; ++u) {
        const int64_t e = uses.entries[u];
        add_scaled(out + j * d, rows + e / k * d, weights[e], d);
      }
    }
  });
}

namespace {

// Calls row(place of the first number) for each row of a matrix, on libtorch's threads.
template <class Body>
void each_row(const at::Tensor &matrix, Body body) {
  check(matrix, at::kFloat, 2, "the matrix");
  auto *first = matrix.mutable_data_ptr<float>();
  const int64_t d = matrix.size(1);
  for_pieces(matrix.size(0), std::max<int64_t>(d, 1), [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; ++i) body(first + i * d, i);
  });
}

}  // namespace
}  // namespace ct

bool ct_tangent_rows(CT_IN gradients, CT_IN units) {
  return done([&] {
    at::NoGradGuard outside;
    const auto &g = ref(gradients), &u = ref(units);
    TORCH_CHECK(g.sizes() == u.sizes(), "gradients of shape ", g.sizes(), " for units of ", u.sizes());
    if (!g.is_cpu() || !u.is_cpu()) {
      g.sub_((g * u).sum(1, true) * u);
      return;
    }
    ct::check(u, at::kFloat, 2, "the units");
    const auto *rows = u.const_data_ptr<float>();
    const int64_t d = u.size(1);
    ct::each_row(g, [&](float *row, int64_t i) {
      ct::add_scaled(row, rows + i * d, -ct::inner(row, rows + i * d, d), d);
    });
  });
}

bool ct_unit_rows(CT_IN rows) {
  return done([&] {
    at::NoGradGuard outside;
    const auto &matrix = ref(rows);
    if (!matrix.is_cpu()) {
      const auto lengths = at::linalg_vector_norm(matrix, 2, {1}, true);
      matrix.div_(lengths.masked_fill(lengths == 0, 1));
      return;
    }
    const int64_t d = matrix.dim() == 2 ? matrix.size(1) : 0;
    ct::each_row(matrix, [&](float *row, int64_t) {
      const float length = std::sqrt(ct::inner(row, row, d));
      if (length > 0) {
        for (int64_t j = 0; j < d; ++j) row[j] /= length;
      }
    });
  });
}
