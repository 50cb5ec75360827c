import Foundation
import Torch

/// Predictions with and without a representation.
enum PretrainingArms {
  /// The span of the latents by maximum likelihood of the factor model with white noise: the leading
  /// eigenvectors of the second moments, `[d, k]`.
  ///
  /// - Source: Tipping & Bishop, *Probabilistic principal component analysis*, JRSS B 61, 1999.
  static func representation(_ x: Tensor, latents k: Int) -> Tensor {
    let d = x.size(1)
    let moments = x.transposed().matmul(x) * (1 / Double(x.size(0)))
    return moments.symmetricEigen().vectors.sliced(1, d - k, d)
  }

  /// Least squares on the representation alone, as slopes of the inputs `[d, 1]`.
  static func head(_ representation: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    let z = x.matmul(representation)
    let gram = z.transposed().matmul(z)
    return representation.matmul(gram.solve(z.transposed().matmul(y)))
  }

  /// Values of components by least squares on responsibilities `[n, k]` of responses `[n, 1]`, `[k, 1]`.
  ///
  /// A tenth of an example is added to each component at the mean response, for those that have no example.
  static func head(_ shares: Tensor, of y: Tensor) -> Tensor {
    let level = y.mean()
    let penalty = Tensor.identity(shares.size(1), type: .float64) * 0.1
    let gram = shares.transposed().matmul(shares) + penalty
    return gram.solve(shares.transposed().matmul(y - level)) + level
  }

  /// Ridge regression on all inputs, its penalty chosen by generalised cross-validation; least squares is one
  /// of the choices where it is defined.
  ///
  /// - Parameter spent: Numbers that were fitted before, such as means that were taken off.
  /// - Throws: `TensorError`.
  static func ridge(_ x: Tensor, _ y: Tensor, spent: Int = 0) throws -> Tensor {
    let (u, s, vt) = x.svd()
    let target = u.transposed().matmul(y)  // [r, 1]
    let n = Double(x.size(0))
    let squares = s.squared().unsqueezed(1)
    let outside = try (y.squared().sum() - target.squared().sum()).value()
    var best = (score: Double.infinity, penalty: 1.0)
    for power in stride(from: -3.0, through: 4.0, by: 0.25) {
      let penalty = pow(10, power)
      let kept = squares / (squares + penalty)
      let error = try ((1 - kept) * target).squared().sum().value() + outside
      let degrees = try kept.sum().value() + Double(spent)
      guard degrees < n else { continue }
      let score = error / pow(1 - degrees / n, 2)
      if score < best.score { best = (score, penalty) }
    }
    let shrunk = s.unsqueezed(1) / (squares + best.penalty)
    return vt.transposed().matmul(shrunk * target)
  }
}
