// The gradient of a linear layer's result, taken back through a rectifier or a GELU, transposed and
// summed in one pass over memory; libtorch makes three, and its transposing copy is slow.
#include "turn.h"
#include "exponential.h"
#include "loops.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace {

constexpr int64_t side = 8;
// Rows and columns of a tile: the pages and the cache lines that it touches stay within reach, and what
// is read from a page is more than a line.
constexpr int64_t tall = 64, wide = 256;
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

// The GELU is x times a share of 0 to 1; Hendrycks & Gimpel, *Gaussian error linear units*, 2016.
struct Gelu {
  float share, slope;
};

// The share is the normal distribution's, by formula 7.1.26 of Abramowitz & Stegun, which is within 8e-8.
CT_INLINE Gelu normal_gelu(float x) {
  const float density = ct::exponential(-0.5f * x * x);
  const float t = 1.0f / (1.0f + 0.231641888f * __builtin_fabsf(x));
  const float p =
    t *
    (0.127414796f +
     t * (-0.142248368f + t * (0.710706870f + t * (-0.726576013f + t * 0.530702714f))));
  const float tail = p * density;
  const float share = x >= 0 ? 1.0f - tail : tail;
  return {share, share + x * 0.398942280f * density};
}

// The share is the logistic function of 2u, u = √(2/π) (x + 0.044715 x³): the tanh form.
CT_INLINE Gelu tanh_gelu(float x) {
  constexpr float scale = 2.0f * 0.797884561f, cubic = 0.044715f;
  const float s = 1.0f / (1.0f + ct::exponential(-scale * (x + cubic * x * x * x)));
  return {s, s + x * s * (1.0f - s) * scale * (1.0f + 3.0f * cubic * x * x)};
}

CT_WIDE void gelus(float *out, const float *x, int64_t count, bool by_tanh) {
  if (by_tanh) {
    for (int64_t i = 0; i < count; ++i) out[i] = x[i] * tanh_gelu(x[i]).share;
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = x[i] * normal_gelu(x[i]).share;
  }
}

// out becomes the gradient times the slope of the GELU, for `count` numbers.
CT_INLINE void bend(
  float *out, const float *gradient, const float *x, int64_t count, bool by_tanh) {
  if (by_tanh) {
    for (int64_t i = 0; i < count; ++i) out[i] = gradient[i] * tanh_gelu(x[i]).slope;
  } else {
    for (int64_t i = 0; i < count; ++i) out[i] = gradient[i] * normal_gelu(x[i]).slope;
  }
}

struct Matrix {
  const float *gradient;
  const float *result;   // of a rectifier, or null
  const float *entered;  // what a GELU was of, or null
  float *kept;           // or null
  float *turned;
  float *sums;
  int64_t n, m;
  bool by_tanh;
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
CT_WIDE void columns(const Matrix &given, int64_t from, int64_t to) {
  Matrix a = given;
  if (a.entered) a.gradient = a.kept;
  for (int64_t column = from; column < to; ++column) a.sums[column] = 0;
  const int64_t squares = from + (to - from) / side * side;
  for (int64_t top = 0; top < a.n; top += tall) {
    const int64_t end = std::min(top + tall, a.n), even = top + (end - top) / side * side;
    if (a.entered) {
      for (int64_t row = top; row < end; ++row) {
        const int64_t place = row * a.m + from;
        bend(
          a.kept + place, given.gradient + place, a.entered + place, to - from, a.by_tanh);
      }
    }
    for (int64_t column = from; column < squares; column += side) {
      for (int64_t row = top; row < even; row += side) square(a, row, column);
      for (int64_t i = 0; i < side; ++i) scattered(a, even, end, column + i);
    }
    for (int64_t column = squares; column < to; ++column) scattered(a, top, end, column);
  }
}

}  // namespace

at::Tensor ct::gelu(const at::Tensor &x, ct_ending ending) {
  const auto out = at::empty_like(x);
  constexpr int64_t piece = 1024;
  float *first = out.mutable_data_ptr<float>();
  const float *entered = x.const_data_ptr<float>();
  const int64_t count = x.numel();
  for_pieces((count + piece - 1) / piece, piece, [&](int64_t from, int64_t to) {
    const int64_t start = from * piece;
    gelus(
      first + start, entered + start, std::min(to * piece, count) - start,
      ending == ct_ending_gelu_tanh);
  });
  return out;
}

ct::Turned ct::turn(
  const at::Tensor &gradient, ct_ending ending, const std::optional<at::Tensor> &kept, bool wants_gradient) {
  const int64_t n = gradient.size(0), m = gradient.size(1);
  const bool curved = is_curved(ending), cut = ending == ct_ending_rectified;
  const auto before = curved || (cut && wants_gradient) ? at::empty_like(gradient)
    : wants_gradient ? gradient : at::Tensor();
  const auto turned = at::empty({m, n}, gradient.options());
  const auto sums = at::empty({m}, gradient.options());
  const float *saved = kept ? kept->const_data_ptr<float>() : nullptr;
  const Matrix matrix = {
    gradient.const_data_ptr<float>(), cut ? saved : nullptr, curved ? saved : nullptr,
    curved || (cut && wants_gradient) ? before.mutable_data_ptr<float>() : nullptr,
    turned.mutable_data_ptr<float>(), sums.mutable_data_ptr<float>(), n, m,
    ending == ct_ending_gelu_tanh};
  // Bands of columns, one at least for each thread; a column's numbers do not depend on its band's width.
  const int64_t each = (m + at::get_num_threads() - 1) / at::get_num_threads();
  const int64_t band = std::min(wide, (each + 2 * side - 1) / (2 * side) * (2 * side));
  for_pieces((m + band - 1) / band, band * n, [&](int64_t from, int64_t to) {
    for (int64_t start = from * band; start < std::min(to * band, m); start += band) {
      columns(matrix, start, std::min(start + band, m));
    }
  });
  return {before, turned, sums};
}
