import CTorch

/// Operators that work on each element; operands broadcast as in NumPy.
extension Tensor {
  /// Absolute values.
  public func abs() -> Tensor { op("abs", self) { ct_abs($0) } }
  /// e to the power of each element.
  public func exp() -> Tensor { op("exp", self) { ct_exp($0) } }
  /// 2 to the power of each element.
  public func exp2() -> Tensor { op("exp2", self) { ct_exp2($0) } }
  /// eˣ − 1, exact near 0.
  public func expm1() -> Tensor { op("expm1", self) { ct_expm1($0) } }
  /// Natural logarithms.
  public func log() -> Tensor { op("log", self) { ct_log($0) } }
  /// Logarithms to base 2.
  public func log2() -> Tensor { op("log2", self) { ct_log2($0) } }
  /// Logarithms to base 10.
  public func log10() -> Tensor { op("log10", self) { ct_log10($0) } }
  /// log(1 + x), exact near 0.
  public func log1p() -> Tensor { op("log1p", self) { ct_log1p($0) } }
  /// Square roots.
  public func squareRoot() -> Tensor { op("squareRoot", self) { ct_sqrt($0) } }
  /// 1 / √x.
  public func inverseSquareRoot() -> Tensor { op("inverseSquareRoot", self) { ct_rsqrt($0) } }
  /// 1 / x.
  public func reciprocal() -> Tensor { op("reciprocal", self) { ct_reciprocal($0) } }
  /// x².
  public func squared() -> Tensor { op("squared", self) { ct_square($0) } }
  /// Sines of radians.
  public func sin() -> Tensor { op("sin", self) { ct_sin($0) } }
  /// Cosines of radians.
  public func cos() -> Tensor { op("cos", self) { ct_cos($0) } }
  /// Tangents of radians.
  public func tan() -> Tensor { op("tan", self) { ct_tan($0) } }
  /// Inverse sines, in radians.
  public func asin() -> Tensor { op("asin", self) { ct_asin($0) } }
  /// Inverse cosines, in radians.
  public func acos() -> Tensor { op("acos", self) { ct_acos($0) } }
  /// Inverse tangents, in radians.
  public func atan() -> Tensor { op("atan", self) { ct_atan($0) } }
  /// Hyperbolic sines.
  public func sinh() -> Tensor { op("sinh", self) { ct_sinh($0) } }
  /// Hyperbolic cosines.
  public func cosh() -> Tensor { op("cosh", self) { ct_cosh($0) } }
  /// Hyperbolic tangents.
  public func tanh() -> Tensor { op("tanh", self) { ct_tanh($0) } }
  /// Inverse hyperbolic sines.
  public func asinh() -> Tensor { op("asinh", self) { ct_asinh($0) } }
  /// Inverse hyperbolic cosines.
  public func acosh() -> Tensor { op("acosh", self) { ct_acosh($0) } }
  /// Inverse hyperbolic tangents.
  public func atanh() -> Tensor { op("atanh", self) { ct_atanh($0) } }
  /// 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Tensor { op("sigmoid", self) { ct_sigmoid($0) } }
  /// log(1 / (1 + e⁻ˣ)), stable in both tails.
  public func logSigmoid() -> Tensor { op("logSigmoid", self) { ct_log_sigmoid($0) } }
  /// The error function.
  public func erf() -> Tensor { op("erf", self) { ct_erf($0) } }
  /// 1 − erf(x).
  public func erfc() -> Tensor { op("erfc", self) { ct_erfc($0) } }
  /// The inverse of the error function.
  public func erfinv() -> Tensor { op("erfinv", self) { ct_erfinv($0) } }
  /// exp(x²) erfc(x).
  public func erfcx() -> Tensor { op("erfcx", self) { ct_special_erfcx($0) } }
  /// log |Γ(x)|.
  public func lgamma() -> Tensor { op("lgamma", self) { ct_lgamma($0) } }
  /// The derivative of log Γ(x).
  public func digamma() -> Tensor { op("digamma", self) { ct_digamma($0) } }
  /// The nearest whole number below.
  public func floor() -> Tensor { op("floor", self) { ct_floor($0) } }
  /// The nearest whole number above.
  public func ceil() -> Tensor { op("ceil", self) { ct_ceil($0) } }
  /// The nearest whole number, halves to even.
  public func rounded() -> Tensor { op("rounded", self) { ct_round($0) } }
  /// The whole part.
  public func truncated() -> Tensor { op("truncated", self) { ct_trunc($0) } }
  /// The part after the point.
  public func fraction() -> Tensor { op("fraction", self) { ct_frac($0) } }
  /// −1, 0 or 1.
  public func sign() -> Tensor { op("sign", self) { ct_sign($0) } }
  /// max(x, 0).
  public func relu() -> Tensor { op("relu", self) { ct_relu($0) } }
  /// The scaled exponential linear unit.
  public func selu() -> Tensor { op("selu", self) { ct_selu($0) } }
  /// x · sigmoid(x).
  public func silu() -> Tensor { op("silu", self) { ct_silu($0) } }
  /// x · tanh(softplus(x)).
  public func mish() -> Tensor { op("mish", self) { ct_mish($0) } }
  /// x · min(max(x + 3, 0), 6) / 6.
  public func hardswish() -> Tensor { op("hardswish", self) { ct_hardswish($0) } }
  /// min(max(x + 3, 0), 6) / 6.
  public func hardsigmoid() -> Tensor { op("hardsigmoid", self) { ct_hardsigmoid($0) } }
  /// Which elements are not a number.
  public func isNaN() -> Tensor { op("isNaN", self) { ct_isnan($0) } }
  /// Which elements are infinite.
  public func isInfinite() -> Tensor { op("isInfinite", self) { ct_isinf($0) } }
  /// Which elements are finite numbers.
  public func isFinite() -> Tensor { op("isFinite", self) { ct_isfinite($0) } }
  /// Modified Bessel function of the first kind, order 0.
  public func i0() -> Tensor { op("i0", self) { ct_i0($0) } }
  /// exp(−|x|) I₀(x).
  public func i0e() -> Tensor { op("i0e", self) { ct_special_i0e($0) } }
  /// Modified Bessel function of the first kind, order 1.
  public func i1() -> Tensor { op("i1", self) { ct_special_i1($0) } }
  /// exp(−|x|) I₁(x).
  public func i1e() -> Tensor { op("i1e", self) { ct_special_i1e($0) } }
  /// Quantiles of the standard normal distribution.
  public func normalQuantile() -> Tensor { op("normalQuantile", self) { ct_special_ndtri($0) } }
  /// log of the standard normal distribution function.
  public func logNormalCDF() -> Tensor { op("logNormalCDF", self) { ct_special_log_ndtr($0) } }
  /// −x log x, 0 at 0.
  public func entropyTerm() -> Tensor { op("entropyTerm", self) { ct_special_entr($0) } }
  /// sin(πx) / (πx).
  public func sinc() -> Tensor { op("sinc", self) { ct_sinc($0) } }
  /// Phases of complex numbers, in radians.
  public func angle() -> Tensor { op("angle", self) { ct_angle($0) } }
  /// Complex conjugates.
  public func conjugate() -> Tensor { op("conjugate", self) { ct_conj($0) } }
  /// Real parts of complex numbers.
  public func realPart() -> Tensor { op("realPart", self) { ct_real($0) } }
  /// Imaginary parts of complex numbers.
  public func imaginaryPart() -> Tensor { op("imaginaryPart", self) { ct_imag($0) } }
  /// Complex numbers as pairs on a new last axis.
  public func asRealPairs() -> Tensor { op("asRealPairs", self) { ct_view_as_real($0) } }
  /// Pairs on the last axis as complex numbers.
  public func asComplex() -> Tensor { op("asComplex", self) { ct_view_as_complex($0) } }
  /// Indices of the elements that are not 0, `[m, rank]`.
  public func nonzero() -> Tensor { op("nonzero", self) { ct_nonzero($0) } }
  /// The larger of two elements.
  public func maximum(_ other: Tensor) -> Tensor {
    op("maximum", self, other) { ct_maximum($0, $1) }
  }
  /// The smaller of two elements.
  public func minimum(_ other: Tensor) -> Tensor {
    op("minimum", self, other) { ct_minimum($0, $1) }
  }
  /// The remainder with the divisor's sign.
  public func remainder(_ other: Tensor) -> Tensor {
    op("remainder", self, other) { ct_remainder($0, $1) }
  }
  /// The remainder with the dividend's sign.
  public func fmod(_ other: Tensor) -> Tensor {
    op("fmod", self, other) { ct_fmod($0, $1) }
  }
  /// The angle of the points (other, self), in radians.
  public func atan2(_ other: Tensor) -> Tensor {
    op("atan2", self, other) { ct_atan2($0, $1) }
  }
  /// The quotient rounded down.
  public func floorDivide(_ other: Tensor) -> Tensor {
    op("floorDivide", self, other) { ct_floor_divide($0, $1) }
  }
  /// x log y, 0 where x is 0.
  public func xlogy(_ other: Tensor) -> Tensor {
    op("xlogy", self, other) { ct_xlogy($0, $1) }
  }
  /// x log(1 + y), 0 where x is 0.
  public func xlog1py(_ other: Tensor) -> Tensor {
    op("xlog1py", self, other) { ct_special_xlog1py($0, $1) }
  }
  /// log(eˣ + eʸ).
  public func logAddExp(_ other: Tensor) -> Tensor {
    op("logAddExp", self, other) { ct_logaddexp($0, $1) }
  }
  /// √(x² + y²).
  public func hypot(_ other: Tensor) -> Tensor {
    op("hypot", self, other) { ct_hypot($0, $1) }
  }
  /// The size of x with the sign of y.
  public func copySign(_ other: Tensor) -> Tensor {
    op("copySign", self, other) { ct_copysign($0, $1) }
  }
  /// 0 below 0, 1 above, `other` at 0.
  public func heaviside(_ other: Tensor) -> Tensor {
    op("heaviside", self, other) { ct_heaviside($0, $1) }
  }
  /// Complex numbers of this size and phase `other`.
  public func polar(_ other: Tensor) -> Tensor {
    op("polar", self, other) { ct_polar($0, $1) }
  }
  /// Complex numbers of this real and that imaginary part.
  public func complex(_ other: Tensor) -> Tensor {
    op("complex", self, other) { ct_complex($0, $1) }
  }
  /// The Hurwitz zeta function ζ(x, y).
  public func zeta(_ other: Tensor) -> Tensor {
    op("zeta", self, other) { ct_special_zeta($0, $1) }
  }
  /// The regularised lower incomplete gamma function P(x, y).
  public func igamma(_ other: Tensor) -> Tensor {
    op("igamma", self, other) { ct_igamma($0, $1) }
  }
  /// The regularised upper incomplete gamma function Q(x, y).
  public func igammac(_ other: Tensor) -> Tensor {
    op("igammac", self, other) { ct_igammac($0, $1) }
  }
  /// Where both are not 0.
  public func logicalAnd(_ other: Tensor) -> Tensor {
    op("logicalAnd", self, other) { ct_logical_and($0, $1) }
  }
  /// Where either is not 0.
  public func logicalOr(_ other: Tensor) -> Tensor {
    op("logicalOr", self, other) { ct_logical_or($0, $1) }
  }
  /// Where exactly one is not 0.
  public func logicalXor(_ other: Tensor) -> Tensor {
    op("logicalXor", self, other) { ct_logical_xor($0, $1) }
  }
  /// Bits set in both.
  public func bitwiseAnd(_ other: Tensor) -> Tensor {
    op("bitwiseAnd", self, other) { ct_bitwise_and($0, $1) }
  }
  /// Bits set in either.
  public func bitwiseOr(_ other: Tensor) -> Tensor {
    op("bitwiseOr", self, other) { ct_bitwise_or($0, $1) }
  }
  /// Bits set in exactly one.
  public func bitwiseXor(_ other: Tensor) -> Tensor {
    op("bitwiseXor", self, other) { ct_bitwise_xor($0, $1) }
  }

