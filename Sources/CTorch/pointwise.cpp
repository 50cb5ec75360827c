#include "include/pointwise.h"
#include "internal.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/acos.h>
#include <ATen/ops/acosh.h>
#include <ATen/ops/add.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/angle.h>
#include <ATen/ops/asin.h>
#include <ATen/ops/asinh.h>
#include <ATen/ops/atan.h>
#include <ATen/ops/atan2.h>
#include <ATen/ops/atanh.h>
#include <ATen/ops/bitwise_and.h>
#include <ATen/ops/bitwise_not.h>
#include <ATen/ops/bitwise_or.h>
#include <ATen/ops/bitwise_xor.h>
#include <ATen/ops/ceil.h>
#include <ATen/ops/celu.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/clamp_max.h>
#include <ATen/ops/clamp_min.h>
#include <ATen/ops/complex.h>

#include <ATen/ops/copysign.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/cosh.h>
#include <ATen/ops/detach.h>
#include <ATen/ops/digamma.h>
#include <ATen/ops/div.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/erfc.h>
#include <ATen/ops/erfinv.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/exp2.h>
#include <ATen/ops/expm1.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/floor_divide.h>
#include <ATen/ops/fmax.h>
#include <ATen/ops/fmin.h>
#include <ATen/ops/fmod.h>
#include <ATen/ops/frac.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/heaviside.h>
#include <ATen/ops/hypot.h>
#include <ATen/ops/i0.h>
#include <ATen/ops/igamma.h>
#include <ATen/ops/igammac.h>
#include <ATen/ops/imag.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/isinf.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/le.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/lgamma.h>
#include <ATen/ops/log.h>
#include <ATen/ops/log10.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/log2.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logaddexp2.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/logical_xor.h>
#include <ATen/ops/logit.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mish.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/nan_to_num.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/polar.h>
#include <ATen/ops/polygamma.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/real.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/round.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/rsub.h>
#include <ATen/ops/selu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sinc.h>
#include <ATen/ops/sinh.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/special_entr.h>
#include <ATen/ops/special_erfcx.h>
#include <ATen/ops/special_i0e.h>
#include <ATen/ops/special_i1.h>
#include <ATen/ops/special_i1e.h>
#include <ATen/ops/special_log_ndtr.h>
#include <ATen/ops/special_ndtri.h>
#include <ATen/ops/special_xlog1py.h>
#include <ATen/ops/special_zeta.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tan.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/trunc.h>
#include <ATen/ops/view_as_complex.h>
#include <ATen/ops/view_as_real.h>
#include <ATen/ops/where.h>
#include <ATen/ops/xlogy.h>

#define X(name) \
  ct_tensor *ct_##name(CT_IN a) { return tensor([&] { return at::name(ref(a)); }); }
CT_UNARY(X)
#undef X

#define X(name) \
  ct_tensor *ct_##name(CT_IN a, CT_IN b) { return tensor([&] { return at::name(ref(a), ref(b)); }); }
CT_BINARY(X) X(add) X(sub)
#undef X

#define X(name)                                                              \
  ct_tensor *ct_##name##_scalar(CT_IN a, double b) {                         \
    return tensor([&] { return at::name(ref(a), ct::scalar(ref(a), b)); });  \
  }
CT_SCALAR(X)
#undef X

ct_tensor *ct_scalar_pow(double base, CT_IN exponent) {
  return tensor([&] { return at::pow(at::Scalar(base), ref(exponent)); });
}
ct_tensor *ct_gelu(CT_IN a, bool approximate) {
  return tensor([&] { return at::gelu(ref(a), approximate ? "tanh" : "none"); });
}
ct_tensor *ct_softplus(CT_IN a, double beta, double threshold) {
  return tensor([&] { return at::softplus(ref(a), beta, threshold); });
}
ct_tensor *ct_hardtanh(CT_IN a, double low, double high) {
  return tensor([&] { return at::hardtanh(ref(a), low, high); });
}
ct_tensor *ct_clamp(CT_IN a, double low, double high) {
  return tensor([&] {
    return at::clamp(ref(a), ct::scalar(ref(a), low), ct::scalar(ref(a), high));
  });
}
ct_tensor *ct_logit(CT_IN a, double eps) {
  return tensor([&] { return eps > 0 ? at::logit(ref(a), eps) : at::logit(ref(a)); });
}
ct_tensor *ct_polygamma(int64_t order, CT_IN a) {
  return tensor([&] { return at::polygamma(order, ref(a)); });
}
ct_tensor *ct_lerp(CT_IN a, CT_IN b, double weight) {
  return tensor([&] { return at::lerp(ref(a), ref(b), weight); });
}
ct_tensor *ct_lerp_by(CT_IN a, CT_IN b, CT_IN weight) {
  return tensor([&] { return at::lerp(ref(a), ref(b), ref(weight)); });
}
ct_tensor *ct_where(CT_IN condition, CT_IN a, CT_IN b) {
  return tensor([&] { return at::where(ref(condition), ref(a), ref(b)); });
}
ct_tensor *ct_masked_fill(CT_IN a, CT_IN mask, double value) {
  return tensor([&] { return at::masked_fill(ref(a), ref(mask), ct::scalar(ref(a), value)); });
}
ct_tensor *ct_addcmul(CT_IN a, CT_IN b, CT_IN c, double weight) {
  return tensor([&] { return at::addcmul(ref(a), ref(b), ref(c), weight); });
}
ct_tensor *ct_nan_to_num(CT_IN a, double nan, double high, double low) {
  return tensor([&] { return at::nan_to_num(ref(a), nan, high, low); });
}
ct_tensor *ct_conj(CT_IN a) {
  return tensor([&] { return ref(a).conj(); });
}
