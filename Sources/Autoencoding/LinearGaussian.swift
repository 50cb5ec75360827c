import Datasets
import Foundation
import Learning
import Networks
import Probability
import Torch

/// A linear model with normal codes and normal noise, x = W z + μ + ε: what is known of the codes, and how likely
/// examples are, is exact.
///
/// The columns of W are orthogonal where each input is measured in its noise, Wᵀ Ψ⁻¹ W being diagonal; any W can be
/// turned so without changing the density, and the posterior then has independent units.
public struct LinearGaussian: Module {
  /// μ, `[d]`.
  public let mean: Buffer
  /// W, `[d, k]`.
  public let loadings: Buffer
  /// The variances of ε, the diagonal of Ψ, `[d]`.
  public let noise: Buffer
  public let latents: Int
  let shape: [Int]

  /// A model of examples of `domain` in which no unit says anything yet.
  public init(_ domain: Domain, _ latents: Int, device: Device = .cpu) {
    mean = Buffer(Tensor.zeros([domain.size], device: device))
    loadings = Buffer(Tensor.zeros([domain.size, latents], device: device))
    noise = Buffer(Tensor.ones([domain.size], device: device))
    self.latents = latents
    shape = domain.shape
  }

  /// Takes numbers in double precision: μ `[d]`, W `[d, k]`, which is turned, and noise variances `[d]`.
  ///
  /// - Throws: `TensorError` that they carry.
  public func assign(mean: Tensor, loadings: Tensor, noise: Tensor) throws {
    let scaled = loadings / noise.squareRoot().unsqueezed(1)
    let turn = scaled.transposed().matmul(scaled).symmetricEigen().vectors.flipped(1)
    try self.mean.tensor.assign(mean.to(.float32))
    try self.loadings.tensor.assign(loadings.matmul(turn).to(.float32))
    try self.noise.tensor.assign(noise.to(.float32))
  }

  /// W over the noise, `[d, k]`, and 1 plus the diagonal of Wᵀ Ψ⁻¹ W, `[k]`: the posterior's precision.
  private var gains: (weighted: Tensor, precision: Tensor) {
    let weighted = loadings.tensor / noise.tensor.unsqueezed(1)
    return (weighted, (weighted * loadings.tensor).sum(over: 0) + 1)
  }

  /// log p(x), nats, `[n]`.
  public func logProbability(of x: Tensor) -> Tensor {
    let centred = x.flattened(from: 1) - mean.tensor.unsqueezed(0)
    let (weighted, precision) = gains
    let z = centred.matmul(weighted) / precision.unsqueezed(0)  // [n, k]
    // Residual and code apart, since their difference form loses digits where the noise is small.
    let rest = (centred - z.matmul(loadings.tensor.transposed())).squared()
    let distance = (rest / noise.tensor.unsqueezed(0)).sum(over: 1) + z.squared().sum(over: 1)
    let volume = noise.tensor.log().sum() + precision.log().sum()
    return (distance + volume + Double(mean.tensor.count) * log(2 * Double.pi)) * -0.5
  }
}

extension LinearGaussian: Inferring, Sampling, Bounding {
  /// p(z|x), exact, over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal {
    let centred = x.flattened(from: 1) - mean.tensor.unsqueezed(0)
    let (weighted, precision) = gains
    let mean = centred.matmul(weighted) / precision.unsqueezed(0)
    return Normal(mean: mean, logVariance: -precision.log().unsqueezed(0).expanded(mean.shape))
  }

  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }

  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    (z.matmul(loadings.tensor.transposed()) + mean.tensor.unsqueezed(0)).reshaped([-1] + shape)
  }

  /// log p(x): the posterior is exact, so that the bound is tight.
  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor { logProbability(of: x) }

  /// log p(x) for every draw: with the exact posterior all weights are equal.
  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    logProbability(of: x).unsqueezed(0).expanded([draws, x.size(0)])
  }
}
