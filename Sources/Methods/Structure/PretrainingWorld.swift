import Foundation
import Torch

/// Inputs that are a few latent normals under a linear map with white noise of deviation 1, and a response that
/// is linear in the latents.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
struct PretrainingWorld: Equatable, Sendable {
  /// Inputs (d) and latents (k).
  var dimensions = 100
  var latents = 5
  /// Variance that each latent gives to the inputs, in units of that of the noise.
  var signal = 4.0
  /// Deviation of the response about its mean given the latents, whose part has variance 1.
  var noise = 0.5

  private var free: Double { Double(dimensions - latents) }

  /// What is left of the response's variance by the best prediction from the inputs.
  var residual: Double { noise * noise + 1 / (1 + signal) }

  /// The excess risk of regression on all inputs by least squares, d τ² / (n − d − 1): exact for normal
  /// inputs, and infinite for fewer labels.
  func supervisedRisk(labelled n: Int) -> Double {
    let rest = Double(n - dimensions - 1)
    return rest > 0 ? Double(dimensions) * residual / rest : .infinity
  }

  /// The part of the excess risk that vanishes with the unlabelled examples, in first order: the fitted
  /// subspace turns by (d − k) λ / (m (λ − 1)²) in the mean square, of which the risk feels 1 / λ² (λ − 1).
  func representationRisk(unlabelled m: Int) -> Double {
    free / (Double(m) * signal * (signal + 1))
  }

  /// The excess risk of regression on k fitted latents: τ² k / (n − k − 1), and the part of the subspace.
  func pretrainedRisk(unlabelled m: Int, labelled n: Int) -> Double {
    let lost = representationRisk(unlabelled: m)
    let rest = Double(n - latents - 1)
    guard rest > 0 else { return .infinity }
    return lost + (residual + lost) * Double(latents) / rest
  }

  /// One world with its examples.
  struct Sample {
    let world: PretrainingWorld
    /// The latents' directions, orthonormal, `[d, k]`.
    let basis: Tensor
    /// The response's weights of the latents, `[k, 1]`, of length 1.
    let weights: Tensor
    let random: RandomStream

    /// `count` inputs with responses.
    func draw(_ count: Int) -> (x: Tensor, y: Tensor) {
      let z = random.normal([count, world.latents], type: .float64)
      let noise = random.normal([count, world.dimensions], type: .float64)
      let x = (z * world.signal.squareRoot()).matmul(basis.transposed()) + noise
      let y = z.matmul(weights) + random.normal([count, 1], type: .float64) * world.noise
      return (x, y)
    }

    /// The excess risk of the best head on a representation `[d, k]`, which labels without end would find.
    ///
    /// - Throws: `TensorError`.
    func representationRisk(_ representation: Tensor) throws -> Double {
      let shared = representation.transposed().matmul(basis)  // [k, k]
      let own = representation.transposed().matmul(representation)
      let moments = own + shared.matmul(shared.transposed()) * world.signal
      let cross = shared.matmul(weights) * world.signal.squareRoot()
      return try excessRisk(representation.matmul(moments.solve(cross)))
    }

    /// The excess risk of the linear prediction `slopes`, `[d, 1]`: exact, (w − w*)ᵀ Σ (w − w*).
    ///
    /// - Throws: `TensorError`.
    func excessRisk(_ slopes: Tensor) throws -> Double {
      let best = basis.matmul(weights) * (world.signal.squareRoot() / (1 + world.signal))
      let gap = slopes - best
      let latent = basis.transposed().matmul(gap).squared().sum() * world.signal
      return try (gap.squared().sum() + latent).value()
    }
  }

  /// The world of `seed`.
  func sample(_ seed: Seed) -> Sample {
    let random = RandomStream(seed)
    let basis = random.normal([dimensions, latents], type: .float64).qr().q
    let weights = random.normal([latents, 1], type: .float64)
    return Sample(world: self, basis: basis, weights: weights / weights.norm(), random: random)
  }
}

/// Linear predictions with and without a representation.
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

  /// Ridge regression on all inputs, its penalty chosen by generalised cross-validation; least squares is one
  /// of the choices where it is defined.
  ///
  /// - Throws: `TensorError`.
  static func ridge(_ x: Tensor, _ y: Tensor) throws -> Tensor {
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
      let degrees = try kept.sum().value()
      guard degrees < n else { continue }
      let score = error / pow(1 - degrees / n, 2)
      if score < best.score { best = (score, penalty) }
    }
    let shrunk = s.unsqueezed(1) / (squares + best.penalty)
    return vt.transposed().matmul(shrunk * target)
  }
}
