import Evaluation
import Foundation

/// The probability that chi-square with a whole number of `degrees` of freedom is above `x`.
///
/// - Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.4.4 and 26.4.5.
func chiSquareTail(_ x: Double, degrees: Int) -> Double {
  guard x > 0, degrees > 0 else { return x.isNaN || degrees < 1 ? .nan : 1 }
  let half = x / 2
  let isEven = degrees.isMultiple(of: 2)
  var sum = isEven ? 0 : erfc(half.squareRoot())
  var term = exp(-half) * (isEven ? 1 : 2 * (half / .pi).squareRoot())
  for k in 0..<degrees / 2 {
    sum += term
    term *= half / (Double(k) + (isEven ? 1 : 1.5))
  }
  return min(1, sum)
}

/// The probability that Fisher's F with these degrees of freedom is above `x`.
func fisherTail(_ x: Double, _ numerator: Double, _ denominator: Double) -> Double {
  guard x > 0 else { return 1 }
  guard x.isFinite else { return x.isNaN ? .nan : 0 }
  return regularisedBeta(
    denominator / (denominator + numerator * x), denominator / 2, numerator / 2)
}

/// The two-sided probability of a split as uneven as `k` of `n`, where both sides are as likely.
func evenSplitTail(_ k: Int, of n: Int) -> Double {
  let smaller = min(k, n - k)
  guard n > 0, 2 * smaller < n else { return 1 }
  return min(1, 2 * regularisedBeta(0.5, Double(n - smaller), Double(smaller + 1)))
}

/// The two-sided probability of a `t` as far from zero, with `degrees` of freedom.
func studentTwoSided(_ t: Double, degrees: Double) -> Double {
  min(1, 2 * studentCumulative(-abs(t), degrees: degrees))
}
