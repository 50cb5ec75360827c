import Torch

/// How many directions codes spread over.
public enum EffectiveDimension {
  /// The participation ratio of the covariance's eigenvalues, (Σλ)² / Σλ², of codes `[n, k]`; 0 where they do not
  /// spread.
  ///
  /// - Source: Gao et al., *A theory of multineuronal dimensionality, dynamics and measurement*, 2017.
  /// - Throws: `TensorError` that the codes carry.
  public static func participationRatio(_ codes: Tensor) throws -> Double {
    let x = codes.to(.float64)
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(max(1, x.size(0) - 1))
    // The sums of eigenvalues and of their squares are traces.
    let total = try covariance.diagonal().sum().value()
    let squares = try covariance.squared().sum().value()
    return squares > 0 ? total * total / squares : 0
  }
}

/// The distance between two clouds of features, each taken as normal.
public enum FrechetDistance {
  /// ‖μ − ν‖² + tr(A + B − 2 (A B)^½) of rows `[n, d]` and `[m, d]`.
  ///
  /// - Source: Heusel et al., *GANs trained by a two time-scale update rule converge to a local Nash
  ///   equilibrium*, NeurIPS 2017.
  /// - Throws: `TensorError` that the features carry.
  public static func between(_ one: Tensor, _ other: Tensor) throws -> Double {
    let (mean, covariance) = moments(one), (otherMean, otherCovariance) = moments(other)
    let root = squareRoot(covariance)
    // (A B)^½ has the trace of (A^½ B A^½)^½, which is symmetric.
    let middle = root.matmul(otherCovariance).matmul(root)
    let eigenvalues = middle.symmetricEigenvalues().clamped(atLeast: 0)
    let distance = (mean - otherMean).squared().sum()
    let traces = covariance.diagonal().sum() + otherCovariance.diagonal().sum()
    return try (distance + traces - eigenvalues.squareRoot().sum() * 2).value()
  }

  private static func moments(_ x: Tensor) -> (mean: Tensor, covariance: Tensor) {
    let x = x.to(.float64)
    let mean = x.mean(over: 0, keep: true)
    let centred = x - mean
    return (mean, centred.transposed().matmul(centred) / Double(max(1, x.size(0) - 1)))
  }

  private static func squareRoot(_ a: Tensor) -> Tensor {
    let (values, vectors) = a.symmetricEigen()
    let roots = values.clamped(atLeast: 0).squareRoot().unsqueezed(0)
    return (vectors * roots).matmul(vectors.transposed())
  }
}
