#pragma once
#include "include/types.h"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ct {

void fail(const char *reason) noexcept;

// While it lives, a profile counts time as that of `name`: for loops of our own, of which libtorch does not tell.
class Named {
 public:
  explicit Named(const char *name);
  ~Named();
  Named(const Named &) = delete;
  Named &operator=(const Named &) = delete;

 private:
  const bool on;
};

inline const at::Tensor &ref(const ct_tensor *a) { return *reinterpret_cast<const at::Tensor *>(a); }

inline std::optional<at::Tensor> maybe(const ct_tensor *a) {
  return a ? std::optional<at::Tensor>(ref(a)) : std::nullopt;
}

inline ct_tensor *give(at::Tensor a) {
  return reinterpret_cast<ct_tensor *>(new at::Tensor(std::move(a)));
}

inline at::Generator &ref(ct_generator *g) { return *reinterpret_cast<at::Generator *>(g); }

inline std::vector<at::Tensor> list(const ct_tensor *const *tensors, size_t count) {
  std::vector<at::Tensor> all;
  all.reserve(count);
  for (size_t i = 0; i < count; ++i) all.push_back(ref(tensors[i]));
  return all;
}

inline at::IntArrayRef sizes(const int64_t *values, size_t count) { return {values, count}; }

// An integral tensor meets a whole number as an integer, so its type is kept.
inline at::Scalar scalar(const at::Tensor &a, double value) {
  const auto whole = static_cast<int64_t>(value);
  if (at::isIntegralType(a.scalar_type(), false) && static_cast<double>(whole) == value) return whole;
  return value;
}

inline at::Device device(int32_t code) {
  if (code >= 512) return at::Device(at::kMPS, 0);
  if (code >= 256) return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(code - 256));
  return at::Device(at::kCPU);
}

inline at::TensorOptions options(int32_t dtype, int32_t code) {
  return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(device(code));
}

// Runs `body`; on an exception keeps its reason and returns `otherwise`.
template <class Result, class Body>
Result guarded(Result otherwise, Body body) noexcept {
  try {
    return body();
  } catch (const c10::Error &error) {
    fail(error.what_without_backtrace());
  } catch (const std::exception &error) {
    fail(error.what());
  } catch (...) {
    fail("unknown failure");
  }
  return otherwise;
}

template <class Body>
ct_tensor *tensor(Body body) noexcept {
  return guarded(static_cast<ct_tensor *>(nullptr), [&] { return give(body()); });
}

template <class Body>
bool done(Body body) noexcept {
  return guarded(false, [&] {
    body();
    return true;
  });
}

template <class Tuple, size_t... I>
void spread(Tuple all, ct_tensor **out, std::index_sequence<I...>) {
  ((out[I] = give(std::get<I>(std::move(all)))), ...);
}

// For operators with several results, which land in `out` in order.
template <class Body>
bool tensors(ct_tensor **out, Body body) noexcept {
  return done([&] {
    auto all = body();
    spread(std::move(all), out, std::make_index_sequence<std::tuple_size_v<decltype(all)>>());
  });
}

}  // namespace ct

using ct::done;
using ct::list;
using ct::maybe;
using ct::ref;
using ct::sizes;
using ct::tensor;
using ct::tensors;
