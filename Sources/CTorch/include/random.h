#pragma once
#include "types.h"

CT_BEGIN
// `device` is a code of device.h.
ct_generator *_Nullable ct_generator_new(int32_t device, uint64_t seed);
void ct_generator_free(ct_generator *_Nullable generator);
CT_RESULT ct_rand(
  CT_SIZES shape, size_t count, int32_t dtype, int32_t device, ct_generator *_Nonnull generator);
CT_RESULT ct_randn(
  CT_SIZES shape, size_t count, int32_t dtype, int32_t device, ct_generator *_Nonnull generator);
CT_RESULT ct_randint(
  int64_t low, int64_t high, CT_SIZES shape, size_t count, int32_t device,
  ct_generator *_Nonnull generator);
CT_RESULT ct_randperm(int64_t n, int32_t device, ct_generator *_Nonnull generator);
CT_RESULT ct_exponential_like(CT_IN a, double rate, ct_generator *_Nonnull generator);
CT_RESULT ct_cauchy_like(CT_IN a, double location, double scale, ct_generator *_Nonnull generator);
CT_RESULT ct_log_normal_like(CT_IN a, double mean, double std, ct_generator *_Nonnull generator);
CT_RESULT ct_geometric_like(CT_IN a, double p, ct_generator *_Nonnull generator);
CT_RESULT ct_bernoulli(CT_IN p, ct_generator *_Nonnull generator);
CT_RESULT ct_poisson(CT_IN rate, ct_generator *_Nonnull generator);
CT_RESULT ct_binomial(CT_IN trials, CT_IN p, ct_generator *_Nonnull generator);
CT_RESULT ct_standard_gamma(CT_IN shape, ct_generator *_Nonnull generator);
CT_RESULT ct_multinomial(
  CT_IN weights, int64_t samples, bool replacement, ct_generator *_Nonnull generator);
CT_END
