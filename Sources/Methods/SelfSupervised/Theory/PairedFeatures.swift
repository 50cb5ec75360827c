import Torch

/// Two views of the same examples that agree in some of each feature: of feature i both have variance λᵢ / ρᵢ, and their
/// covariance is λᵢ, so that one view is regressed on the other with coefficient ρᵢ.
struct PairedFeatures: Sendable {
  /// Covariances of the views, λ.
  var covariances: [Double]
  /// Regression coefficients, ρ, above 0 and at most 1.
  var coefficients: [Double]

  /// Variances of a view.
  var variances: [Double] { zip(covariances, coefficients).map { $0 / $1 } }

  /// `rows` draws of both views, `[rows, d]` each: √λ times what they share, and noise of each its own.
  func views(_ rows: Int, _ random: RandomStream) -> (Tensor, Tensor) {
    let shape = [rows, covariances.count]
    func scale(_ variances: [Double]) -> Tensor {
      Tensor(variances.map { $0.squareRoot() }, shape: [1, variances.count])
    }
    let shared = random.child("shared").normal(shape, type: .float64) * scale(covariances)
    let noise = scale(zip(variances, covariances).map { max(0, $0 - $1) })
    return (
      shared + random.child("first").normal(shape, type: .float64) * noise,
      shared + random.child("second").normal(shape, type: .float64) * noise
    )
  }

  /// Second moments of a sample of `rows`.
  func moments(_ rows: Int, _ random: RandomStream) -> PairMoments {
    let (x, y) = views(rows, random)
    return PairMoments(x, y)
  }
}

/// Second moments of pairs of views, `[d, d]` each.
struct PairMoments: Sendable {
  /// Of the first view with itself.
  let own: Tensor
  /// Of the second view with the first.
  let cross: Tensor

  /// Of the rows of `x` and `y`, `[n, d]` each.
  init(_ x: Tensor, _ y: Tensor) {
    own = x.transposed().matmul(x) / Double(x.size(0))
    cross = y.transposed().matmul(x) / Double(x.size(0))
  }

  /// The cross moments where neither view is the first.
  var symmetric: Tensor { (cross + cross.transposed()) / 2 }
}
