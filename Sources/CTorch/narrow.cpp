// Layers from few numbers to many, such as a decoder's first from a code: forward, and all gradients in
// one pass over the gradient of the result, tile by tile in the nearest cache.
#include "narrow.h"
#include "loops.h"

#include <ATen/ops/empty.h>
#include <array>
#include <vector>

namespace {

constexpr int64_t side = 8;
typedef float Eight
  __attribute__((vector_size(side * sizeof(float)), aligned(sizeof(float)), may_alias));

CT_INLINE Eight &eight(float *place) { return *reinterpret_cast<Eight *>(place); }
CT_INLINE const Eight &eight(const float *place) { return *reinterpret_cast<const Eight *>(place); }

// Rows that are worked on together, and those of them that share the registers.
constexpr int64_t tile = 16, group = 4;
// Runs of rows, each with sums of its own that are added in order: as many for any number of threads.
constexpr int64_t runs = 8;

int64_t padded(int64_t count) { return (count + side - 1) / side * side; }

// A matrix [m, d] turned to [d, m], with rows filled up by zeros to a multiple of `side`.
std::vector<float> turned(const float *matrix, int64_t m, int64_t d) {
  const int64_t wide = padded(m);
  std::vector<float> result(d * wide, 0.0f);
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < d; ++j) result[j * wide + i] = matrix[i * d + j];
  }
  return result;
}

// out[r] += Σ_j x[r, j] · by[j] for `rows` rows, over `count` vectors from `from` on.
template <int rows, int count>
CT_INLINE void add_rows(
  float *out, int64_t wide, const float *x, int64_t d, const float *by, int64_t from) {
  Eight sums[rows][count];
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < count; ++c) sums[r][c] = eight(out + r * wide + from + c * side);
  }
  for (int64_t j = 0; j < d; ++j) {
    for (int c = 0; c < count; ++c) {
      const Eight factor = eight(by + j * wide + from + c * side);
      for (int r = 0; r < rows; ++r) sums[r][c] += x[r * d + j] * factor;
    }
  }
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < count; ++c) eight(out + r * wide + from + c * side) = sums[r][c];
  }
}

template <int rows>
CT_INLINE void add_all(float *out, int64_t wide, const float *x, int64_t d, const float *by) {
  int64_t from = 0;
  for (; from + 3 * side <= wide; from += 3 * side) add_rows<rows, 3>(out, wide, x, d, by, from);
  for (; from < wide; from += side) add_rows<rows, 1>(out, wide, x, d, by, from);
}

struct Layer {
  const float *x, *turned, *bias;  // [n, d], [d, wide], [wide]
  float *out;                      // [n, m]
  int64_t d, m, wide;
  bool rectified;
};

CT_WIDE void forward_rows(const Layer &a, int64_t from, int64_t to, float *room) {
  for (int64_t row = from; row < to; row += group) {
    const int64_t rows = std::min(group, to - row);
    for (int64_t r = 0; r < rows; ++r) std::copy_n(a.bias, a.wide, room + r * a.wide);
    const float *x = a.x + row * a.d;
    if (rows == group) {
      add_all<group>(room, a.wide, x, a.d, a.turned);
    } else {
      for (int64_t r = 0; r < rows; ++r) {
        add_all<1>(room + r * a.wide, a.wide, x + r * a.d, a.d, a.turned);
      }
    }
    for (int64_t r = 0; r < rows; ++r) {
      const float *values = room + r * a.wide;
      float *out = a.out + (row + r) * a.m;
      // What is no number passes.
      for (int64_t i = 0; i < a.m; ++i) out[i] = a.rectified && values[i] < 0 ? 0 : values[i];
    }
  }
}

struct Backward {
  const float *gradient, *result, *x, *turned;  // [n, m], [n, m] or null, [n, d], [d, wide]
  float *to_x;                                  // [n, d] or null
  int64_t d, m, wide;
};

// sums[j] += Σ_r x[r, j] · g[r] over the rows of a tile, for `count` units.
template <int count>
CT_INLINE void add_outer(
  float *sums, const float *g, int64_t wide, const float *x, int64_t d, int64_t rows) {
  for (int64_t from = 0; from < wide; from += side) {
    Eight all[count];
    for (int j = 0; j < count; ++j) all[j] = eight(sums + j * wide + from);
    for (int64_t r = 0; r < rows; ++r) {
      const Eight slope = eight(g + r * wide + from);
      for (int j = 0; j < count; ++j) all[j] += x[r * d + j] * slope;
    }
    for (int j = 0; j < count; ++j) eight(sums + j * wide + from) = all[j];
  }
}

// out[j] = g · by[j] for `count` units.
template <int count>
CT_INLINE void dot(float *out, const float *g, const float *by, int64_t wide) {
  Eight all[count] = {};
  for (int64_t from = 0; from < wide; from += side) {
    const Eight slope = eight(g + from);
    for (int j = 0; j < count; ++j) all[j] += slope * eight(by + j * wide + from);
  }
  for (int j = 0; j < count; ++j) {
    float sum = 0;
    for (int i = 0; i < side; ++i) sum += all[j][i];
    out[j] = sum;
  }
}

