import Foundation
import Torch

/// Inputs that are a few latent normals under a linear map with white noise of deviation 1, and a response that
/// is linear in the latents.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
struct FactorPretraining: PretrainingWorld, Equatable {
  static let rivals = ["ridge"]

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

  /// The fitted subspace turns by (d − k) λ / (m (λ − 1)²) in the mean square, of which the risk feels
  /// 1 / λ² (λ − 1); regression on k fitted latents loses τ² k / (n − k − 1).
  func prediction() -> PretrainingPrediction {
    PretrainingPrediction(
      representation: free / (signal * (signal + 1)), head: residual * Double(latents),
      slopes: latents, spent: latents + 1)
  }

  func measure(_ seed: Seed, unlabelled: [Int], labelled: [Int]) throws -> PretrainingRisks {
    let sample = sample(seed)
    let pool = sample.draw(unlabelled.max() ?? 1).x
    let representations = unlabelled.map {
      PretrainingArms.representation(pool.sliced(0, 0, $0), latents: latents)
    }
    return try sample.risks(representations, labelled)
  }

  /// One world with its examples.
  struct Sample {
    let world: FactorPretraining
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

    /// The excess risks of heads on `representations`, means over `sets` of labels, and of labels alone, which have
    /// the first set.
    ///
    /// - Throws: `TensorError`.
    func risks(
      _ representations: [Tensor], _ labelled: [Int], sets: Int = 1
    ) throws -> PretrainingRisks {
      var risks = PretrainingRisks(
        try representations.map(representationRisk), labelled: labelled.count)
      for set in 0..<sets {
        let (x, y) = draw(labelled.max() ?? 1)
        for (j, n) in labelled.enumerated() {
          let (own, targets) = (x.sliced(0, 0, n), y.sliced(0, 0, n))
          for (i, representation) in representations.enumerated() {
            let risk = try excessRisk(PretrainingArms.head(representation, own, targets))
            risks.pretrained[i][j] += risk / Double(sets)
          }
        }
        guard set == 0 else { continue }
        risks.alone = [
          try labelled.map { n in
            try excessRisk(PretrainingArms.ridge(x.sliced(0, 0, n), y.sliced(0, 0, n)))
          }
        ]
      }
      return risks
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
