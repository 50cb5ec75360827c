#pragma once
// Loops of our own over the rows of tensors: one copy for each width of vectors, on libtorch's threads.
#include <ATen/TensorIterator.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>

// One copy of a loop for each width of vectors, chosen when the program is loaded.
#if defined(__x86_64__) && defined(__linux__)
#define CT_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CT_WIDE
#endif
#define CT_INLINE static inline __attribute__((always_inline))

namespace ct {

// The first number of each row, [n].
inline at::Tensor heads(const at::Tensor &rows) {
  return rows.as_strided({rows.size(0)}, {rows.stride(0)});
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

}  // namespace ct
