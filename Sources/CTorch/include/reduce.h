#pragma once
#include "types.h"

// Reductions over the axes in `dims` (all axes when there are none).
#define CT_REDUCE(X) X(sum) X(amax) X(amin) X(logsumexp)
// Operators along one axis.
#define CT_ALONG(X) X(cumsum) X(cumprod) X(logcumsumexp) X(softmax) X(log_softmax)
// Reductions over one axis.
#define CT_OVER(X) X(prod) X(all) X(any) X(argmax) X(argmin)
// Pairs (values, indices) over one axis.
#define CT_PAIRS(X) X(max) X(min) X(median) X(mode)

CT_BEGIN
#define X(name) CT_RESULT ct_##name(CT_IN a, CT_SIZES dims, size_t count, bool keepdim);
CT_REDUCE(X)
X(mean)
#undef X
#define X(name) CT_RESULT ct_##name(CT_IN a, int64_t dim);
CT_ALONG(X)
#undef X
#define X(name) CT_RESULT ct_##name(CT_IN a, int64_t dim, bool keepdim);
CT_OVER(X)
#undef X
#define X(name) bool ct_##name(CT_IN a, int64_t dim, bool keepdim, CT_RESULT *_Nonnull out);
CT_PAIRS(X) X(cummax) X(cummin)
#undef X
// log of the mean of e^a over the first axis.
CT_RESULT ct_log_mean_exp(CT_IN draws);
CT_RESULT ct_var(CT_IN a, CT_SIZES dims, size_t count, double correction, bool keepdim);
CT_RESULT ct_std(CT_IN a, CT_SIZES dims, size_t count, double correction, bool keepdim);
CT_RESULT ct_norm(CT_IN a, double p, CT_SIZES dims, size_t count, bool keepdim);
CT_RESULT ct_quantile(CT_IN a, CT_IN q, int64_t dim, bool keepdim);
CT_RESULT ct_count_nonzero(CT_IN a, CT_SIZES dims, size_t count);
CT_RESULT ct_bincount(CT_IN a, CT_OPTIONAL weights, int64_t length);
CT_RESULT ct_histc(CT_IN a, int64_t bins, double low, double high);
bool ct_sort(CT_IN a, int64_t dim, bool descending, bool stable, CT_RESULT *_Nonnull out);
bool ct_topk(CT_IN a, int64_t k, int64_t dim, bool largest, CT_RESULT *_Nonnull out);
bool ct_unique(CT_IN a, CT_RESULT *_Nonnull out);
CT_RESULT ct_searchsorted(CT_IN sorted, CT_IN values, bool right);
CT_END
