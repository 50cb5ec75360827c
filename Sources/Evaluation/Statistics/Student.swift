import Foundation

/// The probability that Student's t with `degrees` of freedom is at most `x`; NaN without freedom.
public func studentCumulative(_ x: Double, degrees: Double) -> Double {
  let tail = studentTail(abs(x), degrees)
  return x > 0 ? 1 - tail : tail
}

/// The value that Student's t with `degrees` of freedom stays below with probability `p`.
///
/// Infinite at 0 and 1, NaN outside or without freedom. To 1e-10 where the tail is above 1e-100.
public func studentQuantile(_ p: Double, degrees: Double) -> Double {
  guard degrees > 0, p > 0, p < 1 else {
    return degrees > 0 && p == 0 ? -.infinity : degrees > 0 && p == 1 ? .infinity : .nan
  }
  guard p >= 0.5 else { return -upperQuantile(p, degrees) }
  return upperQuantile(1 - p, degrees)
}

/// The probability above `x >= 0`.
private func studentTail(_ x: Double, _ degrees: Double) -> Double {
  let (inside, outside) = shares(x, degrees)
  return 0.5 * regularisedBeta(outside, complement: inside, degrees / 2, 0.5)
}

/// The probability between 0 and `x >= 0`.
private func studentCentre(_ x: Double, _ degrees: Double) -> Double {
  let (inside, outside) = shares(x, degrees)
  return 0.5 * regularisedBeta(inside, complement: outside, 0.5, degrees / 2)
}

/// The two arguments of the beta function that stand for `x`; they add up to 1.
private func shares(_ x: Double, _ degrees: Double) -> (inside: Double, outside: Double) {
  let ratio = x / degrees.squareRoot() * (x / degrees.squareRoot())
  return (ratio.isInfinite ? 1 : ratio / (1 + ratio), 1 / (1 + ratio))
}

/// The value above which the mass `tail`, at most a half, lies.
///
/// Newton's iteration in logarithms: far out, the tail is a power of the value, and near zero so is
/// the mass from the middle, so one of the two is almost a straight line.
private func upperQuantile(_ tail: Double, _ degrees: Double) -> Double {
  guard tail < 0.5 else { return 0 }
  let central = tail > 0.25
  let goal = log(central ? 0.5 - tail : tail)
  let scale = logDensityAtZero(degrees)
  var logX = log(-normalQuantile(tail))
  for _ in 0..<200 {
    let x = exp(logX)
    let mass = central ? studentCentre(x, degrees) : studentTail(x, degrees)
    let logDensity = scale - (degrees + 1) / 2 * log1p(x / degrees * x)
    let slope = exp(logDensity + logX - log(mass)) * (central ? 1 : -1)
    let step = (log(mass) - goal) / slope
    guard step.isFinite else { break }
    logX -= max(-8, min(8, step))
    if abs(step) < 1e-15 { break }
  }
  return exp(logX)
}

/// The logarithm of the density at zero.
private func logDensityAtZero(_ degrees: Double) -> Double {
  -0.5 * log(degrees) - logBeta(degrees / 2, 0.5)
}
