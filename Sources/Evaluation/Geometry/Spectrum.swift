import Files
import Foundation
import Torch

/// The variances of codes along their principal directions, and how many of these the codes use.
public struct Spectrum: Codable, Equatable, Sendable {
  /// Variances, largest first.
  public let variances: [Double]

  /// The spectrum of codes `[n, k]`, n ≥ 2.
  ///
  /// - Throws: `UserError` for fewer than two codes, `TensorError` that the codes carry.
  public init(_ codes: Tensor) throws {
    try require(
      codes.rank == 2 && codes.size(0) >= 2,
      "codes of shape \(codes.shape): at least two rows of numbers are wanted")
    let x = codes.to(.float64)
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(x.size(0) - 1)
    variances = try covariance.symmetricEigenvalues().values(as: Double.self)
      .reversed().map { max(0, $0) }
  }

  /// The sum of the variances.
  public var total: Double { variances.reduce(0, +) }

  /// Shares of the total along each direction, largest first; zeros where the codes do not vary.
  public var shares: [Double] { variances.map { total > 0 ? $0 / total : 0 } }

  /// exp of the entropy of the shares of the singular values, the roots of the variances.
  ///
  /// - Source: Roy & Vetterli, *The effective rank: a measure of effective dimensionality*, EUSIPCO 2007.
  public var effectiveRank: Double {
    let roots = variances.map { $0.squareRoot() }
    let sum = roots.reduce(0, +)
    guard sum > 0 else { return 0 }
    let shares = roots.map { $0 / sum }.filter { $0 > 0 }
    return exp(-shares.map { $0 * log($0) }.reduce(0, +))
  }

  /// How many directions hold `share` of the total; 0 where the codes do not vary.
  public func directions(holding share: Double) -> Int {
    guard total > 0 else { return 0 }
    var sum = 0.0
    for (place, each) in shares.enumerated() {
      sum += each
      // A rounding below the whole is the whole.
      if sum >= share - 1e-12 { return place + 1 }
    }
    return shares.count
  }
}
