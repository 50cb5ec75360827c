// Directions of most variance, the same in every bit for any number of threads: libtorch's products split
// their sums between threads, so each runs inside one piece of work, where libtorch uses one.
#include "checks.h"
#include "include/neighbours.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros.h>

namespace {

using at::Tensor;

// Runs body on one thread with products that use one.
template <class Body>
void alone(Body body) {
  ct::for_pieces(2, 16'384, [&](int64_t from, int64_t) {
    if (from == 0) body();
  });
}

constexpr int64_t rows_at_a_time = 8192;

// Calls body(rows in float64, centred) for runs of rows.
template <class Body>
void chunks(const Tensor &points, const Tensor &mean, Body body) {
  for (int64_t row = 0; row < points.size(0); row += rows_at_a_time) {
    const auto count = std::min(rows_at_a_time, points.size(0) - row);
    body(points.narrow(0, row, count).to(at::kDouble) - mean, row);
  }
}

// Wider points are not worth a matrix of all their covariances.
constexpr int64_t widest = 2048;

// All variances along the axes, [d], and their covariances, [d, d].
Tensor covariances(const Tensor &points, const Tensor &mean) {
  const int64_t n = points.size(0), d = points.size(1);
  // Few bands, since each turns all points into float64 for itself, and enough for some threads.
  const int64_t band = std::max<int64_t>(64, (d + 3) / 4);
  const auto sums = at::zeros({d, d}, mean.options());
  const auto band_of = [&](int64_t first) {
    const auto width = std::min(band, d - first);
    auto part = sums.narrow(1, first, width);
    chunks(points, mean, [&](const Tensor &rows, int64_t) {
      part += at::matmul(rows.t(), rows.narrow(1, first, width));
    });
  };
  // At least two pieces, so that with threads each band is alone on one.
  const int64_t bands = (d + band - 1) / band;
  ct::for_pieces(std::max<int64_t>(2, bands), 16'384, [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < std::min(to, bands); ++i) band_of(i * band);
  });
  return sums / static_cast<double>(std::max<int64_t>(n - 1, 1));
}

// The directions of wide points, by powers of their covariances applied to a few directions (Halko,
// Martinsson & Tropp, "Finding structure with randomness", SIAM Review 2011).
Tensor by_powers(const Tensor &points, const Tensor &mean, int64_t count) {
  const int64_t n = points.size(0), d = points.size(1), width = std::min(d, count + 8);
  // Any start that no direction is at right angles to.
  auto basis = at::empty({d, width}, mean.options());
  auto *numbers = basis.mutable_data_ptr<double>();
  uint64_t state = 0;
  for (int64_t i = 0; i < d * width; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    numbers[i] = static_cast<double>(static_cast<int64_t>(state) >> 11) * 0x1p-52;
  }
  for (int round = 0; round < 24; ++round) {
    auto next = at::zeros({d, width}, mean.options());
    chunks(points, mean, [&](const Tensor &rows, int64_t) {
      next += at::matmul(rows.t(), at::matmul(rows, basis));
    });
    basis = std::get<0>(at::linalg_qr(next));
  }
  auto small = at::zeros({width, width}, mean.options());
  chunks(points, mean, [&](const Tensor &rows, int64_t) {
    const auto seen = at::matmul(rows, basis);
    small += at::matmul(seen.t(), seen);
  });
  const auto [values, vectors] = at::linalg_eigh(small / static_cast<double>(std::max<int64_t>(n - 1, 1)));
  return at::matmul(basis, vectors);
}

// A direction and its opposite are as good: the largest number is to be positive.
void direct(double *numbers, int64_t d) {
  const auto *top = std::max_element(
    numbers, numbers + d, [](double a, double b) { return std::abs(a) < std::abs(b); });
  if (*top >= 0) return;
  for (int64_t i = 0; i < d; ++i) numbers[i] = -numbers[i];
}

auto principal(const Tensor &points, int64_t count) {
  ct::check(points, at::kFloat, 2, "points");
  const int64_t n = points.size(0), d = points.size(1);
  TORCH_CHECK(n > 0 && count > 0 && count <= d, "shapes do not fit");
  const auto doubles = points.options().dtype(at::kDouble);
  auto mean = at::zeros({d}, doubles), total = at::zeros({1}, doubles);
  auto directions = at::empty({count, d}, doubles), variances = at::empty({count}, doubles);
  auto places = at::empty({n, count}, points.options());
  Tensor covariance;
  alone([&] {
    const auto zero = at::zeros({d}, doubles);
    chunks(points, zero, [&](const Tensor &rows, int64_t) { mean += rows.sum(0); });
    mean /= static_cast<double>(n);
    chunks(points, mean, [&](const Tensor &rows, int64_t) { total += rows.square().sum(); });
    total /= static_cast<double>(std::max<int64_t>(n - 1, 1));
  });
  if (d <= widest) covariance = covariances(points, mean);
  alone([&] {
    auto vectors = d <= widest ? std::get<1>(at::linalg_eigh(covariance))
                               : by_powers(points, mean, count);
    directions.copy_(vectors.narrow(1, vectors.size(1) - count, count).flip(1).t());
    for (int64_t i = 0; i < count; ++i) direct(directions.mutable_data_ptr<double>() + i * d, d);
    auto sums = at::zeros({count}, doubles);
    chunks(points, mean, [&](const Tensor &rows, int64_t first) {
      const auto seen = at::matmul(rows, directions.t());
      places.narrow(0, first, rows.size(0)).copy_(seen);
      sums += seen.square().sum(0);
    });
    variances.copy_(sums / static_cast<double>(std::max<int64_t>(n - 1, 1)));
  });
  return std::make_tuple(mean, directions, variances, total, places);
}

}  // namespace

bool ct_principal(CT_IN points, int64_t count, ct_tensor **out) {
  return tensors(out, [&] { return principal(ref(points), count); });
}
