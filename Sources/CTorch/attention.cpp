// Attention of texts to themselves, forward and backward, in products of our own: those of libtorch make
// all scores of a causal text and drop half of them, and call a general product for each small block.
#include "exponential.h"
#include "include/neural.h"
#include "internal.h"
#include "loops.h"
#include "panels.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_scaled_dot_product_attention_math.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>
#include <cmath>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <vector>

namespace {

using Tensor = at::Tensor;
using ct::Lanes;
using ct::group;
using ct::side;

CT_INLINE const Lanes &lanes(const float *place) { return *reinterpret_cast<const Lanes *>(place); }
CT_INLINE Lanes &lanes(float *place) { return *reinterpret_cast<Lanes *>(place); }

int64_t padded(int64_t count) { return (count + side - 1) / side * side; }

// Rows of one text's head, `step` numbers apart.
struct Rows {
  const float *first;
  int64_t step;
};

// A left factor: number (row, k) lies at row · step + k · deep.
struct Left {
  const float *first;
  int64_t step, deep;
};

// c [rows, 16], c_step numbers from row to row, becomes a product with a panel [depth, 16], or grows by it.
template <int64_t rows>
CT_INLINE void product_tile(
  const Left &a, const float *panel, int64_t depth, float *c, int64_t c_step, bool grows) {
  Lanes sums[rows];
  for (int64_t r = 0; r < rows; ++r) sums[r] = grows ? lanes(c + r * c_step) : Lanes{};
  for (int64_t k = 0; k < depth; ++k) {
    const Lanes line = lanes(panel + k * side);
    for (int64_t r = 0; r < rows; ++r) sums[r] += line * a.first[r * a.step + k * a.deep];
  }
  for (int64_t r = 0; r < rows; ++r) lanes(c + r * c_step) = sums[r];
}

// The same for the few rows that are left.
CT_INLINE void product_rows(
  const Left &a, int64_t rows, const float *panel, int64_t depth, float *c, int64_t c_step, bool grows) {
  switch (rows) {
    case 6: return product_tile<6>(a, panel, depth, c, c_step, grows);
    case 5: return product_tile<5>(a, panel, depth, c, c_step, grows);
    case 4: return product_tile<4>(a, panel, depth, c, c_step, grows);
    case 3: return product_tile<3>(a, panel, depth, c, c_step, grows);
    case 2: return product_tile<2>(a, panel, depth, c, c_step, grows);
    default: return product_tile<1>(a, panel, depth, c, c_step, grows);
  }
}

// Rows of d numbers as panels of 16 columns, [d / 16, count, 16].
CT_INLINE void pack(const Rows &rows, int64_t count, int64_t d, float *panels) {
  for (int64_t p = 0; p < d / side; ++p) {
    for (int64_t i = 0; i < count; ++i) {
      lanes(panels + (p * count + i) * side) = lanes(rows.first + i * rows.step + p * side);
    }
  }
}

// Rows of d numbers as panels of 16 rows that lie side by side, [padded / 16, d, 16], filled up with 0.
CT_INLINE void pack_turned(const Rows &rows, int64_t count, int64_t d, float *panels) {
  for (int64_t start = 0; start < count; start += side) {
    const int64_t here = std::min(side, count - start);
    for (int64_t k = 0; k < d; ++k) {
      float *line = panels + start * d + k * side;
      for (int64_t i = 0; i < here; ++i) line[i] = rows.first[(start + i) * rows.step + k];
      for (int64_t i = here; i < side; ++i) line[i] = 0;
    }
  }
}

// One head of one text: t rows of d numbers.
struct Head {
  Rows queries, keys, values;
  float *out;     // rows `out_step` apart
  float *levels;  // log of the sum of e to the scores of each row
  int64_t out_step, t, d;
  float scale;
  bool causal;

