#pragma once
// Loops of our own over the rows of tensors: one copy for each width of vectors, on libtorch's threads.
#include <ATen/TensorIterator.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

// One copy of a loop for each width of vectors, chosen when the program is loaded.
#if defined(__x86_64__) && defined(__linux__)
#define CT_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CT_WIDE
#endif
#define CT_INLINE static inline __attribute__((always_inline))

namespace ct {

// The first number of each row, [times, n]; a tensor of n rows stands for itself `times` times over.
inline at::Tensor heads(const at::Tensor &rows, int64_t times, int64_t n) {
  const int64_t next = rows.stride(0);
  return rows.as_strided({times, n}, {rows.size(0) == n ? 0 : n * next, next});
}

// Calls body(pointers, strides in bytes, count) for runs of rows of `out` and the inputs, on libtorch's
// threads: at::parallel_for in code compiled without OpenMP has one.
template <class Body>
void for_rows(
  const at::Tensor &out, std::initializer_list<at::Tensor> inputs, int64_t width, Body body) {
  at::TensorIteratorConfig config;
  config.set_check_mem_overlap(false).check_all_same_dtype(false).resize_outputs(false);
  config.add_owned_output(out);
  for (const auto &input : inputs) config.add_owned_const_input(input);
  auto rows = config.build();
  // Fewer numbers are not worth waking another thread.
  rows.for_each(body, std::max<int64_t>(1, 16'384 / width));
}

template <class Number>
Number *at_row(char *start, int64_t stride, int64_t row) {
  return reinterpret_cast<Number *>(start + stride * row);
}

// Rows that stand for several draws of n examples, [times · n, …], as [times, n, …].
inline at::Tensor by_draw(const at::Tensor &rows, int64_t n) { return rows.unflatten(0, {-1, n}); }

// The sums over the draws of each of n examples, [times · n, …] to [n, …].
inline at::Tensor over_draws(const at::Tensor &rows, int64_t n) {
  return rows.size(0) == n ? rows : by_draw(rows, n).sum(0);
}

// Whether the rows of `few` can stand for those of `many` several times over.
inline bool divides(const at::Tensor &few, const at::Tensor &many) {
  return few.dim() > 0 && few.dim() == many.dim() && few.size(0) > 0 &&
    many.size(0) % few.size(0) == 0 && few.sizes().slice(1) == many.sizes().slice(1);
}

// Calls loop(out, input, …) with the places of the first numbers of each row, of `width` numbers;
// all are float32, with rows whose numbers lie side by side. Inputs of fewer rows, all of them of as
// many, are gone through again and again.
template <class Loop, class... Inputs>
void along_rows(const at::Tensor &out, int64_t width, Loop loop, const Inputs &...inputs) {
  const int64_t n = std::min({inputs.size(0)...});
  const int64_t times = out.size(0) / n;
  for_rows(
    heads(out, times, n), {heads(inputs, times, n)...}, width,
    [&](char **data, const int64_t *strides, int64_t count) {
      [&]<size_t... I>(std::index_sequence<I...>) {
        for (int64_t row = 0; row < count; ++row) {
          loop(
            at_row<float>(data[0], strides[0], row),
            at_row<const float>(data[I + 1], strides[I + 1], row)...);
        }
      }(std::index_sequence_for<Inputs...>());
    });
}

// Calls body(from, to) for runs of the `count` pieces of some work, on libtorch's threads; a piece has
// about `width` numbers.
template <class Body>
void for_pieces(int64_t count, int64_t width, Body body) {
  const auto places = at::empty({count}, at::kChar);
  const auto *first = static_cast<const char *>(places.const_data_ptr());
  for_rows(places, {}, width, [&](char **data, const int64_t *, int64_t run) {
    const int64_t from = data[0] - first;
    body(from, from + run);
  });
}

}  // namespace ct
