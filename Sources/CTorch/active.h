#pragma once
// Loops over the few units of each row that are active.
#include "loops.h"

#include <vector>

namespace ct {

// Where each of `m` units is active: entries[starts[j]] to entries[starts[j + 1]] are the places in
// `places`, [n, k], that name unit j, rising, without those whose value in `values` is 0.
struct Uses {
  std::vector<int64_t> starts;
  std::vector<int32_t> entries;
};

inline Uses uses(const int32_t *places, const float *values, int64_t count, int64_t m) {
  Uses all{std::vector<int64_t>(m + 1, 0), {}};
  for (int64_t e = 0; e < count; ++e) all.starts[places[e] + 1] += values[e] != 0;
  for (int64_t j = 0; j < m; ++j) all.starts[j + 1] += all.starts[j];
  all.entries.resize(all.starts[m]);
  auto next = all.starts;
  for (int64_t e = 0; e < count; ++e) {
    if (values[e] != 0) all.entries[next[places[e]]++] = static_cast<int32_t>(e);
  }
  return all;
}

// out += weight · row.
void add_scaled(float *out, const float *row, float weight, int64_t d);
// The inner product of two rows.
float inner(const float *a, const float *b, int64_t d);

// out[i] = Σ weights[i, t] · rows[places[i, t]] for n rows of k entries: [n, d].
void gather(
  float *out, const float *weights, const int32_t *places, const float *rows, int64_t n, int64_t k,
  int64_t d);
// out[j] = Σ over the uses e of unit j of weights[e] · rows[e / k]: [m, d]; each sum in the order of rows.
void scatter(
  float *out, const Uses &uses, const float *weights, const float *rows, int64_t k, int64_t d);

}  // namespace ct