  int64_t wide() const { return padded(t); }
  // The number of keys that the rows before `row` see.
  int64_t seen(int64_t row) const { return causal ? row : t; }
};

// Scores of rows [top, top + rows) with all keys that one of them sees, [rows, wide].
CT_INLINE void scores(
  const Head &a, const Rows &left, int64_t top, int64_t rows, const float *panels, float *out) {
  const Left factor = {left.first + top * left.step, left.step, 1};
  for (int64_t start = 0; start < a.seen(top + rows); start += side) {
    product_rows(factor, rows, panels + start * a.d, a.d, out + start, a.wide(), false);
  }
}

// e to (scores · scale − level) for the keys that a row sees, and 0 up to `filled`; their sum.
CT_INLINE float weigh(
  float *row, float scale, float level, int64_t seen, int64_t filled, bool adds) {
  Lanes sums = {};
  for (int64_t start = 0; start < filled; start += side) {
    float line[side];
    for (int64_t i = 0; i < side; ++i) {
      const float weight = ct::exponential(row[start + i] * scale - level);
      line[i] = start + i < seen ? weight : 0;
    }
    lanes(row + start) = lanes(line);
    if (adds) sums += lanes(line);
  }
  float sum = 0;
  for (int64_t i = 0; i < side; ++i) sum += sums[i];
  return sum;
}

CT_INLINE float largest(const float *row, int64_t count) {
  float most = row[0];
  for (int64_t i = 1; i < count; ++i) most = row[i] > most ? row[i] : most;
  return most;
}

// `room`: what `forward_room` says.
CT_WIDE void forward_head(const Head &a, float *room) {
  const int64_t t = a.t, d = a.d, wide = a.wide();
  float *keys = room, *values = keys + wide * d, *weights = values + t * d;
  pack_turned(a.keys, t, d, keys);
  pack(a.values, t, d, values);
  for (int64_t top = 0; top < t; top += group) {
    const int64_t rows = std::min(group, t - top), filled = padded(a.seen(top + rows));
    scores(a, a.queries, top, rows, keys, weights);
    for (int64_t r = 0; r < rows; ++r) {
      float *row = weights + r * wide;
      const int64_t seen = a.seen(top + r + 1);
      const float most = largest(row, seen) * a.scale;
      const float sum = weigh(row, a.scale, most, seen, filled, true);
      a.levels[top + r] = most + std::log(sum);
      const float share = 1 / sum;
      for (int64_t i = 0; i < filled; ++i) row[i] *= share;
    }
    for (int64_t p = 0; p < d / side; ++p) {
      product_rows(
        {weights, wide, 1}, rows, values + p * t * side, a.seen(top + rows),
        a.out + top * a.out_step + p * side, a.out_step, false);
    }
  }
}

int64_t forward_room(int64_t t, int64_t d) { return (padded(t) + t) * d + group * padded(t); }

// What flows back to a head, and where its gradients go; all rows are `step` apart but the given ones.
struct Backward {
  Rows gradient;
  float *queries, *keys, *values;
  int64_t step;
};

// Rows whose weights are kept at a time.
constexpr int64_t chunk = 8 * group;

// Adds to rows [0, end) of `c` the products of columns of `weights` [rows, wide] with panels of as many rows,
// where row r of the weights stands at place top + r of the text.
CT_INLINE void add_columns(
  const Head &a, const float *weights, int64_t top, int64_t rows, const float *panels, float *c,
  int64_t step) {
  for (int64_t key = 0; key < a.seen(top + rows); key += group) {
    const int64_t keys = std::min(group, a.seen(top + rows) - key);
    // Rows before the first of these keys do not see it.
    const int64_t from = a.causal ? std::max<int64_t>(0, key - top) : 0;
    for (int64_t p = 0; p < a.d / side; ++p) {
      product_rows(
        {weights + from * a.wide() + key, 1, a.wide()}, keys, panels + (p * rows + from) * side,
        rows - from, c + key * step + p * side, step, true);
    }
  }
}

// `room`: what `backward_room` says.
CT_WIDE void backward_head(const Head &a, const Backward &b, float *room) {
  const int64_t t = a.t, d = a.d, wide = a.wide();
  float *keys = room, *values = keys + wide * d, *flat = values + wide * d;
  float *weights = flat + t * d, *slopes = weights + chunk * wide;
  float *gradients = slopes + chunk * wide, *queries = gradients + chunk * d;
  pack_turned(a.keys, t, d, keys);
  pack_turned(a.values, t, d, values);
  pack(a.keys, t, d, flat);
  for (int64_t top = 0; top < t; top += chunk) {
    const int64_t here = std::min(chunk, t - top);
    pack({b.gradient.first + top * b.gradient.step, b.gradient.step}, here, d, gradients);
    pack({a.queries.first + top * a.queries.step, a.queries.step}, here, d, queries);
    for (int64_t start = 0; start < here; start += group) {
      const int64_t first = top + start, rows = std::min(group, here - start);
      // What all rows of the chunk may read.
      const int64_t filled = padded(a.seen(top + here)), own = padded(a.seen(first + rows));
      float *weight = weights + start * wide, *slope = slopes + start * wide;
      scores(a, a.queries, first, rows, keys, weight);
      scores(a, b.gradient, first, rows, values, slope);
      for (int64_t r = 0; r < rows; ++r) {
        float *w = weight + r * wide, *s = slope + r * wide;
        weigh(w, a.scale, a.levels[first + r], a.seen(first + r + 1), own, false);
        const float *out = a.out + (first + r) * a.out_step;
        const float *gradient = b.gradient.first + (first + r) * b.gradient.step;
        Lanes sums = {};
        for (int64_t i = 0; i < d; i += side) sums += lanes(out + i) * lanes(gradient + i);
        float mean = 0;
        for (int64_t i = 0; i < side; ++i) mean += sums[i];
        for (int64_t i = 0; i < own; ++i) s[i] = w[i] * (s[i] - mean) * a.scale;
        std::fill(w + own, w + filled, 0.0f);
        std::fill(s + own, s + filled, 0.0f);
      }
      for (int64_t p = 0; p < d / side; ++p) {
        product_rows(
          {slope, wide, 1}, rows, flat + p * t * side, a.seen(first + rows),
          b.queries + first * b.step + p * side, b.step, false);
      }
    }
    add_columns(a, weights, top, here, gradients, b.values, b.step);
    add_columns(a, slopes, top, here, queries, b.keys, b.step);
  }
}

int64_t backward_room(int64_t t, int64_t d) {
  return (2 * padded(t) + t) * d + 2 * chunk * (padded(t) + d);
}

// A tensor [n, h, t, d] whose heads lie side by side at each place, as a layer over all heads reads them.
Tensor by_place(const Tensor &like, bool zeros) {
  const auto sizes = {like.size(0), like.size(2), like.size(1), like.size(3)};
  return (zeros ? at::zeros(sizes, like.options()) : at::empty(sizes, like.options())).transpose(1, 2);
}

Rows rows(const Tensor &x, int64_t text, int64_t head) {
  return {x.const_data_ptr<float>() + text * x.stride(0) + head * x.stride(1), x.stride(2)};
}

float *writable(Tensor &x, int64_t text, int64_t head) {
  return x.mutable_data_ptr<float>() + text * x.stride(0) + head * x.stride(1);
}

// Calls body(text, head, room) for all heads of all texts, on libtorch's threads.
template <class Body>
void for_heads(const Tensor &x, int64_t numbers, Body body) {
  const int64_t heads = x.size(1);
  ct::for_pieces(x.size(0) * heads, x.size(2) * x.size(2), [&](int64_t from, int64_t to) {
    std::vector<float> room(numbers);
    for (int64_t i = from; i < to; ++i) body(i / heads, i % heads, room.data());
  });
}

struct Attention : torch::autograd::Function<Attention> {
  static Head head(
    const Tensor &q, const Tensor &k, const Tensor &v, Tensor &out, Tensor &levels, double scale,
    bool causal, int64_t text, int64_t head) {
    return {
      rows(q, text, head), rows(k, text, head), rows(v, text, head), writable(out, text, head),
      levels.mutable_data_ptr<float>() + (text * q.size(1) + head) * q.size(2), out.stride(2), q.size(2),
      q.size(3), static_cast<float>(scale), causal};
  }

