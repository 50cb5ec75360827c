// The fuzzy simplicial set of points and their nearest neighbours (McInnes, Healy & Melville, "UMAP:
// uniform manifold approximation and projection for dimension reduction", 2018, algorithms 2 and 3).
#include "checks.h"
#include "exponential.h"
#include "include/neighbours.h"
#include "internal.h"

#include <ATen/ops/empty.h>
#include <cmath>

namespace {

using at::Tensor;
using ct::check;

// Widths below this share of the mean distance would make every neighbour but the first a stranger.
constexpr float least_share = 1e-3f;

// Sum of the memberships of neighbours at distances beyond the nearest.
CT_WIDE float memberships(const float *beyond, float *out, int64_t k, float width) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  const float scale = -1 / width;
  for (int64_t i = 0; i < k; ++i) {
    out[i] = ct::exponential(beyond[i] * scale);
    sum += out[i];
  }
  return sum;
}

// Memberships of one point's `k` neighbours, whose sum is log2 k: by bisection of the width.
void smooth(const float *distances, float *out, float *beyond, int64_t k, float overall) {
  float nearest = 0, mean = 0;
  for (int64_t i = k - 1; i >= 0; --i) {
    if (distances[i] > 0) nearest = distances[i];
    mean += distances[i] / static_cast<float>(k);
  }
  for (int64_t i = 0; i < k; ++i) beyond[i] = std::max(0.0f, distances[i] - nearest);
  const float least = least_share * (nearest > 0 ? mean : overall);
  if (!(least > 0)) {
    std::fill_n(out, k, 1.0f);
    return;
  }
  const float target = std::log2(static_cast<float>(k));
  float low = 0, high = std::numeric_limits<float>::infinity(), width = mean;
  for (int round = 0; round < 64; ++round) {
    const float sum = memberships(beyond, out, k, width);
    if (std::abs(sum - target) < 1e-5f) break;
    (sum > target ? high : low) = width;
    width = std::isinf(high) ? 2 * width : (low + high) / 2;
    if (width < least) break;
  }
  memberships(beyond, out, k, std::max(width, least));
}

Tensor all_memberships(const Tensor &distances, const Tensor &places) {
  check(distances, at::kFloat, 2, "distances");
  check(places, at::kInt, 2, "places");
  TORCH_CHECK(distances.sizes() == places.sizes(), "shapes do not fit");
  const int64_t n = distances.size(0), k = distances.size(1);
  const auto *d = distances.const_data_ptr<float>();
  const auto *p = places.const_data_ptr<int32_t>();
  // In one order, whatever the number of threads.
  double sum = 0;
  int64_t known = 0;
  for (int64_t i = 0; i < n * k; ++i) {
    if (p[i] < 0) continue;
    sum += d[i];
    ++known;
  }
  const auto overall = static_cast<float>(sum / static_cast<double>(std::max<int64_t>(known, 1)));
  const auto result = at::empty({n, k}, distances.options());
  auto *out = result.mutable_data_ptr<float>();
  if (n == 0) return result;
  ct::for_pieces(n, 64 * k, [&](int64_t from, int64_t to) {
    std::vector<float> beyond(k);
    for (int64_t i = from; i < to; ++i) {
      int64_t count = 0;
      while (count < k && p[i * k + count] >= 0) ++count;
      std::fill_n(out + i * k, k, 0.0f);
      if (count > 0) smooth(d + i * k, out + i * k, beyond.data(), count, overall);
    }
  });
  return result;
}

// One entry of a row: a place and the membership of an edge to it.
struct Edge {
  int32_t place;
  float weight;
};

// Out-edges and in-edges of a point, each by place, joined; calls body(place, membership).
template <class Body>
void join(const Edge *out, int64_t out_count, const Edge *in, int64_t in_count, Body body) {
  for (int64_t i = 0, j = 0; i < out_count || j < in_count;) {
    const bool takes_out = i < out_count && (j == in_count || out[i].place <= in[j].place);
    const bool takes_in = j < in_count && (i == out_count || in[j].place <= out[i].place);
    const float a = takes_out ? out[i].weight : 0, b = takes_in ? in[j].weight : 0;
    body(takes_out ? out[i].place : in[j].place, a + b - a * b);
    i += takes_out;
    j += takes_in;
  }
}

auto fuzzy_union(const Tensor &places, const Tensor &memberships) {
  check(places, at::kInt, 2, "places");
  check(memberships, at::kFloat, 2, "memberships");
  TORCH_CHECK(places.sizes() == memberships.sizes(), "shapes do not fit");
  const int64_t n = places.size(0), k = places.size(1);
  ct::check_below(places, n, "place", -1);
  const auto *p = places.const_data_ptr<int32_t>();
  const auto *m = memberships.const_data_ptr<float>();
  std::vector<int64_t> first(n + 1);
  for (int64_t i = 0; i < n * k; ++i) {
    if (p[i] >= 0) ++first[p[i] + 1];
  }
  for (int64_t i = 0; i < n; ++i) first[i + 1] += first[i];
  std::vector<Edge> in(first[n]);
  std::vector<int64_t> next(first.begin(), first.end() - 1);
  for (int64_t i = 0; i < n * k; ++i) {
    if (p[i] >= 0) in[next[p[i]]++] = {static_cast<int32_t>(i / k), m[i]};
  }
  const auto starts = at::empty({n + 1}, places.options().dtype(at::kLong));
  auto *start = starts.mutable_data_ptr<int64_t>();
  // Calls body(row, out-edges by place, their number) for each row.
  const auto rows = [&](auto body) {
    ct::for_pieces(n, 8 * k, [&](int64_t from, int64_t to) {
      std::vector<Edge> out(k);
      for (int64_t i = from; i < to; ++i) {
        int64_t count = 0;
        for (int64_t j = 0; j < k; ++j) {
          if (p[i * k + j] >= 0) out[count++] = {p[i * k + j], m[i * k + j]};
        }
        std::sort(
          out.begin(), out.begin() + count,
          [](const Edge &a, const Edge &b) { return a.place < b.place; });
        body(i, out.data(), count);
      }
    });
  };
  start[0] = 0;
  if (n > 0) {
    rows([&](int64_t i, const Edge *out, int64_t count) {
      int64_t edges = 0;
      join(out, count, in.data() + first[i], first[i + 1] - first[i], [&](int32_t, float) { ++edges; });
      start[i + 1] = edges;
    });
  }
  for (int64_t i = 0; i < n; ++i) start[i + 1] += start[i];
  const auto columns = at::empty({start[n]}, places.options());
  const auto weights = at::empty({start[n]}, memberships.options());
  auto *column = columns.mutable_data_ptr<int32_t>();
  auto *weight = weights.mutable_data_ptr<float>();
  if (n > 0) {
    rows([&](int64_t i, const Edge *out, int64_t count) {
      int64_t at = start[i];
      join(
        out, count, in.data() + first[i], first[i + 1] - first[i], [&](int32_t place, float value) {
          column[at] = place;
          weight[at++] = value;
        });
    });
  }
  return std::make_tuple(starts, columns, weights);
}

}  // namespace

ct_tensor *ct_memberships(CT_IN distances, CT_IN places) {
  return tensor([&] { return all_memberships(ref(distances), ref(places)); });
}
bool ct_fuzzy_union(CT_IN places, CT_IN memberships, ct_tensor **out) {
  return tensors(out, [&] { return fuzzy_union(ref(places), ref(memberships)); });
}
