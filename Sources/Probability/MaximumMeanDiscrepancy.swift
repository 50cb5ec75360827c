import Torch

/// The squared maximum mean discrepancy between two samples: how far the mean embeddings of their
/// distributions are apart, 0 only where the distributions are equal.
///
/// - Source: Gretton et al., *A Kernel Two-Sample Test*, JMLR 2012, eqs. 3 and 5.
public struct MaximumMeanDiscrepancy: Sendable {
  /// How alike two points at squared distance r² are, from 0 to 1.
  public enum Kernel: String, Codable, CaseIterable, Sendable {
    /// exp(−r² / scale).
    case rbf
    /// scale / (scale + r²), whose heavy tails still pull at points far away.
    case inverseMultiquadratic = "inverse-multiquadratic"
  }

  /// What is made of the pairs within a sample.
  public enum Estimator: String, Codable, CaseIterable, Sendable {
    /// Pairs of different points: right in the mean, and so at times below 0.
    case unbiased
    /// All pairs, those of a point with itself included: never below 0, too large by about 2 / n.
    case biased
  }

  let kernel: Kernel
  let scale: Double
  let estimator: Estimator

  /// With the squared distance `scale`, above 0, at which the kernel has fallen to 1 / e or to 1 /
  /// 2.
  public init(_ kernel: Kernel, scale: Double, _ estimator: Estimator = .unbiased) {
    self.kernel = kernel
    self.scale = scale
    self.estimator = estimator
  }

  /// With the mean squared distance of two draws from N(0, deviation² I) in k units as scale: 2 k
  /// deviation².
  ///
  /// - Source: Tolstikhin, Bousquet, Gelly & Schölkopf, *Wasserstein Auto-Encoders*, ICLR 2018,
  ///   section 4.
  public static func normal(
    _ kernel: Kernel, units k: Int, deviation: Double = 1, _ estimator: Estimator = .unbiased
  ) -> MaximumMeanDiscrepancy {
    MaximumMeanDiscrepancy(kernel, scale: 2 * Double(k) * deviation * deviation, estimator)
  }

  /// The estimate from `x`, `[n, k]`, and `y`, `[m, k]`: a scalar.
  ///
  /// Time grows with (n + m)². A sample of one point has no pair of different ones and
  /// counts as the biased estimator has it.
  public func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
    x.meanDiscrepancy(
      y, isExponential: kernel == .rbf, scale: scale, isUnbiased: estimator == .unbiased)
  }
}
