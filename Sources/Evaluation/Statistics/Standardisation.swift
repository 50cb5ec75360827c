import Torch

/// Means and deviations of columns, by which these and others are put on one scale.
public struct Standardisation {
  /// `[1, d]`.
  public let means: Tensor
  /// `[1, d]`; 1 for a column that does not vary, which so keeps its size.
  public let deviations: Tensor

  /// Those of `x`, `[n, d]`.
  ///
  /// - Parameter correction: What is taken from n below the sum of squares: 1 for an unbiased variance.
  public init(_ x: Tensor, correction: Double = 0) {
    means = x.mean(over: 0, keep: true)
    let spread = x.standardDeviation(over: 0, correction: correction, keep: true)
    deviations = (spread .> 0).choose(spread, spread.onesLike())
  }

  /// Columns `[n, d]` with the means taken off, over the deviations.
  public func callAsFunction(_ x: Tensor) -> Tensor { (x - means) / deviations }

  /// The columns that come to be `z`, `[n, d]`.
  public func undone(_ z: Tensor) -> Tensor { z * deviations + means }
}
