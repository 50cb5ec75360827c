// The gradient of a linear layer's result, cut by a rectifier, transposed and summed in one pass over
// memory; libtorch makes three, and its transposing copy is slow.
#include "turn.h"
#include "loops.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace {

constexpr int64_t side = 8;
// Rows of a tile: the pages and the cache lines that it touches stay within reach.
constexpr int64_t tall = 64;
typedef float Eight
  __attribute__((vector_size(side * sizeof(float)), aligned(sizeof(float)), may_alias));

// By reference: a vector by value would have another binary interface for each processor.
CT_INLINE const Eight &eight(const float *place) { return *reinterpret_cast<const Eight *>(place); }
CT_INLINE Eight &eight(float *place) { return *reinterpret_cast<Eight *>(place); }

// Three rounds of perfect shuffles turn eight rows of eight.
CT_INLINE void transpose(Eight *rows) {
  Eight next[side];
  for (int round = 0; round < 3; ++round) {
    for (int64_t i = 0; i < side / 2; ++i) {
      const Eight a = rows[i], b = rows[i + side / 2];
      next[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
    }
    for (int64_t i = 0; i < side; ++i) rows[i] = next[i];
  }
}

struct Matrix {
  const float *gradient;
  const float *result;  // or null
  float *kept;          // or null
  float *turned;
  float *sums;
  int64_t n, m;
};

// Rows and columns that fill no square, one number at a time.
CT_INLINE void scattered(const Matrix &a, int64_t top, int64_t end, int64_t column) {
  for (int64_t row = top; row < end; ++row) {
    const int64_t place = row * a.m + column;
    float value = a.gradient[place];
    if (a.result) {
      // As libtorch's rectifier, which lets a result that is no number pass.
      value = a.result[place] <= 0 ? 0 : value;
      if (a.kept) a.kept[place] = value;
    }
    a.turned[column * a.n + row] = value;
    a.sums[column] += value;
  }
}

CT_INLINE void square(const Matrix &a, int64_t row, int64_t column) {
  Eight rows[side];
  Eight sum = {};
  for (int64_t i = 0; i < side; ++i) {
    const int64_t place = (row + i) * a.m + column;
    rows[i] = eight(a.gradient + place);
    if (a.result) {
      rows[i] = eight(a.result + place) <= 0.0f ? Eight{} : rows[i];
      if (a.kept) eight(a.kept + place) = rows[i];
    }
    sum += rows[i];
  }
  eight(a.sums + column) += sum;
  transpose(rows);
  for (int64_t i = 0; i < side; ++i) {
    eight(a.turned + (column + i) * a.n + row) = rows[i];
  }
}

// Columns [from, to) of the matrix; a column's sum is always taken in the same order.
CT_WIDE void columns(const Matrix &a, int64_t from, int64_t to) {
  for (int64_t column = from; column < to; ++column) a.sums[column] = 0;
  const int64_t squares = from + (to - from) / side * side;
  for (int64_t top = 0; top < a.n; top += tall) {
    const int64_t end = std::min(top + tall, a.n), even = top + (end - top) / side * side;
    for (int64_t column = from; column < squares; column += side) {
      for (int64_t row = top; row < even; row += side) square(a, row, column);
      for (int64_t i = 0; i < side; ++i) scattered(a, even, end, column + i);
    }
    for (int64_t column = squares; column < to; ++column) scattered(a, top, end, column);
  }
}

}  // namespace

ct::Turned ct::turn(
  const at::Tensor &gradient, const std::optional<at::Tensor> &result, bool wants_gradient) {
  const int64_t n = gradient.size(0), m = gradient.size(1);
  const auto kept = !wants_gradient ? at::Tensor() : result ? at::empty_like(gradient) : gradient;
  const auto turned = at::empty({m, n}, gradient.options());
  const auto sums = at::empty({m}, gradient.options());
  const Matrix matrix = {
    gradient.const_data_ptr<float>(), result ? result->const_data_ptr<float>() : nullptr,
    result && wants_gradient ? kept.mutable_data_ptr<float>() : nullptr, turned.mutable_data_ptr<float>(),
    sums.mutable_data_ptr<float>(), n, m};
  // Bands of columns, split between the threads.
  const int64_t band = 2 * side;
  for_pieces((m + band - 1) / band, band * n, [&](int64_t from, int64_t to) {
    for (int64_t start = from * band; start < std::min(to * band, m); start += band) {
      columns(matrix, start, std::min(start + band, m));
    }
  });
  return {kept, turned, sums};
}
