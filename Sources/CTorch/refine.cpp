// Approximate neighbours made better: a neighbour of a neighbour is likely a neighbour (Dong, Moses & Li,
// "Efficient k-nearest neighbor graph construction for generic similarity measures", WWW 2011), here in
// sweeps that read one set of lists and write another, so that the order of points does not matter.
#include "checks.h"
#include "include/neighbours.h"
#include "internal.h"
#include "lists.h"
#include "loops.h"

#include <ATen/ops/empty.h>
#include <bit>

namespace {

using at::Tensor;
using ct::check;

auto reverse(const Tensor &neighbours, int64_t most) {
  check(neighbours, at::kInt, 2, "places");
  const int64_t n = neighbours.size(0), k = neighbours.size(1);
  const auto *places = neighbours.const_data_ptr<int32_t>();
  const auto starts = at::empty({n + 1}, neighbours.options().dtype(at::kLong));
  auto *start = starts.mutable_data_ptr<int64_t>();
  std::fill_n(start, n + 1, 0);
  ct::check_below(neighbours, n, "place", -1);
  for (int64_t i = 0; i < n * k; ++i) {
    if (places[i] >= 0 && start[places[i] + 1] < most) ++start[places[i] + 1];
  }
  for (int64_t i = 0; i < n; ++i) start[i + 1] += start[i];
  const auto lists = at::empty({start[n]}, neighbours.options());
  auto *list = lists.mutable_data_ptr<int32_t>();
  std::vector<int64_t> next(start, start + n);
  for (int64_t i = 0; i < n * k; ++i) {
    const int32_t place = places[i];
    if (place >= 0 && next[place] < start[place + 1]) {
      list[next[place]++] = static_cast<int32_t>(i / k);
    }
  }
  return std::make_tuple(starts, lists);
}

struct Graph {
  const float *points, *distances;
  const int32_t *places, *reverse;
  const int64_t *starts;
  float *new_distances;
  int32_t *new_places;
  int64_t n, d, k;
};

CT_WIDE float squared_distance(const float *a, const float *b, int64_t d) {
#pragma clang fp reassociate(on) contract(fast)
  float sum = 0;
  for (int64_t i = 0; i < d; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// Places met so far for one point, and the new ones among them.
struct Candidates {
  std::vector<int32_t> table, fresh;
  uint32_t mask;

  explicit Candidates(int64_t most)
      : table(std::bit_ceil(static_cast<uint64_t>(2 * most)), -1),
        mask(static_cast<uint32_t>(table.size() - 1)) {}

  void clear() {
    std::fill(table.begin(), table.end(), -1);
    fresh.clear();
  }
  // Whether `place` was not met before.
  bool meets(int32_t place) {
    auto at = (static_cast<uint32_t>(place) * 0x9e37'79b9u) >> 7 & mask;
    for (; table[at] >= 0; at = (at + 1) & mask) {
      if (table[at] == place) return false;
    }
    table[at] = place;
    return true;
  }
};

void refine(const Graph &g, int64_t point, Candidates &candidates) {
  candidates.clear();
  const auto *own = g.places + point * g.k;
  candidates.meets(static_cast<int32_t>(point));
  for (int64_t i = 0; i < g.k; ++i) {
    if (own[i] >= 0) candidates.meets(own[i]);
  }
  const auto visit = [&](int32_t by) {
    const auto *list = g.places + by * g.k;
    for (int64_t i = 0; i < g.k; ++i) {
      if (list[i] >= 0 && candidates.meets(list[i])) candidates.fresh.push_back(list[i]);
    }
  };
  for (int64_t i = 0; i < g.k; ++i) {
    if (own[i] >= 0) visit(own[i]);
  }
  for (int64_t i = g.starts[point]; i < g.starts[point + 1]; ++i) {
    if (candidates.meets(g.reverse[i])) candidates.fresh.push_back(g.reverse[i]);
    visit(g.reverse[i]);
  }
  auto *distances = g.new_distances + point * g.k;
  auto *places = g.new_places + point * g.k;
  std::copy_n(g.distances + point * g.k, g.k, distances);
  std::copy_n(own, g.k, places);
  const auto &fresh = candidates.fresh;
  constexpr size_t ahead = 8;
  for (size_t i = 0; i < fresh.size(); ++i) {
    if (i + ahead < fresh.size()) {
      const auto *soon = reinterpret_cast<const char *>(g.points + fresh[i + ahead] * g.d);
      for (int64_t byte = 0; byte < std::min<int64_t>(g.d * 4, 1024); byte += 64) {
        __builtin_prefetch(soon + byte);
      }
    }
    const float distance =
      squared_distance(g.points + point * g.d, g.points + fresh[i] * g.d, g.d);
    if (distance <= distances[g.k - 1]) ct::enter(distances, places, g.k, distance, fresh[i]);
  }
}

}  // namespace

bool ct_reverse(CT_IN places, int64_t most, ct_tensor **out) {
  return tensors(out, [&] { return reverse(ref(places), most); });
}

bool ct_refine(
  CT_IN points, CT_IN distances, CT_IN places, CT_IN reverse_starts, CT_IN reverse, int64_t from,
  int64_t to, CT_IN new_distances, CT_IN new_places) {
  return done([&] {
    const auto &x = ref(points), &old = ref(distances), &neighbours = ref(places);
    const auto &starts = ref(reverse_starts), &lists = ref(reverse);
    const auto &into = ref(new_distances), &found = ref(new_places);
    check(x, at::kFloat, 2, "points");
    check(old, at::kFloat, 2, "distances");
    check(neighbours, at::kInt, 2, "places");
    check(starts, at::kLong, 1, "reverse starts");
    check(lists, at::kInt, 1, "reverse");
    check(into, at::kFloat, 2, "new distances");
    check(found, at::kInt, 2, "new places");
    const int64_t n = x.size(0), k = neighbours.size(1);
    TORCH_CHECK(
      neighbours.size(0) == n && old.sizes() == neighbours.sizes() && starts.size(0) == n + 1 &&
        into.sizes() == old.sizes() && found.sizes() == old.sizes() && from >= 0 && from <= to &&
        to <= n,
      "shapes do not fit");
    ct::check_below(neighbours, n, "place", -1);
    ct::check_below(lists, n, "place");
    ct::check_starts(starts, lists.size(0), "reverse starts");
    const Graph g = {
      x.const_data_ptr<float>(), old.const_data_ptr<float>(), neighbours.const_data_ptr<int32_t>(),
      lists.const_data_ptr<int32_t>(), starts.const_data_ptr<int64_t>(),
      into.mutable_data_ptr<float>(), found.mutable_data_ptr<int32_t>(), n, x.size(1), k};
    int64_t longest = 0;
    for (int64_t i = from; i < to; ++i) {
      longest = std::max(longest, g.starts[i + 1] - g.starts[i]);
    }
    if (from == to) return;
    ct::for_pieces(to - from, k * k * g.d, [&](int64_t first, int64_t last) {
      Candidates candidates((longest + k) * (k + 1) + 1);
      for (int64_t i = first; i < last; ++i) refine(g, from + i, candidates);
    });
  });
}
