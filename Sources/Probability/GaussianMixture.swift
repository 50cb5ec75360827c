import Foundation
import Torch

/// A mixture of normals, fitted by expectation maximisation.
///
/// - Source: Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm*, 1977.
public struct GaussianMixture: Sendable {
  /// What the covariances may be.
  public enum Shape: Sendable {
    case full
    case spherical
    /// The identity, which is known and not fitted.
    case unit
  }

  /// What the covariances may be.
  public var shape: Shape
  /// What is added to the variances, where they are fitted.
  public var floor: Double
  /// The change of the mean log-likelihood, in nats, at which it is done.
  public var tolerance: Double
  /// Most steps.
  public var iterations: Int

  public init(
    shape: Shape = .full, floor: Double = 1e-6, tolerance: Double = 1e-3, iterations: Int = 100
  ) {
    self.shape = shape
    self.floor = floor
    self.tolerance = tolerance
    self.iterations = iterations
  }

  /// A fitted mixture of k normals of d dimensions.
  public struct Model: Sendable {
    /// `[k]`.
    public let weights: Tensor
    /// `[k, d]`.
    public let means: Tensor
    /// k times `[d, d]`; empty where they are the identity.
    public let covariances: [Tensor]
    /// Mean log-likelihood before the last step, nats.
    public let logLikelihood: Double
    /// The likeliest component of each point.
    public let labels: [Int]

    /// The probability of each component given each of the points `[n, d]`, `[n, k]`.
    public func responsibilities(_ x: Tensor) -> Tensor {
      Mixing(weights, means, covariances).logs(x).softmax(along: 1)
    }
  }

  /// The mixture for points `[n, d]` in double precision whose components start as the parts of `labels`.
  ///
  /// - Throws: `TensorError`, also where a covariance is singular in spite of its floor.
  public func fit(_ x: Tensor, from labels: [Int], components: Int) throws -> Model {
    let start = Tensor(labels.map(Int64.init), shape: [labels.count])
    return try fit(x, from: moments(x, start.oneHot(components).to(.float64)))
  }

  /// The likeliest of the mixtures of `components` normals that `restarts` starts of k-means lead to.
  ///
  /// The starts race on the first `scouts` of the points `[n, d]`, n ≥ k, in double precision; the winner goes on with
  /// all of them.
  ///
  /// - Throws: `TensorError`, also where a covariance is singular in spite of its floor.
  public func fit(
    _ x: Tensor, components: Int, restarts: Int = 10, scouts: Int = 3000, seed: Seed
  ) throws -> Model {
    let few = x.sliced(0, 0, min(scouts, x.size(0)))
    func ended(_ restart: Int) throws -> Model {
      let start = try KMeans(clusters: components, restarts: 1).fit(few, seed: seed.child(restart))
      return try fit(few, from: start.labels, components: components)
    }
    var best = try ended(0)
    for restart in 1..<max(1, restarts) {
      let model = try ended(restart)
      if model.logLikelihood > best.logLikelihood { best = model }
    }
    guard x.size(0) > few.size(0) else { return best }
    return try fit(x, from: Mixing(best.weights, best.means, best.covariances))
  }

  private func fit(_ x: Tensor, from start: Mixing) throws -> Model {
    var (mixing, last, iteration) = (start, -Double.infinity, 0)
    while true {
      let logs = mixing.logs(x)  // [n, k]
      let norms = logs.logSumExp(over: 1, keep: true)
      let mean = try norms.mean().value()
      mixing = moments(x, (logs - norms).exp())
      iteration += 1
      if abs(mean - last) < tolerance || iteration >= iterations {
        return Model(
          weights: mixing.weights, means: mixing.means, covariances: mixing.covariances,
          logLikelihood: mean, labels: try mixing.logs(x).argmax(over: 1).places())
      }
      last = mean
    }
  }

  private func moments(_ x: Tensor, _ shares: Tensor) -> Mixing {
    let (d, k) = (x.size(1), shares.size(1))
    let sizes = shares.sum(over: 0) + 10 * Double.ulpOfOne  // [k]
    let means = shares.transposed().matmul(x) / sizes.unsqueezed(1)
    guard shape != .unit else { return Mixing(sizes / sizes.sum(), means, []) }
    let covariances = (0..<k).map { component in
      let centred = x - means.sliced(0, component, component + 1)
      let weighted = centred * shares.sliced(1, component, component + 1)
      let size = sizes.sliced(0, component, component + 1)
      let eye = Tensor.identity(d, type: .float64)
      return shape == .full
        ? centred.transposed().matmul(weighted) / size + eye * floor
        : eye * ((weighted * centred).sum() / size / Double(d) + floor)
    }
    return Mixing(sizes / sizes.sum(), means, covariances)
  }
}

/// What a mixture is made of.
private struct Mixing {
  let weights: Tensor  // [k]
  let means: Tensor  // [k, d]
  let covariances: [Tensor]  // k times [d, d]; none where they are the identity

  init(_ weights: Tensor, _ means: Tensor, _ covariances: [Tensor]) {
    (self.weights, self.means, self.covariances) = (weights, means, covariances)
  }

  /// log weight + log density of each component, `[n, k]`.
  func logs(_ x: Tensor) -> Tensor {
    let constant = Double(x.size(1)) * log(2 * Double.pi)
    let shares = weights.log().unsqueezed(0)
    guard !covariances.isEmpty else {
      return (squaredDistances(x, means) + constant) * -0.5 + shares
    }
    let columns = covariances.enumerated().map { component, covariance in
      let root = covariance.cholesky()
      let centred = (x - means.sliced(0, component, component + 1)).transposed()
      let white = root.solveTriangular(centred, upper: false)
      let determinant = root.diagonal().log().sum() * 2
      return (white.squared().sum(over: 0) + determinant + constant) * -0.5
    }
    return Tensor.stack(columns, along: 1) + shares
  }
}
