// Sweeps of a neighbour embedding: what holds points together and what keeps them apart, for every point
// from the places before the sweep.
#include "checks.h"
#include "exponential.h"
#include "include/neighbours.h"
#include "internal.h"

#include <ATen/ops/empty.h>
#include <cmath>

namespace {

using ct::check;

// The natural logarithm of a positive, normal number, within a few units in the last place.
CT_INLINE float logarithm(float t) {
  const auto bits = std::bit_cast<int32_t>(t);
  // t = m 2^e with m in [2/3, 4/3).
  const int32_t e = (bits - 0x3f2a'aaab) >> 23;
  const float m = std::bit_cast<float>(bits - (e << 23));
  const float s = (m - 1) / (m + 1), q = s * s;
  const float series = s * (2 + q * (2.0f / 3 + q * (2.0f / 5 + q * (2.0f / 7 + q * (2.0f / 9)))));
  return static_cast<float>(e) * 0.693147181f + series;
}

// Numbers that differ in a bit give results that share about half of theirs (Wellons, "Prospecting for
// hash functions", 2018).
CT_INLINE uint32_t mixed(uint32_t x) {
  x = (x ^ x >> 16) * 0x7feb'352du;
  x = (x ^ x >> 15) * 0x846c'a68bu;
  return x ^ x >> 16;
}

struct Sweep {
  const float *places, *weights;
  const int64_t *starts;
  const int32_t *columns;
  float *moved;
  int64_t n;
  float a, b, rate, repulsion;
  int32_t draws;
  uint32_t low, high;
};

// Differences to other points, side by side, and what weighs them; numbers of them come in whole vectors.
constexpr int64_t lanes = 16, room = 256;
struct Gaps {
  float x[room], y[room], weight[room];
};

// The pull of the points at `gaps`: its sum in x and y, and the sum of its coefficients.
CT_INLINE void pull(const Gaps &g, int64_t count, float a, float b, float *sums) {
#pragma clang fp reassociate(on) contract(fast)
  float x = 0, y = 0, all = 0;
  for (int64_t i = 0; i < count; ++i) {
    const float s = g.x[i] * g.x[i] + g.y[i] * g.y[i] + 1e-12f;
    const float power = ct::exp_within(b * logarithm(s));
    const float pull = g.weight[i] * 2 * a * b * power / (s * (1 + a * power));
    x += pull * g.x[i];
    y += pull * g.y[i];
    all += pull;
  }
  sums[0] += x;
  sums[1] += y;
  sums[2] += all;
}

// The push of the points at `gaps`, no more than 4 from each in x and in y, as in the authors' program.
CT_INLINE void push(const Gaps &g, int64_t count, float a, float b, float *sums) {
#pragma clang fp reassociate(on) contract(fast)
  float x = 0, y = 0;
  for (int64_t i = 0; i < count; ++i) {
    const float s = g.x[i] * g.x[i] + g.y[i] * g.y[i] + 1e-12f;
    const float power = ct::exp_within(b * logarithm(s));
    const float push = 2 * b / ((0.001f + s) * (1 + a * power));
    const float dx = push * g.x[i], dy = push * g.y[i];
    x += dx < -4 ? -4 : dx > 4 ? 4 : dx;
    y += dy < -4 ? -4 : dy > 4 ? 4 : dy;
  }
  sums[0] += x;
  sums[1] += y;
}

CT_WIDE void sweep(const Sweep &s, int64_t from, int64_t to) {
#pragma clang fp contract(fast)
  Gaps gaps;
  int32_t drawn[room];
  for (int64_t i = from; i < to; ++i) {
    const float x = s.places[2 * i], y = s.places[2 * i + 1];
    float pulls[3] = {}, pushes[2] = {}, degree = 0;
    for (int64_t start = s.starts[i]; start < s.starts[i + 1]; start += room) {
      const int64_t count = std::min(room, s.starts[i + 1] - start);
      int64_t filled = 0;
      for (; filled < count; ++filled) {
        const int64_t other = s.columns[start + filled];
        gaps.x[filled] = s.places[2 * other] - x;
        gaps.y[filled] = s.places[2 * other + 1] - y;
        gaps.weight[filled] = s.weights[start + filled];
        degree += gaps.weight[filled];
      }
      for (; filled % lanes != 0; ++filled) gaps.x[filled] = gaps.y[filled] = gaps.weight[filled] = 0;
      pull(gaps, filled, s.a, s.b, pulls);
    }
    for (int32_t start = 0; start < s.draws; start += room) {
      const int32_t count = std::min<int32_t>(room, s.draws - start);
      const auto first = static_cast<uint32_t>(i * s.draws + start);
      for (int32_t j = 0; j < count; ++j) {
        const uint64_t bits = mixed(mixed(first + static_cast<uint32_t>(j) + s.low) ^ s.high);
        drawn[j] = static_cast<int32_t>(bits * static_cast<uint64_t>(s.n) >> 32);
      }
      for (int32_t j = 0; j < count; ++j) {
        gaps.x[j] = x - s.places[2 * drawn[j]];
        gaps.y[j] = y - s.places[2 * drawn[j] + 1];
      }
      push(gaps, count, s.a, s.b, pushes);
    }
    const float share = s.repulsion * degree / static_cast<float>(s.draws);
    // At first four times as far as where the neighbours alone would have it: points pass each other then,
    // and settle as the rate falls.
    const float step = s.rate / std::max(1.0f, 0.5f * pulls[2]);
    s.moved[2 * i] = x + step * (2 * pulls[0] + share * pushes[0]);
    s.moved[2 * i + 1] = y + step * (2 * pulls[1] + share * pushes[1]);
  }
}

}  // namespace

bool ct_embedding_sweep(
  CT_IN places, CT_IN starts, CT_IN columns, CT_IN weights, ct_sweep sweep, CT_IN moved) {
  return done([&] {
    const auto &x = ref(places), &first = ref(starts), &others = ref(columns), &w = ref(weights);
    const auto &out = ref(moved);
    check(x, at::kFloat, 2, "places");
    check(first, at::kLong, 1, "starts");
    check(others, at::kInt, 1, "columns");
    check(w, at::kFloat, 1, "weights");
    check(out, at::kFloat, 2, "moved");
    const int64_t n = x.size(0);
    TORCH_CHECK(
      x.size(1) == 2 && out.sizes() == x.sizes() && first.size(0) == n + 1 &&
        w.sizes() == others.sizes() && sweep.draws > 0,
      "shapes do not fit");
    const Sweep s = {
      x.const_data_ptr<float>(), w.const_data_ptr<float>(), first.const_data_ptr<int64_t>(),
      others.const_data_ptr<int32_t>(), out.mutable_data_ptr<float>(), n,
      static_cast<float>(sweep.a), static_cast<float>(sweep.b), static_cast<float>(sweep.rate),
      static_cast<float>(sweep.repulsion), sweep.draws, static_cast<uint32_t>(sweep.key),
      static_cast<uint32_t>(sweep.key >> 32)};
    if (n == 0) return;
    ct::for_pieces(n, 1024, [&](int64_t from, int64_t to) { ::sweep(s, from, to); });
  });
}
