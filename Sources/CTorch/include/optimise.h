#pragma once
#include "types.h"

CT_BEGIN
// One fused step over `count` parameters, all updated in place together with their state; `steps`, a
// float32 scalar, counts the steps of all.
bool ct_adam_step(
  CT_LIST parameters, CT_LIST gradients, CT_LIST first, CT_LIST second,
  const ct_tensor *_Nonnull const *_Nullable largest, CT_IN steps, size_t count, double rate,
  double beta1, double beta2, double weight_decay, double eps, bool decoupled);
bool ct_sgd_step(
  CT_LIST parameters, CT_LIST gradients, const ct_tensor *_Nonnull const *_Nullable momenta,
  size_t count, double rate, double momentum, double weight_decay, bool nesterov, bool first_step);
// Scales the gradients in place so that their joint norm is at most `limit`; returns the norm.
CT_RESULT ct_clip_norm(CT_LIST gradients, size_t count, double limit);
// a <- a + (b - a) * weight for each pair, in place, outside the graph.
bool ct_lerp_in_place(CT_LIST a, CT_LIST b, size_t count, double weight);
// sums[i] <- sums[i] + weight * values[i] for `count` scalars, in place, outside the graph.
bool ct_accumulate(CT_IN sums, CT_LIST values, size_t count, double weight);
// a <- b, in place, outside the graph.
bool ct_assign(CT_IN a, CT_IN b);
// a[index[i]] <- rows[i], in place, outside the graph.
bool ct_assign_rows(CT_IN a, CT_IN index, CT_IN rows);
CT_END
