// Nearest neighbours by blocks: tiles of queries pass by panels of points, and what is near enough
// enters the list of each query while its distance is still in a register.
#include "checks.h"
#include "include/neighbours.h"
#include "internal.h"
#include "lists.h"
#include "panels.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <limits>

namespace {

using at::Tensor;
using ct::check;
using ct::check_below;
using ct::check_starts;
using ct::group;
using ct::Lanes;
using ct::Marks;
using ct::side;

constexpr int64_t tile_size = 10 * group;

// Queries that look in the same cells, with the lists that they fill.
struct Tile {
  const float *queries[tile_size];
  int32_t own[tile_size];
  float *distances[tile_size];
  int32_t *places[tile_size];
  // The distance of the last neighbour so far; below 0 where there is no query.
  float last[tile_size];
  int64_t count = 0;
};

CT_WIDE void search(
  Tile &tile, const float *panels, const int32_t *ids, int64_t from, int64_t to, int64_t d,
  int64_t k) {
  const int64_t block = ct::panels_at_a_time(d);
  for (int64_t first = from; first < to; first += block) {
    const int64_t end = std::min(first + block, to);
    for (int64_t q = 0; q < tile.count; q += group) {
      for (int64_t panel = first; panel < end; ++panel) {
        Lanes found[group];
        ct::distances(tile.queries + q, panels + panel * d * side, d, found);
        for (int64_t i = 0; i < group; ++i) {
          const Marks near = found[i] <= tile.last[q + i];
          if (!ct::any(near)) continue;
          float values[side];
          *reinterpret_cast<Lanes *>(values) = found[i];
          for (int64_t lane = 0; lane < side; ++lane) {
            const int32_t place = ids[panel * side + lane];
            if (!(values[lane] <= tile.last[q + i]) || place < 0 || place == tile.own[q + i]) continue;
            ct::enter(tile.distances[q + i], tile.places[q + i], k, values[lane], place);
            tile.last[q + i] = tile.distances[q + i][k - 1];
          }
        }
      }
    }
  }
}

struct Search {
  const float *queries, *panels;
  const int32_t *rows, *lists, *ids, *probes;
  const int64_t *firsts, *probe_starts;
  float *distances;
  int32_t *places;
  int64_t d, k;
  bool apart;
};

// The rows [from, to), which all look in the same cells.
void answer(const Search &s, int64_t from, int64_t to) {
  Tile tile;
  for (int64_t i = from; i < to; ++i) {
    const int64_t row = s.rows[i], place = tile.count++;
    tile.queries[place] = s.queries + row * s.d;
    tile.own[place] = s.apart ? static_cast<int32_t>(row) : -1;
    tile.distances[place] = s.distances + row * s.k;
    tile.places[place] = s.places + row * s.k;
    tile.last[place] = std::numeric_limits<float>::infinity();
    std::fill_n(tile.distances[place], s.k, std::numeric_limits<float>::infinity());
    std::fill_n(tile.places[place], s.k, -1);
  }
  for (; tile.count % group != 0; ++tile.count) {
    tile.queries[tile.count] = tile.queries[0];
    tile.last[tile.count] = -1;
  }
  const int64_t list = s.lists[from];
  for (int64_t i = s.probe_starts[list]; i < s.probe_starts[list + 1]; ++i) {
    const int64_t cell = s.probes[i];
    search(tile, s.panels, s.ids, s.firsts[cell], s.firsts[cell + 1], s.d, s.k);
  }
}

auto panels(const Tensor &points, const Tensor &order, const Tensor &starts) {
  check(points, at::kFloat, 2, "points");
  check(order, at::kInt, 1, "order");
  check(starts, at::kLong, 1, "starts");
  const int64_t n = points.size(0), d = points.size(1), cells = starts.size(0) - 1;
  TORCH_CHECK(order.size(0) == n, "order must have a place for each point");
  check_below(order, n, "place");
  check_starts(starts, n, "starts");
  const auto *from = starts.const_data_ptr<int64_t>();
  const auto firsts = at::empty({cells + 1}, starts.options());
  auto *first = firsts.mutable_data_ptr<int64_t>();
  first[0] = 0;
  for (int64_t cell = 0; cell < cells; ++cell) {
    first[cell + 1] = first[cell] + (from[cell + 1] - from[cell] + side - 1) / side;
  }
  const int64_t count = first[cells];
  const auto result = at::empty({count, d, side}, points.options());
  const auto ids = at::empty({count, side}, order.options());
  auto *out = result.mutable_data_ptr<float>();
  auto *places = ids.mutable_data_ptr<int32_t>();
  const auto *x = points.const_data_ptr<float>();
  const auto *in_order = order.const_data_ptr<int32_t>();
  ct::for_pieces(cells, n * d / std::max<int64_t>(1, cells), [&](int64_t begin, int64_t end) {
    for (int64_t cell = begin; cell < end; ++cell) {
      for (int64_t i = 0; i < (first[cell + 1] - first[cell]) * side; ++i) {
        const bool filled = from[cell] + i < from[cell + 1];
        const int64_t slot = first[cell] * side + i, lane = slot % side;
        const int32_t place = filled ? in_order[from[cell] + i] : -1;
        places[slot] = place;
        float *column = out + slot / side * side * d + lane;
        for (int64_t j = 0; j < d; ++j) {
          column[j * side] = filled ? x[place * d + j] : std::numeric_limits<float>::infinity();
        }
      }
    }
  });
  return std::make_tuple(result, ids, firsts);
}

}  // namespace

