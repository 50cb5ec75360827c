#pragma once
#include "types.h"

CT_BEGIN
void ct_free(ct_tensor *_Nullable a);
// dtype codes are those of c10::ScalarType.
CT_RESULT ct_copying(const void *_Nullable bytes, CT_SIZES shape, size_t count, int32_t dtype);
// A tensor whose memory is still to be written, at `data`.
CT_RESULT ct_unfilled(
  CT_SIZES shape, size_t count, int32_t dtype, void *_Nullable *_Nonnull data);
// A tensor over memory that `release(context)` gives back once nothing uses it.
CT_RESULT ct_borrowing(
  void *_Nonnull bytes, CT_SIZES shape, size_t count, int32_t dtype, void *_Nullable context,
  void (*_Nonnull release)(void *_Nullable));
// Bytes as numbers over `divisor`, on the caller's own thread.
void ct_levels(
  const uint8_t *_Nonnull bytes, size_t count, float divisor, float *_Nonnull out);
CT_RESULT ct_full(CT_SIZES shape, size_t count, double value, int32_t dtype, int32_t device);
CT_RESULT ct_arange(double start, double end, double step, int32_t dtype, int32_t device);
CT_RESULT ct_linspace(double start, double end, int64_t steps, int32_t dtype, int32_t device);
CT_RESULT ct_eye(int64_t n, int32_t dtype, int32_t device);
CT_RESULT ct_full_like(CT_IN a, double value);
CT_RESULT ct_to(CT_IN a, int32_t dtype, int32_t device);
int64_t ct_rank(CT_IN a);
int64_t ct_size(CT_IN a, int64_t dim);
int64_t ct_count(CT_IN a);
int32_t ct_dtype(CT_IN a);
int32_t ct_device(CT_IN a);
bool ct_is_contiguous(CT_IN a);
double ct_item(CT_IN a, bool *_Nonnull ok);
// Copies the elements of `a`, converted to `dtype`, in row-major order.
bool ct_read(CT_IN a, int32_t dtype, void *_Nonnull bytes, size_t size);
CT_END
