#pragma once
// Points side by side in panels of 16, of which each vector holds one number of all: distances to them
// are sums over vectors, taken in the same order for every pair of points.
#include "loops.h"

#include <cstdint>

namespace ct {

// Points of a panel, and queries that are taken to one at a time: on AVX2 six of them need twelve
// registers for their sums and leave room for the points and a gap, where eight would spill.
constexpr int64_t side = 16, group = 6;

typedef float Lanes __attribute__((vector_size(side * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t Marks
  __attribute__((vector_size(side * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));

// Squared distances of `group` queries of `d` numbers to the points of a panel. Each is a sum of squares:
// norms less a product would lose the distances between near neighbours to rounding.
CT_INLINE void distances(const float *const *queries, const float *panel, int64_t d, Lanes *out) {
  Lanes sums[group] = {};
  for (int64_t i = 0; i < d; ++i) {
    const Lanes points = *reinterpret_cast<const Lanes *>(panel + i * side);
    for (int64_t q = 0; q < group; ++q) {
      const Lanes gap = points - queries[q][i];
      sums[q] += gap * gap;
    }
  }
  for (int64_t q = 0; q < group; ++q) out[q] = sums[q];
}

CT_INLINE bool any(const Marks &marks) { return __builtin_reduce_or(marks) != 0; }

// Panels that stay in the caches while a tile of queries passes by: about 256 KB of them.
CT_INLINE int64_t panels_at_a_time(int64_t d) { return d < 4096 ? 4096 / d : 1; }

}  // namespace ct