  static Tensor forward(
    torch::autograd::AutogradContext *context, const Tensor &q, const Tensor &k, const Tensor &v,
    double scale, bool causal) {
    at::NoGradGuard outside;
    auto out = by_place(q, false);
    auto levels = at::empty({q.size(0), q.size(1), q.size(2)}, q.options());
    for_heads(q, forward_room(q.size(2), q.size(3)), [&](int64_t text, int64_t number, float *room) {
      forward_head(head(q, k, v, out, levels, scale, causal, text, number), room);
    });
    context->save_for_backward({q, k, v, out, levels});
    context->saved_data["scale"] = scale;
    context->saved_data["causal"] = causal;
    return out;
  }

  static torch::autograd::variable_list backward(
    torch::autograd::AutogradContext *context, torch::autograd::variable_list outputs) {
    const auto saved = context->get_saved_variables();
    const auto &q = saved[0], &k = saved[1], &v = saved[2];
    auto out = saved[3], levels = saved[4];
    const double scale = context->saved_data["scale"].toDouble();
    const bool causal = context->saved_data["causal"].toBool();
    if (at::GradMode::is_enabled()) {
      // A graph of this backward is wanted: operators that record themselves.
      const auto plain = std::get<0>(
        at::_scaled_dot_product_attention_math(q, k, v, {}, 0.0, causal, {}, scale));
      const auto found = torch::autograd::grad({plain}, {q, k, v}, {outputs[0]}, true, true);
      return {found[0], found[1], found[2], Tensor(), Tensor()};
    }
    const auto given = outputs[0].stride(3) == 1 ? outputs[0] : outputs[0].contiguous();
    auto gq = by_place(q, false), gk = by_place(q, true), gv = by_place(q, true);
    for_heads(q, backward_room(q.size(2), q.size(3)), [&](int64_t text, int64_t number, float *room) {
      const Backward back = {
        rows(given, text, number), writable(gq, text, number), writable(gk, text, number),
        writable(gv, text, number), gq.stride(2)};
      backward_head(head(q, k, v, out, levels, scale, causal, text, number), back, room);
    });
    return {gq, gk, gv, Tensor(), Tensor()};
  }
};

// Whether a text attends to itself in a form that the products here are made for.
bool suits(const Tensor &q, const Tensor &k, const Tensor &v) {
  const auto fits = [&](const Tensor &x) {
    return x.dim() == 4 && x.is_cpu() && x.scalar_type() == at::kFloat && x.sizes() == q.sizes() &&
      x.stride(3) == 1;
  };
  return fits(q) && fits(k) && fits(v) && q.numel() > 0 && q.size(2) >= 4 && q.size(3) % side == 0 &&
    q.size(3) <= 256 && !at::autocast::is_autocast_enabled(at::kCPU);
}

}  // namespace

ct_tensor *ct_attention(
  CT_IN query, CT_IN key, CT_IN value, CT_OPTIONAL mask, bool causal, double scale, bool grouped) {
  const ct::Named named("latent::attention");
  return tensor([&] {
    const auto &q = ref(query), &k = ref(key), &v = ref(value);
    if (!mask && !grouped && suits(q, k, v)) {
      return Attention::apply(q, k, v, scale > 0 ? scale : 1 / std::sqrt(double(q.size(3))), causal);
    }
    return at::scaled_dot_product_attention(
      q, k, v, maybe(mask), 0.0, causal, scale > 0 ? std::optional<double>(scale) : std::nullopt, grouped);
  });
}
