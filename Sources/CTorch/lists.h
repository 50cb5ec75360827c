#pragma once
// Lists of nearest neighbours while they fill.
#include "loops.h"

namespace ct {

// Enters a point into a list of `k` neighbours by distance, then by place; -1 stands at an infinite
// distance where the list is not full.
CT_INLINE void enter(float *distances, int32_t *places, int64_t k, float distance, int32_t place) {
  const auto after = [&](int64_t i) {
    return distances[i] > distance || (distances[i] == distance && places[i] > place);
  };
  int64_t i = k - 1;
  if (!after(i)) return;
  for (; i > 0 && after(i - 1); --i) {
    distances[i] = distances[i - 1];
    places[i] = places[i - 1];
  }
  distances[i] = distance;
  places[i] = place;
}

}  // namespace ct
