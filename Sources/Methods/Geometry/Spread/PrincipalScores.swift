import Torch

/// Points turned into their principal components.
struct PrincipalScores {
  /// Variances along the components, largest first.
  let variances: [Double]
  /// Coordinates along the components, centred, `[n, d]` in double precision.
  let scores: Tensor

  /// The components of points `[n, d]`, n ≥ 2.
  ///
  /// - Throws: `TensorError` that the points carry.
  init(_ points: Tensor) throws {
    let x = points.to(.float64)
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(x.size(0) - 1)
    let (values, vectors) = covariance.symmetricEigen()
    variances = try values.values(as: Double.self).reversed().map { max(0, $0) }
    let d = x.size(1)
    let descending = Tensor((0..<d).reversed().map { Int64($0) })
    // A component has no sign; the largest entry of its direction is made positive, as scikit-learn does.
    let largest = vectors.gather(0, vectors.abs().argmax(over: 0, keep: true)).sign()
    scores = try centred.matmul((vectors * largest).indexSelect(1, descending)).checked()
  }

  /// The sum of the variances.
  var total: Double { variances.reduce(0, +) }
}
