import Foundation
import Torch

/// The differential entropy of numbers from the spacings between those that lie some places apart when sorted.
///
/// - Source: Vasicek, *A test for normality based on sample entropy*, JRSS B 1976; Ebrahimi, Pflughoeft & Soofi, *Two
///   measures of sample entropy*, Statistics & Probability Letters 1994, for at most 1,000 numbers, as SciPy chooses.
enum SpacingEntropy {
  /// The entropy of each column of `[n, d]`, nats; −∞ where so many numbers are equal that a spacing is 0.
  static func columns(_ x: Tensor) -> Tensor {
    let n = x.size(0)
    let window = Int((Double(n).squareRoot() + 0.5).rounded(.down))
    let sorted = x.to(.float64).sorted(along: 0).values
    let above = Tensor((0..<n).map { Int64(min($0 + window, n - 1)) })
    let below = Tensor((0..<n).map { Int64(max($0 - window, 0)) })
    let spacings = sorted.indexSelect(0, above) - sorted.indexSelect(0, below)
    let widths = (0..<n).map { place -> Double in
      guard n <= 1000 else { return 2 }
      // The windows at the ends are cut short.
      let inside = min(place, n - 1 - place)
      return inside < window ? 1 + Double(inside) / Double(window) : 2
    }
    let scale = Tensor(widths.map { Double(n) / ($0 * Double(window)) }, shape: [n, 1])
    return (spacings * scale).log().mean(over: 0)
  }
}
