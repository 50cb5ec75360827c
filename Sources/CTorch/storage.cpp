#include "include/storage.h"
#include "internal.h"
#include "loops.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linspace.h>
#include <cstring>

CT_WIDE void ct_levels(const uint8_t *bytes, size_t count, float divisor, float *out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<float>(bytes[i]) / divisor;
}

void ct_free(ct_tensor *a) { delete reinterpret_cast<at::Tensor *>(a); }

ct_tensor *ct_copying(const void *bytes, CT_SIZES shape, size_t count, int32_t dtype) {
  return tensor([&] {
    auto made = at::empty(sizes(shape, count), ct::options(dtype, 0));
    if (made.nbytes() > 0) std::memcpy(made.mutable_data_ptr(), bytes, made.nbytes());
    return made;
  });
}
ct_tensor *ct_unfilled(CT_SIZES shape, size_t count, int32_t dtype, void **data) {
  return tensor([&] {
    auto made = at::empty(sizes(shape, count), ct::options(dtype, 0));
    *data = made.mutable_data_ptr();
    return made;
  });
}
ct_tensor *ct_borrowing(
  void *bytes, CT_SIZES shape, size_t count, int32_t dtype, void *context,
  void (*release)(void *)) {
  return tensor([&] {
    return at::from_blob(
      bytes, sizes(shape, count), [context, release](void *) { release(context); },
      ct::options(dtype, 0));
  });
}
ct_tensor *ct_full(CT_SIZES shape, size_t count, double value, int32_t dtype, int32_t device) {
  return tensor([&] { return at::full(sizes(shape, count), value, ct::options(dtype, device)); });
}
ct_tensor *ct_arange(double start, double end, double step, int32_t dtype, int32_t device) {
  return tensor([&] { return at::arange(start, end, step, ct::options(dtype, device)); });
}
ct_tensor *ct_linspace(double start, double end, int64_t steps, int32_t dtype, int32_t device) {
  return tensor([&] { return at::linspace(start, end, steps, ct::options(dtype, device)); });
}
ct_tensor *ct_eye(int64_t n, int32_t dtype, int32_t device) {
  return tensor([&] { return at::eye(n, ct::options(dtype, device)); });
}
ct_tensor *ct_full_like(CT_IN a, double value) {
  return tensor([&] { return at::full_like(ref(a), ct::scalar(ref(a), value)); });
}
ct_tensor *ct_to(CT_IN a, int32_t dtype, int32_t device) {
  return tensor(
    [&] { return ref(a).to(ct::device(device), static_cast<at::ScalarType>(dtype)); });
}
int64_t ct_rank(CT_IN a) { return ref(a).dim(); }
int64_t ct_size(CT_IN a, int64_t dim) { return ref(a).sizes()[static_cast<size_t>(dim)]; }
int64_t ct_count(CT_IN a) { return ref(a).numel(); }
int32_t ct_dtype(CT_IN a) { return static_cast<int32_t>(ref(a).scalar_type()); }
int32_t ct_device(CT_IN a) {
  const auto place = ref(a).device();
  if (place.is_mps()) return 512;
  return place.is_cuda() ? 256 + std::max<int32_t>(place.index(), 0) : 0;
}
bool ct_is_contiguous(CT_IN a) { return ref(a).is_contiguous(); }
double ct_item(CT_IN a, bool *ok) {
  *ok = true;
  return ct::guarded(0.0, [&] {
    *ok = false;
    const double value = ref(a).item().toDouble();
    *ok = true;
    return value;
  });
}
bool ct_read(CT_IN a, int32_t dtype, void *bytes, size_t size) {
  return done([&] {
    const auto plain =
      ref(a).detach().to(at::Device(at::kCPU), static_cast<at::ScalarType>(dtype)).contiguous();
    TORCH_CHECK(plain.nbytes() == size, "reading ", plain.nbytes(), " bytes into ", size);
    if (size > 0) std::memcpy(bytes, plain.const_data_ptr(), size);
  });
}
