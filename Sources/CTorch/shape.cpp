#include "include/shape.h"
#include "internal.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/clone.h>

#include <ATen/ops/diag_embed.h>
#include <ATen/ops/diagonal.h>

#include <ATen/ops/flatten.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_fill.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/masked_select.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/permute.h>

#include <ATen/ops/repeat_interleave.h>
#include <ATen/ops/reshape.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/scatter.h>
#include <ATen/ops/scatter_add.h>
#include <ATen/ops/scatter_reduce.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/slice_scatter.h>
#include <ATen/ops/split.h>
#include <ATen/ops/squeeze.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/transpose.h>
#include <ATen/ops/tril.h>
#include <ATen/ops/triu.h>

#include <ATen/ops/unsqueeze.h>

ct_tensor *ct_reshape(CT_IN a, CT_SIZES shape, size_t count) {
  return tensor([&] { return at::reshape(ref(a), sizes(shape, count)); });
}
ct_tensor *ct_expand(CT_IN a, CT_SIZES shape, size_t count) {
  return tensor([&] { return ref(a).expand(sizes(shape, count)); });
}
ct_tensor *ct_permute(CT_IN a, CT_SIZES dims, size_t count) {
  return tensor([&] { return at::permute(ref(a), sizes(dims, count)); });
}
ct_tensor *ct_transpose(CT_IN a, int64_t one, int64_t other) {
  return tensor([&] { return at::transpose(ref(a), one, other); });
}
ct_tensor *ct_flip(CT_IN a, CT_SIZES dims, size_t count) {
  return tensor([&] { return at::flip(ref(a), sizes(dims, count)); });
}
ct_tensor *ct_roll(CT_IN a, CT_SIZES shifts, CT_SIZES dims, size_t count) {
  return tensor([&] { return at::roll(ref(a), sizes(shifts, count), sizes(dims, count)); });
}
ct_tensor *ct_repeat(CT_IN a, CT_SIZES times, size_t count) {
  return tensor([&] { return ref(a).repeat(sizes(times, count)); });
}
ct_tensor *ct_repeat_interleave(CT_IN a, int64_t times, int64_t dim) {
  return tensor([&] { return at::repeat_interleave(ref(a), times, dim); });
}
ct_tensor *ct_flatten(CT_IN a, int64_t from, int64_t through) {
  return tensor([&] { return at::flatten(ref(a), from, through); });
}
ct_tensor *ct_squeeze(CT_IN a, int64_t dim) {
  return tensor([&] { return at::squeeze(ref(a), dim); });
}
ct_tensor *ct_unsqueeze(CT_IN a, int64_t dim) {
  return tensor([&] { return at::unsqueeze(ref(a), dim); });
}
ct_tensor *ct_unfold(CT_IN a, int64_t dim, int64_t size, int64_t step) {
  return tensor([&] { return ref(a).unfold(dim, size, step); });
}
ct_tensor *ct_cat(CT_LIST all, size_t count, int64_t dim) {
  return tensor([&] { return at::cat(list(all, count), dim); });
}
ct_tensor *ct_stack(CT_LIST all, size_t count, int64_t dim) {
  return tensor([&] { return at::stack(list(all, count), dim); });
}
ct_tensor *ct_slice(CT_IN a, int64_t dim, int64_t start, int64_t end, int64_t step) {
  return tensor([&] { return at::slice(ref(a), dim, start, end, step); });
}
bool ct_split(CT_IN a, int64_t size, int64_t dim, ct_tensor **out) {
  return done([&] {
    for (auto &piece : at::split(ref(a), size, dim)) *out++ = ct::give(std::move(piece));
  });
}
ct_tensor *ct_select(CT_IN a, int64_t dim, int64_t index) {
  return tensor([&] { return at::select(ref(a), dim, index); });
}
ct_tensor *ct_index_select(CT_IN a, int64_t dim, CT_IN index) {
  return tensor([&] { return at::index_select(ref(a), dim, ref(index)); });
}
ct_tensor *ct_masked_select(CT_IN a, CT_IN mask) {
  return tensor([&] { return at::masked_select(ref(a), ref(mask)); });
}
ct_tensor *ct_index_add(CT_IN a, int64_t dim, CT_IN index, CT_IN source) {
  return tensor([&] { return at::index_add(ref(a), dim, ref(index), ref(source)); });
}
ct_tensor *ct_index_copy(CT_IN a, int64_t dim, CT_IN index, CT_IN source) {
  return tensor([&] { return at::index_copy(ref(a), dim, ref(index), ref(source)); });
}
ct_tensor *ct_index_fill(CT_IN a, int64_t dim, CT_IN index, double value) {
  return tensor([&] { return at::index_fill(ref(a), dim, ref(index), ct::scalar(ref(a), value)); });
}
ct_tensor *ct_gather(CT_IN a, int64_t dim, CT_IN index) {
  return tensor([&] { return at::gather(ref(a), dim, ref(index)); });
}
ct_tensor *ct_scatter(CT_IN a, int64_t dim, CT_IN index, CT_IN source) {
  return tensor([&] { return at::scatter(ref(a), dim, ref(index), ref(source)); });
}
ct_tensor *ct_scatter_add(CT_IN a, int64_t dim, CT_IN index, CT_IN source) {
  return tensor([&] { return at::scatter_add(ref(a), dim, ref(index), ref(source)); });
}
ct_tensor *ct_scatter_reduce(
  CT_IN a, int64_t dim, CT_IN index, CT_IN source, const char *reduce, bool include_self) {
  return tensor([&] {
    return at::scatter_reduce(ref(a), dim, ref(index), ref(source), reduce, include_self);
  });
}
ct_tensor *ct_slice_scatter(CT_IN a, CT_IN source, int64_t dim, int64_t start, int64_t end) {
  return tensor([&] { return at::slice_scatter(ref(a), ref(source), dim, start, end, 1); });
}
ct_tensor *ct_triu(CT_IN a, int64_t diagonal) {
  return tensor([&] { return at::triu(ref(a), diagonal); });
}
ct_tensor *ct_tril(CT_IN a, int64_t diagonal) {
  return tensor([&] { return at::tril(ref(a), diagonal); });
}
ct_tensor *ct_diagonal(CT_IN a, int64_t offset, int64_t one, int64_t other) {
  return tensor([&] { return at::diagonal(ref(a), offset, one, other); });
}
ct_tensor *ct_diag_embed(CT_IN a, int64_t offset) {
  return tensor([&] { return at::diag_embed(ref(a), offset, -2, -1); });
}
ct_tensor *ct_one_hot(CT_IN a, int64_t classes) {
  return tensor([&] { return at::one_hot(ref(a), classes); });
}
ct_tensor *ct_contiguous(CT_IN a) {
  return tensor([&] { return ref(a).contiguous(); });
}
ct_tensor *ct_clone(CT_IN a) {
  return tensor([&] { return at::clone(ref(a)); });
}
ct_tensor *ct_channels_last(CT_IN a) {
  return tensor([&] { return ref(a).contiguous(at::MemoryFormat::ChannelsLast); });
}
