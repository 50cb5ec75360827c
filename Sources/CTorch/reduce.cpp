#include "include/reduce.h"
#include "average.h"
#include "internal.h"

#include <ATen/ops/_unique2.h>
#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/argmin.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/count_nonzero.h>
#include <ATen/ops/cummax.h>
#include <ATen/ops/cummin.h>
#include <ATen/ops/cumprod.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/histc.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logcumsumexp.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/max.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/median.h>
#include <ATen/ops/min.h>
#include <ATen/ops/mode.h>
#include <ATen/ops/prod.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/std.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/unique_dim.h>
#include <ATen/ops/var.h>
#include <ATen/ops/arange.h>

namespace {

// No axes means all of them; the names of every axis suit each reduction, also those that need one.
std::vector<int64_t> axes(const at::Tensor &a, const int64_t *dims, size_t count) {
  if (count > 0) return {dims, dims + count};
  std::vector<int64_t> all(static_cast<size_t>(a.dim()));
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int64_t>(i);
  return all;
}

}  // namespace

#define X(name)                                                                           \
  ct_tensor *ct_##name(CT_IN a, CT_SIZES dims, size_t count, bool keepdim) {              \
    return tensor([&] { return at::name(ref(a), axes(ref(a), dims, count), keepdim); });  \
  }
CT_REDUCE(X)
#undef X

ct_tensor *ct_mean(CT_IN a, CT_SIZES dims, size_t count, bool keepdim) {
  return tensor([&] {
    if (count == 0 && !keepdim && ct::averages(ref(a))) return ct::average(ref(a));
    return at::mean(ref(a), axes(ref(a), dims, count), keepdim);
  });
}

#define X(name) \
  ct_tensor *ct_##name(CT_IN a, int64_t dim) { return tensor([&] { return at::name(ref(a), dim); }); }
CT_ALONG(X)
#undef X

#define X(name)                                                       \
  ct_tensor *ct_##name(CT_IN a, int64_t dim, bool keepdim) {          \
    return tensor([&] { return at::name(ref(a), dim, keepdim); });    \
  }
CT_OVER(X)
#undef X

#define X(name)                                                               \
  bool ct_##name(CT_IN a, int64_t dim, bool keepdim, ct_tensor **out) {       \
    return tensors(out, [&] { return at::name(ref(a), dim, keepdim); });      \
  }
CT_PAIRS(X)
#undef X

bool ct_cummax(CT_IN a, int64_t dim, bool, ct_tensor **out) {
  return tensors(out, [&] { return at::cummax(ref(a), dim); });
}
bool ct_cummin(CT_IN a, int64_t dim, bool, ct_tensor **out) {
  return tensors(out, [&] { return at::cummin(ref(a), dim); });
}
ct_tensor *ct_var(CT_IN a, CT_SIZES dims, size_t count, double correction, bool keepdim) {
  return tensor([&] {
    return at::var(ref(a), axes(ref(a), dims, count), std::optional<at::Scalar>(correction), keepdim);
  });
}
ct_tensor *ct_std(CT_IN a, CT_SIZES dims, size_t count, double correction, bool keepdim) {
  return tensor([&] {
    return at::std(ref(a), axes(ref(a), dims, count), std::optional<at::Scalar>(correction), keepdim);
  });
}
ct_tensor *ct_norm(CT_IN a, double p, CT_SIZES dims, size_t count, bool keepdim) {
  return tensor(
    [&] { return at::linalg_vector_norm(ref(a), p, axes(ref(a), dims, count), keepdim); });
}
ct_tensor *ct_quantile(CT_IN a, CT_IN q, int64_t dim, bool keepdim) {
  return tensor([&] { return at::quantile(ref(a), ref(q), dim, keepdim); });
}
ct_tensor *ct_count_nonzero(CT_IN a, CT_SIZES dims, size_t count) {
  return tensor([&] { return at::count_nonzero(ref(a), axes(ref(a), dims, count)); });
}
ct_tensor *ct_bincount(CT_IN a, CT_OPTIONAL weights, int64_t length) {
  return tensor([&] { return at::bincount(ref(a), maybe(weights), length); });
}
ct_tensor *ct_histc(CT_IN a, int64_t bins, double low, double high) {
  return tensor([&] { return at::histc(ref(a), bins, low, high); });
}
bool ct_sort(CT_IN a, int64_t dim, bool descending, bool stable, ct_tensor **out) {
  return tensors(
    out, [&] { return at::sort(ref(a), std::optional<bool>(stable), dim, descending); });
}
bool ct_topk(CT_IN a, int64_t k, int64_t dim, bool largest, ct_tensor **out) {
  return tensors(out, [&] { return at::topk(ref(a), k, dim, largest, true); });
}
bool ct_unique(CT_IN a, ct_tensor **out) {
  return tensors(out, [&] { return at::_unique2(ref(a), true, true, true); });
}
ct_tensor *ct_searchsorted(CT_IN sorted, CT_IN values, bool right) {
  return tensor([&] { return at::searchsorted(ref(sorted), ref(values), false, right); });
}
