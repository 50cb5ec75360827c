import Foundation

/// The probability that a standard normal variable is at most `x`.
public func normalCumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

/// The value that a standard normal variable stays below with probability `p`.
///
/// Infinite at 0 and 1, NaN outside. A rational start, then Halley's iteration on the tail.
///
/// - Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.2.23, for the start.
public func normalQuantile(_ p: Double) -> Double {
  guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
  guard p <= 0.5 else { return -normalQuantile(1 - p) }
  let t = (-2 * log(p)).squareRoot()
  let above = 2.515517 + t * (0.802853 + t * 0.010328)
  let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  var x = t - above / below  // upper tail of mass p
  for _ in 0..<3 {
    let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    guard density > 0 else { break }
    let error = (0.5 * erfc(x * 0.5.squareRoot()) - p) / density
    x += error / (1 - 0.5 * error * x)
  }
  return -x
}

/// The regularised incomplete beta function `I_x(a, b)`, for positive `a` and `b`; NaN elsewhere.
public func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  regularisedBeta(x, complement: 1 - x, a, b)
}

/// `I_x(a, b)` where `1 - x` is known better than subtraction would give it.
func regularisedBeta(_ x: Double, complement y: Double, _ a: Double, _ b: Double) -> Double {
  guard a > 0, b > 0, x >= 0, y >= 0 else { return .nan }
  guard x > 0, y > 0 else { return x > 0 ? 1 : 0 }
  let logX = x < 0.5 ? log(x) : log1p(-y)
  let logY = y < 0.5 ? log(y) : log1p(-x)
  let front = exp(a * logX + b * logY - logBeta(a, b))
  // The fraction converges fast on the side of the mode that x lies on.
  return x < (a + 1) / (a + b + 2)
    ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(y, b, a) / b
}

/// The continued fraction of the incomplete beta function, by Lentz's method as Thompson changed it.
///
/// - Source: Press et al., *Numerical Recipes*, 3rd edition, §6.4.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  func away(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
  var c = 1.0
  var d = 1 / away(1 - (a + b) * x / (a + 1))
  var fraction = d
  for m in 1...100_000 {
    let m = Double(m)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    fraction *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return fraction
}

/// The logarithm of the beta function.
///
/// The logarithms of large gamma functions would cancel, so theirs are taken apart by Stirling's series.
func logBeta(_ a: Double, _ b: Double) -> Double {
  let p = min(a, b), q = max(a, b)
  func logGamma(_ x: Double) -> Double { lgamma(x).0 }
  guard q >= 10 else { return logGamma(p) + logGamma(q) - logGamma(p + q) }
  let share = log1p(-p / (p + q))
  guard p >= 10 else {
    return logGamma(p) + stirlingRest(q) - stirlingRest(p + q) + p - p * log(p + q)
      + (q - 0.5) * share
  }
  return 0.5 * log(2 * Double.pi / q) + stirlingRest(p) + stirlingRest(q) - stirlingRest(p + q)
    + (p - 0.5) * log(p / (p + q)) + q * share
}

/// What Stirling's formula leaves out of the logarithm of the gamma function, for `x >= 10`.
private func stirlingRest(_ x: Double) -> Double {
  let r = 1 / (x * x)
  let tail = 1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360_360)
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * tail))) / x
}