// `sums`: [d + 1, wide], of the weight turned, and last of the bias; `g` has space for a tile.
CT_WIDE void backward_rows(const Backward &a, int64_t from, int64_t to, float *sums, float *g) {
  for (int64_t top = from; top < to; top += tile) {
    const int64_t rows = std::min(tile, to - top);
    for (int64_t r = 0; r < rows; ++r) {
      const float *given = a.gradient + (top + r) * a.m;
      const float *result = a.result ? a.result + (top + r) * a.m : nullptr;
      float *row = g + r * a.wide, *bias = sums + a.d * a.wide;
      for (int64_t i = 0; i < a.m; ++i) {
        // As libtorch's rectifier, which lets a result that is no number pass.
        row[i] = result && result[i] <= 0 ? 0 : given[i];
        bias[i] += row[i];
      }
    }
    const float *x = a.x + top * a.d;
    int64_t j = 0;
    for (; j + 10 <= a.d; j += 10) add_outer<10>(sums + j * a.wide, g, a.wide, x + j, a.d, rows);
    for (; j + 4 <= a.d; j += 4) add_outer<4>(sums + j * a.wide, g, a.wide, x + j, a.d, rows);
    for (; j < a.d; ++j) add_outer<1>(sums + j * a.wide, g, a.wide, x + j, a.d, rows);
    if (!a.to_x) continue;
    for (int64_t r = 0; r < rows; ++r) {
      float *out = a.to_x + (top + r) * a.d;
      const float *row = g + r * a.wide;
      int64_t k = 0;
      for (; k + 10 <= a.d; k += 10) dot<10>(out + k, row, a.turned + k * a.wide, a.wide);
      for (; k < a.d; ++k) dot<1>(out + k, row, a.turned + k * a.wide, a.wide);
    }
  }
}

}  // namespace

bool ct::is_narrow(const at::Tensor &x, const at::Tensor &weight) {
  return x.size(0) <= 1024 && x.size(1) > 0 && x.size(1) <= 32 && weight.size(0) >= 64 &&
    weight.size(0) <= 1024 && x.is_contiguous() && weight.is_contiguous();
}

at::Tensor ct::narrow_layer(
  const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias,
  bool rectified) {
  const int64_t n = x.size(0), d = x.size(1), m = weight.size(0), wide = padded(m);
  const auto result = at::empty({n, m}, x.options());
  const auto other = turned(weight.const_data_ptr<float>(), m, d);
  std::vector<float> constant(wide, 0.0f);
  if (bias) std::copy_n(bias->contiguous().const_data_ptr<float>(), m, constant.begin());
  const Layer layer{
    x.const_data_ptr<float>(), other.data(), constant.data(), result.mutable_data_ptr<float>(), d, m,
    wide, rectified};
  const int64_t groups = (n + group - 1) / group;
  for_pieces(groups, group * m, [&](int64_t from, int64_t to) {
    std::vector<float> room(group * wide);
    forward_rows(layer, from * group, std::min(to * group, n), room.data());
  });
  return result;
}

ct::NarrowGradients ct::narrow_gradients(
  const at::Tensor &gradient, const std::optional<at::Tensor> &result, const at::Tensor &x,
  const at::Tensor &weight, bool wants_x) {
  const int64_t n = x.size(0), d = x.size(1), m = weight.size(0), wide = padded(m);
  const auto other = turned(weight.const_data_ptr<float>(), m, d);
  const auto to_weight = at::empty({m, d}, weight.options()), to_bias = at::empty({m}, weight.options());
  const auto to_x = wants_x ? at::empty({n, d}, x.options()) : at::Tensor();
  const Backward pass{
    gradient.const_data_ptr<float>(), result ? result->const_data_ptr<float>() : nullptr,
    x.const_data_ptr<float>(), other.data(), wants_x ? to_x.mutable_data_ptr<float>() : nullptr, d, m,
    wide};
  // A whole number of tiles to a run.
  const int64_t run = (n + runs * tile - 1) / (runs * tile) * tile, count = (n + run - 1) / run;
  std::vector<float> sums(count * (d + 1) * wide, 0.0f);
  for_pieces(count, run * m, [&](int64_t from, int64_t to) {
    std::vector<float> room(tile * wide, 0.0f);
    for (int64_t i = from; i < to; ++i) {
      backward_rows(
        pass, i * run, std::min((i + 1) * run, n), sums.data() + i * (d + 1) * wide, room.data());
    }
  });
  const int64_t size = (d + 1) * wide;
  for (int64_t i = 1; i < count; ++i) {
    for (int64_t k = 0; k < size; ++k) sums[k] += sums[i * size + k];
  }
  auto *out = to_weight.mutable_data_ptr<float>();
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < d; ++j) out[i * d + j] = sums[j * wide + i];
  }
  std::copy_n(sums.data() + d * wide, m, to_bias.mutable_data_ptr<float>());
  return {to_x, to_weight, to_bias};
}
