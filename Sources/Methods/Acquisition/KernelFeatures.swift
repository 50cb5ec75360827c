import Foundation
import Torch

/// Points as vectors whose products are a kernel: those that learn, and the pool to choose from.
///
/// - Source: Holzmüller, Zaverkin, Kästner & Steinwart, *A Framework and Benchmark for Deep Batch Active
///   Learning for Regression*, JMLR 24, 2023, arXiv:2203.09410, §§3–4.
struct KernelFeatures {
  /// Of the labelled points, `[n, p]` in double precision.
  var train: Tensor
  /// Of the pool, `[m, p]`.
  var pool: Tensor

  /// The kernel of the points with themselves, `[m]`, of the pool.
  var diagonal: Tensor { pool.squared().sum(over: 1) }

  /// Both, after `change`.
  func mapped(_ change: (Tensor) -> Tensor) -> KernelFeatures {
    KernelFeatures(train: change(train), pool: change(pool))
  }

  /// The inputs themselves.
  init(train: Tensor, pool: Tensor) {
    self.train = train.to(.float64)
    self.pool = pool.to(.float64)
  }

  /// Gradients by the last layer of `network`.
  init(lastLayer network: TangentNetworks, train: Tensor, pool: Tensor) {
    func features(_ x: Tensor) -> Tensor {
      withoutGradients { network.gradients(x).last?.inputs ?? x }
    }
    self.init(train: features(train), pool: features(pool))
  }

  /// Gradients by all parameters of `network`, seen through `dimensions` random projections.
  ///
  /// - Source: §4.2 there: of an outer product the projections of its factors are multiplied, of layers added.
  init(
    gradients network: TangentNetworks, train: Tensor, pool: Tensor, dimensions: Int,
    _ random: RandomStream
  ) {
    let projections = withoutGradients { network.gradients(train.sliced(0, 0, 1)) }.enumerated()
      .map { layer, part in
        let stream = random.child(layer)
        return (
          stream.normal([part.inputs.size(1), dimensions]),
          stream.normal([part.derivatives.size(1), dimensions])
        )
      }
    func features(_ x: Tensor) -> Tensor {
      withoutGradients {
        let layers = zip(network.gradients(x), projections).map { part, projection in
          part.inputs.matmul(projection.0) * part.derivatives.matmul(projection.1)
        }
        return layers.dropFirst().reduce(layers.first ?? x, +)
          * (1 / Double(dimensions).squareRoot())
      }
    }
    self.init(train: features(train), pool: features(pool))
  }

  /// The sum of the kernels of several networks: their features side by side.
  init(ensemble: [KernelFeatures]) {
    train = Tensor.concatenate(ensemble.map(\.train), along: 1)
    pool = Tensor.concatenate(ensemble.map(\.pool), along: 1)
  }

  /// Scaled so that the kernel of a labelled point with itself is 1 on average.
  func scaled() -> KernelFeatures {
    let size = train.squared().sum(over: 1).mean().clamped(atLeast: 1e-30).squareRoot()
    return mapped { $0 / size }
  }

  /// The kernel that is left when a Gaussian process has seen the labelled points under noise of deviation `noise`.
  func posterior(noise: Double) -> KernelFeatures {
    let square = Tensor.identity(train.size(1), type: .float64) * (noise * noise)
    let factor = (train.transposed().matmul(train) + square).cholesky()  // L Lᵀ
    return mapped {
      factor.solveTriangular($0.transposed(), upper: false).transposed() * noise
    }
  }

  /// Seen through `dimensions` normal projections.
  func sketched(_ dimensions: Int, _ random: RandomStream) -> KernelFeatures {
    let projection =
      random.normal([train.size(1), dimensions], type: .float64)
      * (1 / Double(dimensions).squareRoot())
    return mapped { $0.matmul(projection) }
  }

  /// Expected changes of the log likelihood under `dimensions` draws of the posterior, for features that are
  /// posterior already.
  ///
  /// - Source: §4.3 there, after Pinsler et al., *Bayesian Batch Active Learning as Sparse Subset
  ///   Approximation*, NeurIPS 2019.
  func likelihoodFeatures(_ dimensions: Int, noise: Double, _ random: RandomStream)
    -> KernelFeatures
  {
    let draws = random.normal([train.size(1), dimensions], type: .float64)
    let variance = noise * noise
    return mapped { x in
      let known = x.squared().sum(over: 1, keep: true)
      let change =
        (known / variance).log1p() * 0.5 - (x.matmul(draws).squared() + known) * (0.5 / variance)
      return change * (1 / Double(dimensions).squareRoot())
    }
  }
}
