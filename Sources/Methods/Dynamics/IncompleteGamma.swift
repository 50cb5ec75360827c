import Foundation

/// The logarithm of the regularised lower incomplete gamma function `P(a, x)`, for positive `a`.
///
/// Minus infinity at 0 and below. Exact far into the lower tail, where the function itself is too small for a number.
///
/// - Source: Press et al., *Numerical Recipes*, 3rd edition, §6.2.
func logLowerGamma(_ a: Double, _ x: Double) -> Double {
  guard a > 0, !x.isNaN else { return .nan }
  guard x > 0 else { return -.infinity }
  guard x < .infinity else { return 0 }
  let front = a * log(x) - x - lgamma(a).0
  return x < a + 1 ? front + logSeries(a, x) : log1p(-exp(front) * upperFraction(a, x))
}

/// The logarithm of Σ xⁿ / (a (a + 1) … (a + n)).
private func logSeries(_ a: Double, _ x: Double) -> Double {
  var term = 1 / a
  var sum = term
  var n = 1.0
  while term > sum * 1e-17 {
    term *= x / (a + n)
    sum += term
    n += 1
  }
  return log(sum)
}

/// The continued fraction of the upper function, by Lentz's method, for `x` above `a + 1`.
private func upperFraction(_ a: Double, _ x: Double) -> Double {
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var fraction = d
  for n in 1...100_000 {
    let step = -Double(n) * (Double(n) - a)
    b += 2
    d = step * d + b
    d = 1 / (abs(d) < 1e-300 ? 1e-300 : d)
    c = b + step / c
    c = abs(c) < 1e-300 ? 1e-300 : c
    fraction *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return fraction
}
