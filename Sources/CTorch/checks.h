#pragma once
// What loops of our own that follow places given as numbers make sure of before they start.
#include <ATen/core/Tensor.h>

namespace ct {

inline void check(const at::Tensor &a, at::ScalarType type, int64_t rank, const char *name) {
  TORCH_CHECK(
    a.is_cpu() && a.scalar_type() == type && a.dim() == rank && a.is_contiguous(), name, " must be ",
    type, " with ", rank, " axes, in order, on the CPU");
}

// Throws unless all numbers of an int32 tensor lie in [least, end).
inline void check_below(const at::Tensor &a, int64_t end, const char *name, int32_t least = 0) {
  const auto *values = a.const_data_ptr<int32_t>();
  for (int64_t i = 0; i < a.numel(); ++i) {
    TORCH_CHECK(
      values[i] >= least && values[i] < end, name, " ", values[i], " is outside ", least, " to ",
      end - 1);
  }
}

inline void check_starts(const at::Tensor &starts, int64_t end, const char *name) {
  const auto *values = starts.const_data_ptr<int64_t>();
  const int64_t last = starts.numel() - 1;
  TORCH_CHECK(last >= 0 && values[0] == 0 && values[last] == end, name, " must go from 0 to ", end);
  for (int64_t i = 0; i < last; ++i) TORCH_CHECK(values[i] <= values[i + 1], name, " must rise");
}

}  // namespace ct
