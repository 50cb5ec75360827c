import Foundation

/// The distribution of `scale` times the squared length of a normal vector that has `degrees` dimensions and lies
/// `shift` away from zero in squared length.
///
/// Test errors of random functions that fit the same examples follow it: exactly for linear functions of white
/// inputs, closely for many others.
struct NoncentralChiSquared: Equatable, Sendable {
  var degrees: Double
  var shift: Double
  var scale = 1.0

  /// log P(at most `x`), also where the probability itself is too small for a number.
  ///
  /// A Poisson mixture of central distributions.
  func logCumulative(_ x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    let (half, y) = (shift / 2, x / scale / 2)
    let terms = (0...Self.terms(half, y)).map { j in
      Self.logPoisson(j, half) + logLowerGamma(degrees / 2 + Double(j), y)
    }
    let top = terms.max() ?? 0
    return top + log(terms.reduce(0) { $0 + exp($1 - top) })
  }

  /// −log₂ P(at most `x`): the bits that single out hypotheses as good as `x`.
  func bits(_ x: Double) -> Double { -logCumulative(x) / log(2) }

  /// Terms of the mixture that matter at twice `y`.
  static func terms(_ half: Double, _ y: Double) -> Int {
    let center = max(half, (half * y).squareRoot())
    return Int(center + 10 * center.squareRoot()) + 30
  }

  private static func logPoisson(_ j: Int, _ mean: Double) -> Double {
    guard mean > 0 else { return j == 0 ? 0 : -.infinity }
    return Double(j) * log(mean) - mean - lgamma(Double(j + 1)).0
  }
}
