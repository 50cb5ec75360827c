import Foundation
import Torch

/// A mixture of normals, fitted by expectation maximisation from a partition.
///
/// - Source: Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm*, 1977.
struct GaussianMixture: Sendable {
  /// What the covariances may be.
  enum Shape: Sendable { case full, spherical }

  var shape = Shape.full
  /// What is added to the variances.
  var floor = 1e-6
  /// The rise of the mean log-likelihood, in nats, at which it is done.
  var tolerance = 1e-3
  var iterations = 100

  struct Model {
    let weights: Tensor  // [k]
    let means: Tensor  // [k, d]
    let covariances: [Tensor]  // k times [d, d]
    /// Mean log-likelihood before the last step, nats.
    let logLikelihood: Double
    let labels: [Int]
  }

  /// The mixture for points `[n, d]` in double precision whose components start as the parts of `labels`.
  ///
  /// - Throws: `TensorError`, also where a covariance is singular in spite of its floor.
  func fit(_ x: Tensor, from labels: [Int], components: Int) throws -> Model {
    let start = Tensor(labels.map(Int64.init), shape: [labels.count])
    var (weights, means, covariances) = moments(x, start.oneHot(components).to(.float64))
    var (last, iteration) = (-Double.infinity, 0)
    while true {
      let logs = self.logs(x, weights, means, covariances)  // [n, k]
      let norms = logs.logSumExp(over: 1, keep: true)
      let mean = try norms.mean().value()
      (weights, means, covariances) = moments(x, (logs - norms).exp())
      iteration += 1
      if abs(mean - last) < tolerance || iteration >= iterations {
        let shares = self.logs(x, weights, means, covariances)
        return Model(
          weights: weights, means: means, covariances: covariances, logLikelihood: mean,
          labels: try shares.argmax(over: 1).places())
      }
      last = mean
    }
  }

  private func moments(_ x: Tensor, _ shares: Tensor) -> (Tensor, Tensor, [Tensor]) {
    let (d, k) = (x.size(1), shares.size(1))
    let sizes = shares.sum(over: 0) + 10 * Double.ulpOfOne  // [k]
    let means = shares.transposed().matmul(x) / sizes.unsqueezed(1)
    let covariances = (0..<k).map { component in
      let centred = x - means.sliced(0, component, component + 1)
      let weighted = centred * shares.sliced(1, component, component + 1)
      let size = sizes.sliced(0, component, component + 1)
      let eye = Tensor.identity(d, type: .float64)
      switch shape {
      case .full: return centred.transposed().matmul(weighted) / size + eye * floor
      case .spherical: return eye * ((weighted * centred).sum() / size / Double(d) + floor)
      }
    }
    return (sizes / sizes.sum(), means, covariances)
  }

  /// log weight + log density of each component, `[n, k]`.
  private func logs(
    _ x: Tensor, _ weights: Tensor, _ means: Tensor, _ covariances: [Tensor]
  ) -> Tensor {
    let constant = Double(x.size(1)) * log(2 * Double.pi)
    let columns = covariances.enumerated().map { component, covariance in
      let root = covariance.cholesky()
      let centred = (x - means.sliced(0, component, component + 1)).transposed()
      let white = root.solveTriangular(centred, upper: false)
      let determinant = root.diagonal().log().sum() * 2
      return (white.squared().sum(over: 0) + determinant + constant) * -0.5
    }
    return Tensor.stack(columns, along: 1) + weights.log().unsqueezed(0)
  }
}