bool ct_panels(CT_IN points, CT_IN order, CT_IN starts, ct_tensor **out) {
  return tensors(out, [&] { return panels(ref(points), ref(order), ref(starts)); });
}

bool ct_nearest(
  CT_IN queries, CT_IN rows, CT_IN lists, CT_IN panels, CT_IN ids, CT_IN firsts,
  CT_IN probe_starts, CT_IN probes, bool apart, CT_IN distances, CT_IN places) {
  return done([&] {
    const auto &x = ref(queries), &r = ref(rows), &l = ref(lists), &p = ref(panels), &i = ref(ids);
    const auto &f = ref(firsts), &starts = ref(probe_starts), &cells = ref(probes);
    const auto &into = ref(distances), &found = ref(places);
    check(x, at::kFloat, 2, "queries");
    check(r, at::kInt, 1, "rows");
    check(l, at::kInt, 1, "lists");
    check(p, at::kFloat, 3, "panels");
    check(i, at::kInt, 2, "ids");
    check(f, at::kLong, 1, "firsts");
    check(starts, at::kLong, 1, "probe starts");
    check(cells, at::kInt, 1, "probes");
    check(into, at::kFloat, 2, "distances");
    check(found, at::kInt, 2, "places");
    const int64_t m = x.size(0), d = x.size(1), k = into.size(1), count = r.size(0);
    TORCH_CHECK(
      p.size(1) == d && p.size(2) == side && i.size(0) == p.size(0) && i.size(1) == side &&
        l.size(0) == count && into.size(0) == m && found.sizes() == into.sizes() && k > 0,
      "shapes do not fit");
    check_below(r, m, "row");
    check_below(l, starts.size(0) - 1, "list");
    check_below(cells, f.size(0) - 1, "cell");
    check_starts(starts, cells.size(0), "probe starts");
    check_starts(f, p.size(0), "firsts");
    const Search s = {
      x.const_data_ptr<float>(), p.const_data_ptr<float>(), r.const_data_ptr<int32_t>(),
      l.const_data_ptr<int32_t>(), i.const_data_ptr<int32_t>(), cells.const_data_ptr<int32_t>(),
      f.const_data_ptr<int64_t>(), starts.const_data_ptr<int64_t>(),
      into.mutable_data_ptr<float>(), found.mutable_data_ptr<int32_t>(), d, k, apart};
    std::vector<int64_t> tiles = {0};
    for (int64_t row = 1; row <= count; ++row) {
      if (row == count || row - tiles.back() == tile_size || s.lists[row] != s.lists[row - 1]) {
        tiles.push_back(row);
      }
    }
    if (count == 0) return;
    ct::for_pieces(
      static_cast<int64_t>(tiles.size()) - 1, 16'384, [&](int64_t from, int64_t to) {
        for (int64_t tile = from; tile < to; ++tile) answer(s, tiles[tile], tiles[tile + 1]);
      });
  });
}
