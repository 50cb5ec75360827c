#pragma once
#include "types.h"

CT_BEGIN
CT_RESULT ct_reshape(CT_IN a, CT_SIZES shape, size_t count);
CT_RESULT ct_expand(CT_IN a, CT_SIZES shape, size_t count);
CT_RESULT ct_permute(CT_IN a, CT_SIZES dims, size_t count);
CT_RESULT ct_transpose(CT_IN a, int64_t one, int64_t other);
CT_RESULT ct_flip(CT_IN a, CT_SIZES dims, size_t count);
CT_RESULT ct_roll(CT_IN a, CT_SIZES shifts, CT_SIZES dims, size_t count);
CT_RESULT ct_repeat(CT_IN a, CT_SIZES times, size_t count);
CT_RESULT ct_repeat_interleave(CT_IN a, int64_t times, int64_t dim);
CT_RESULT ct_flatten(CT_IN a, int64_t from, int64_t through);
CT_RESULT ct_squeeze(CT_IN a, int64_t dim);
CT_RESULT ct_unsqueeze(CT_IN a, int64_t dim);
CT_RESULT ct_unfold(CT_IN a, int64_t dim, int64_t size, int64_t step);
CT_RESULT ct_cat(CT_LIST tensors, size_t count, int64_t dim);
CT_RESULT ct_stack(CT_LIST tensors, size_t count, int64_t dim);
CT_RESULT ct_slice(CT_IN a, int64_t dim, int64_t start, int64_t end, int64_t step);
// Pieces of `size` along an axis whose size is a multiple of it.
bool ct_split(CT_IN a, int64_t size, int64_t dim, CT_RESULT *_Nonnull out);
CT_RESULT ct_select(CT_IN a, int64_t dim, int64_t index);
CT_RESULT ct_index_select(CT_IN a, int64_t dim, CT_IN index);
CT_RESULT ct_masked_select(CT_IN a, CT_IN mask);
CT_RESULT ct_index_add(CT_IN a, int64_t dim, CT_IN index, CT_IN source);
CT_RESULT ct_index_copy(CT_IN a, int64_t dim, CT_IN index, CT_IN source);
CT_RESULT ct_index_fill(CT_IN a, int64_t dim, CT_IN index, double value);
CT_RESULT ct_gather(CT_IN a, int64_t dim, CT_IN index);
CT_RESULT ct_scatter(CT_IN a, int64_t dim, CT_IN index, CT_IN source);
CT_RESULT ct_scatter_add(CT_IN a, int64_t dim, CT_IN index, CT_IN source);
CT_RESULT ct_scatter_reduce(
  CT_IN a, int64_t dim, CT_IN index, CT_IN source, const char *_Nonnull reduce, bool include_self);
CT_RESULT ct_slice_scatter(CT_IN a, CT_IN source, int64_t dim, int64_t start, int64_t end);
CT_RESULT ct_triu(CT_IN a, int64_t diagonal);
CT_RESULT ct_tril(CT_IN a, int64_t diagonal);
CT_RESULT ct_diagonal(CT_IN a, int64_t offset, int64_t one, int64_t other);
CT_RESULT ct_diag_embed(CT_IN a, int64_t offset);
CT_RESULT ct_one_hot(CT_IN a, int64_t classes);
CT_RESULT ct_contiguous(CT_IN a);
CT_RESULT ct_clone(CT_IN a);
CT_RESULT ct_channels_last(CT_IN a);
CT_END
