// A round of Lloyd's iteration ("Least squares quantization in PCM", 1982). libtorch's operators make the distances
// of all points to all centres at once, and the sums of the centres' points as a second product of that size.
#include "checks.h"
#include "include/neighbours.h"
#include "internal.h"
#include "loops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace {

using at::Tensor;
using ct::check;

// The place of the least of k numbers, the first of them.
CT_WIDE int64_t least(const double *values, int64_t k) {
  double best = values[0];
  for (int64_t j = 1; j < k; ++j) best = values[j] < best ? values[j] : best;
  int64_t place = 0;
  while (place < k - 1 && !(values[place] == best)) ++place;
  return place;
}

CT_WIDE void add(const double *row, double *sum, int64_t count) {
  for (int64_t c = 0; c < count; ++c) sum[c] += row[c];
}

auto shares(const Tensor &points, const Tensor &centres) {
  check(points, at::kDouble, 2, "points");
  check(centres, at::kDouble, 2, "centres");
  const int64_t n = points.size(0), d = points.size(1), k = centres.size(0);
  TORCH_CHECK(k > 0 && centres.size(1) == d, "shapes do not fit");
  const auto labels = at::empty({n}, points.options().dtype(at::kLong));
  auto *label = labels.mutable_data_ptr<int64_t>();
  const auto lengths = (centres * centres).sum(1);
  const auto turned = centres.t();
  // So many rows of distances as stay in the cache.
  const int64_t block = std::max<int64_t>(64, (1 << 18) / k);
  for (int64_t start = 0; start < n; start += block) {
    const int64_t count = std::min(block, n - start);
    const auto distances = at::addmm(lengths, points.narrow(0, start, count), turned, 1, -2);
    const auto *first = distances.const_data_ptr<double>();
    ct::for_pieces(count, k, [&](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) label[start + i] = least(first + i * k, k);
    });
  }
  const auto sums = at::zeros({k, d}, points.options());
  const auto sizes = at::zeros({k}, points.options());
  const auto *row = points.const_data_ptr<double>();
  auto *sum = sums.mutable_data_ptr<double>(), *size = sizes.mutable_data_ptr<double>();
  // Shared out by columns, so that the order of a sum is that of the points for any number of threads.
  constexpr int64_t width = 16;
  ct::for_pieces((d + width - 1) / width, n * width, [&](int64_t from, int64_t to) {
    const int64_t first = from * width, columns = std::min(to * width, d) - first;
    for (int64_t i = 0; i < n; ++i) add(row + i * d + first, sum + label[i] * d + first, columns);
  });
  for (int64_t i = 0; i < n; ++i) size[label[i]] += 1;
  return std::make_tuple(labels, sums, sizes);
}

}  // namespace

bool ct_centre_shares(CT_IN points, CT_IN centres, ct_tensor **out) {
  return tensors(out, [&] { return shares(ref(points), ref(centres)); });
}
