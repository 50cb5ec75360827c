#pragma once
#include "types.h"

// Operators of one tensor.
#define CT_UNARY(X)                                                                               \
  X(abs) X(neg) X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sqrt) X(rsqrt)         \
  X(reciprocal) X(square) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh)    \
  X(asinh) X(acosh) X(atanh) X(sigmoid) X(erf) X(erfc) X(erfinv) X(lgamma) X(digamma) X(floor)    \
  X(ceil) X(round) X(trunc) X(frac) X(sign) X(relu) X(selu) X(silu) X(mish) X(hardswish)          \
  X(hardsigmoid) X(log_sigmoid) X(logical_not) X(isnan) X(isinf) X(isfinite) X(i0) X(special_i0e) \
  X(special_i1) X(special_i1e) X(special_ndtri) X(special_log_ndtr) X(special_entr)               \
  X(special_erfcx) X(sinc) X(angle) X(real) X(imag) X(view_as_real) X(view_as_complex)    \
  X(bitwise_not) X(nonzero) X(detach)

// Operators of two tensors, which broadcast.
#define CT_BINARY(X)                                                                             \
  X(mul) X(div) X(maximum) X(minimum) X(fmod) X(remainder) X(atan2) X(floor_divide) X(xlogy)     \
  X(special_xlog1py) X(logaddexp) X(logaddexp2) X(hypot) X(copysign) X(fmax) X(fmin)             \
  X(heaviside) X(polar) X(complex) X(special_zeta) X(logical_and) X(logical_or) X(logical_xor)   \
  X(bitwise_and) X(bitwise_or) X(bitwise_xor) X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(pow)         \
  X(igamma) X(igammac)

// Operators of a tensor and a number.
#define CT_SCALAR(X)                                                                              \
  X(add) X(sub) X(mul) X(div) X(pow) X(remainder) X(fmod) X(rsub) X(eq) X(ne) X(lt) X(le) X(gt)   \
  X(ge) X(leaky_relu) X(elu) X(celu) X(clamp_min) X(clamp_max)

CT_BEGIN
#define X(name) CT_RESULT ct_##name(CT_IN a);
CT_UNARY(X)
#undef X
#define X(name) CT_RESULT ct_##name(CT_IN a, CT_IN b);
CT_BINARY(X) X(add) X(sub)
#undef X
#define X(name) CT_RESULT ct_##name##_scalar(CT_IN a, double b);
CT_SCALAR(X)
#undef X
CT_RESULT ct_conj(CT_IN a);
CT_RESULT ct_scalar_pow(double base, CT_IN exponent);
CT_RESULT ct_gelu(CT_IN a, bool approximate);
CT_RESULT ct_softplus(CT_IN a, double beta, double threshold);
CT_RESULT ct_hardtanh(CT_IN a, double low, double high);
CT_RESULT ct_clamp(CT_IN a, double low, double high);
CT_RESULT ct_logit(CT_IN a, double eps);
CT_RESULT ct_polygamma(int64_t order, CT_IN a);
CT_RESULT ct_lerp(CT_IN a, CT_IN b, double weight);
CT_RESULT ct_lerp_by(CT_IN a, CT_IN b, CT_IN weight);
CT_RESULT ct_where(CT_IN condition, CT_IN a, CT_IN b);
CT_RESULT ct_masked_fill(CT_IN a, CT_IN mask, double value);
CT_RESULT ct_addcmul(CT_IN a, CT_IN b, CT_IN c, double weight);
CT_RESULT ct_nan_to_num(CT_IN a, double nan, double high, double low);
CT_END