  /// Where an element is 0.
  public func logicalNot() -> Tensor { op("logicalNot", self) { ct_logical_not($0) } }
  /// The Gaussian error linear unit, exact or in the tanh approximation.
  public func gelu(approximate: Bool = false) -> Tensor {
    op("gelu", self) { ct_gelu($0, approximate) }
  }
  /// x where positive, `slope` · x elsewhere.
  public func leakyRelu(_ slope: Double = 0.01) -> Tensor {
    op("leakyRelu", self) { ct_leaky_relu_scalar($0, slope) }
  }
  /// x where positive, `alpha` (eˣ − 1) elsewhere.
  public func elu(_ alpha: Double = 1) -> Tensor { op("elu", self) { ct_elu_scalar($0, alpha) } }
  /// log(1 + e^(βx)) / β, linear where βx is beyond `threshold`.
  public func softplus(beta: Double = 1, threshold: Double = 20) -> Tensor {
    op("softplus", self) { ct_softplus($0, beta, threshold) }
  }
  /// x kept within `low` and `high`.
  public func clamped(_ low: Double, _ high: Double) -> Tensor {
    op("clamped", self) { ct_clamp($0, low, high) }
  }
  /// x where it is at least `low`, else `low`.
  public func clamped(atLeast low: Double) -> Tensor {
    op("clamped", self) { ct_clamp_min_scalar($0, low) }
  }
  /// x where it is at most `high`, else `high`.
  public func clamped(atMost high: Double) -> Tensor {
    op("clamped", self) { ct_clamp_max_scalar($0, high) }
  }
  /// log(x / (1 − x)), with x kept `margin` away from 0 and 1.
  public func logit(margin: Double = 0) -> Tensor { op("logit", self) { ct_logit($0, margin) } }
  /// Derivative of order `order` of the digamma function.
  public func polygamma(_ order: Int) -> Tensor {
    op("polygamma", self) { ct_polygamma(Int64(order), $0) }
  }
  /// x + (other − x) · weight.
  public func lerp(_ other: Tensor, _ weight: Double) -> Tensor {
    op("lerp", self, other) { ct_lerp($0, $1, weight) }
  }
  /// x + (other − x) · weight, with a weight for each element.
  public func lerp(_ other: Tensor, _ weight: Tensor) -> Tensor {
    op("lerp", self, other, weight) { ct_lerp_by($0, $1, $2) }
  }
  /// x where this mask holds, else y.
  public func choose(_ x: Tensor, _ y: Tensor) -> Tensor {
    op("choose", self, x, y) { ct_where($0, $1, $2) }
  }
  /// x with `value` where `mask` holds.
  public func masked(_ mask: Tensor, with value: Double) -> Tensor {
    op("masked", self, mask) { ct_masked_fill($0, $1, value) }
  }
  /// x with numbers in place of NaN and the infinities.
  public func replacingNonFinite(nan: Double = 0, high: Double, low: Double) -> Tensor {
    op("replacingNonFinite", self) { ct_nan_to_num($0, nan, high, low) }
  }
  /// x to the power `exponent`.
  public func power(_ exponent: Double) -> Tensor {
    op("power", self) { ct_pow_scalar($0, exponent) }
  }
  /// x to the power of each element of `exponent`.
  public func power(_ exponent: Tensor) -> Tensor {
    op("power", self, exponent) { ct_pow($0, $1) }
  }
}
