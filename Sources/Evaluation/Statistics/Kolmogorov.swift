import Foundation
import Torch

/// How far the distribution of some numbers in `[0, 1]` is from the uniform one.
public struct UniformityTest: Sendable {
  /// The largest gap between the two distribution functions.
  public let distance: Double
  /// How many numbers there are.
  public let count: Int

  public init(_ positions: [Double]) {
    let ordered = positions.sorted()
    count = ordered.count
    let n = Double(count)
    var gap = 0.0
    for (place, value) in ordered.enumerated() {
      gap = max(gap, Double(place + 1) / n - value, value - Double(place) / n)
    }
    distance = gap
  }

  /// The probability of a gap as large, were the numbers uniform.
  ///
  /// - Throws: `TensorError`.
  public func p() throws -> Double { try kolmogorovTail(distance, count) }
}

/// The probability that Kolmogorov's distance of `n` uniform numbers is above `d`.
///
/// Exact up to 10,000 numbers, to 7 digits far out in the tail; beyond, Stephens' approximation.
///
/// - Source: Marsaglia, Tsang & Wang, *Evaluating Kolmogorov's distribution*, 2003.
/// - Throws: `TensorError`.
public func kolmogorovTail(_ d: Double, _ n: Int) throws -> Double {
  let count = Double(n)
  let square = d * d * count
  guard d > 0.5 / count else { return 1 }
  guard d < 1 else { return 0 }
  if square > 7.24 || (square > 3.76 && n > 99) {
    return 2 * exp(-(2.000071 + 0.331 / count.squareRoot() + 1.409 / count) * square)
  }
  guard n <= 10_000 else {
    let x = (count.squareRoot() + 0.12 + 0.11 / count.squareRoot()) * d
    let terms = (1...100).map { term -> Double in
      let k = Double(term)
      return (term.isMultiple(of: 2) ? -2 : 2) * exp(-2 * k * k * x * x)
    }
    return min(1, max(0, terms.reduce(0, +)))
  }
  let k = Int(count * d) + 1
  let power = Tensor(durbinMatrix(k, Double(k) - count * d), shape: [2 * k - 1, 2 * k - 1])
    .matrixPower(n)
  let centre = try power.selected(0, k - 1).selected(0, k - 1).value()
  // The matrix is divided by e, so that its power stays within what a number can hold.
  let scale = exp(lgamma(count + 1) + count - count * log(count))
  return min(1, max(0, 1 - centre * scale))
}

/// The matrix of the distribution, divided by e.
private func durbinMatrix(_ k: Int, _ h: Double) -> [Double] {
  let size = 2 * k - 1
  var inverseFactorials = [1.0]
  for g in 1...size + 1 { inverseFactorials.append(inverseFactorials[g - 1] / Double(g)) }
  var matrix = Array(repeating: 0.0, count: size * size)
  for i in 0..<size {
    for j in 0..<min(size, i + 2) {
      var value = 1.0
      if j == 0 { value -= pow(h, Double(i + 1)) }
      if i == size - 1 { value -= pow(h, Double(size - j)) }
      if j == 0, i == size - 1, 2 * h > 1 { value += pow(2 * h - 1, Double(size)) }
      matrix[i * size + j] = value * inverseFactorials[i - j + 1] / M_E
    }
  }
  return matrix
}

/// Whether two samples come from one distribution: the largest gap between their distribution functions.
///
/// - Source: Smirnov, 1939; the p-value is that of Kolmogorov's distance of n·m / (n + m) numbers, as SciPy's
///   `ks_2samp` with `method="asymp"`.
public struct TwoSampleTest: Sendable {
  /// The largest gap.
  public let distance: Double
  /// How many numbers of one distribution would tell as much.
  private let effective: Int

  /// The gap between `one` and `other`; 0 where either is empty.
  public init(_ one: [Double], _ other: [Double]) {
    let (a, b) = (one.sorted(), other.sorted())
    var (i, j, gap) = (0, 0, 0.0)
    while i < a.count, j < b.count {
      let value = min(a[i], b[j])
      while i < a.count, a[i] <= value { i += 1 }
      while j < b.count, b[j] <= value { j += 1 }
      gap = max(gap, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    distance = gap
    let (n, m) = (Double(a.count), Double(b.count))
    effective = n + m > 0 ? Int((n * m / (n + m)).rounded(.toNearestOrEven)) : 0
  }

  /// The probability of a gap as large, were the distributions one.
  ///
  /// - Throws: `TensorError`.
  public func p() throws -> Double { effective < 1 ? 1 : try kolmogorovTail(distance, effective) }
}
