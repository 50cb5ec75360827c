// Ranks of some points among all by their distance from a point, without sorting: one pass that counts.
#include "checks.h"
#include "include/neighbours.h"
#include "internal.h"
#include "panels.h"

#include <ATen/ops/empty.h>
#include <limits>

namespace {

using ct::check;
using ct::group;
using ct::Lanes;
using ct::Marks;
using ct::side;

struct Ranking {
  const float *points, *panels;
  const int32_t *rows, *ids, *others;
  int32_t *ranks;
  int64_t n, d, m, panel_count;
};

// Distances to the m others of each of `group` queries, by the same sums as to all points.
CT_INLINE void limits_of(
  const Ranking &r, const float *const *queries, const int64_t *rows, float *panel, float *limits) {
  for (int64_t q = 0; q < group; ++q) {
    const auto *others = r.others + rows[q] * r.m;
    for (int64_t first = 0; first < r.m; first += side) {
      const int64_t count = std::min(side, r.m - first);
      for (int64_t i = 0; i < r.d; ++i) {
        for (int64_t lane = 0; lane < side; ++lane) {
          panel[i * side + lane] =
            lane < count ? r.points[others[first + lane] * r.d + i] : 0.0f;
        }
      }
      Lanes found[group];
      ct::distances(queries, panel, r.d, found);
      for (int64_t lane = 0; lane < count; ++lane) {
        limits[q * r.m + first + lane] = reinterpret_cast<const float *>(&found[q])[lane];
      }
    }
  }
}

// Ranks for the rows [from, from + group), of which those from `end` on repeat the last.
CT_WIDE void rank(const Ranking &r, int64_t from, int64_t end, float *panel, float *limits, Marks *counts) {
  const float *queries[group];
  int64_t rows[group];
  for (int64_t q = 0; q < group; ++q) {
    rows[q] = std::min(from + q, end - 1);
    queries[q] = r.points + r.rows[rows[q]] * r.d;
  }
  limits_of(r, queries, rows, panel, limits);
  for (int64_t i = 0; i < group * r.m; ++i) counts[i] = Marks{};
  for (int64_t p = 0; p < r.panel_count; ++p) {
    const Marks ids = *reinterpret_cast<const Marks *>(r.ids + p * side);
    Lanes found[group];
    ct::distances(queries, r.panels + p * r.d * side, r.d, found);
    for (int64_t q = 0; q < group; ++q) {
      const Marks known = (ids != r.rows[rows[q]]) & (ids >= 0);
      const auto *others = r.others + rows[q] * r.m;
      for (int64_t j = 0; j < r.m; ++j) {
        const float limit = limits[q * r.m + j];
        const Marks before = (found[q] < limit) | ((found[q] == limit) & (ids < others[j]));
        counts[q * r.m + j] -= before & known;
      }
    }
  }
  for (int64_t q = 0; q < std::min(group, end - from); ++q) {
    for (int64_t j = 0; j < r.m; ++j) {
      r.ranks[rows[q] * r.m + j] = __builtin_reduce_add(counts[q * r.m + j]);
    }
  }
}

}  // namespace

ct_tensor *ct_ranks(CT_IN points, CT_IN rows, CT_IN panels, CT_IN ids, CT_IN others) {
  return tensor([&] {
    const auto &x = ref(points), &places = ref(rows), &p = ref(panels), &i = ref(ids);
    const auto &o = ref(others);
    check(x, at::kFloat, 2, "points");
    check(places, at::kInt, 1, "rows");
    check(p, at::kFloat, 3, "panels");
    check(i, at::kInt, 2, "ids");
    check(o, at::kInt, 2, "others");
    const int64_t n = x.size(0), d = x.size(1), count = places.size(0), m = o.size(1);
    TORCH_CHECK(
      p.size(1) == d && p.size(2) == side && i.size(0) == p.size(0) && o.size(0) == count,
      "shapes do not fit");
    ct::check_below(places, n, "row");
    ct::check_below(o, n, "place");
    const auto result = at::empty({count, m}, o.options());
    const Ranking r = {
      x.const_data_ptr<float>(), p.const_data_ptr<float>(), places.const_data_ptr<int32_t>(),
      i.const_data_ptr<int32_t>(), o.const_data_ptr<int32_t>(), result.mutable_data_ptr<int32_t>(),
      n, d, m, p.size(0)};
    if (count == 0) return result;
    ct::for_pieces((count + group - 1) / group, 16'384, [&](int64_t from, int64_t to) {
      std::vector<float> panel(d * side), limits(group * m);
      std::vector<Marks> counts(group * m);
      for (int64_t piece = from; piece < to; ++piece) {
        rank(r, piece * group, count, panel.data(), limits.data(), counts.data());
      }
    });
    return result;
  });
}
