import Autoencoding
import Datasets
import Evaluation
import Foundation
import Probability
import Torch

/// log p(x) of a decoder of few latent units and binary data by adaptive importance sampling, without an encoder.
///
/// Draws of the prior find each example's posterior; then draws of a wide normal fitted to it are weighted, and again.
/// The estimate is a lower bound on average.
///
/// - Source: Cappé, Guillin, Marin & Robert, *Population Monte Carlo*, 2004.
struct MarginalLikelihood {
  /// Draws of the prior, which all examples share.
  var priorDraws = 20_000
  /// Draws for each example in the later rounds.
  var draws = 200
  /// Rounds after that of the prior; the last one gives the estimate.
  var rounds = 3
  /// Logits of the data, `[n, k]` to `[n]` + shape.
  let logits: (Tensor) -> Tensor

  /// log p(x) of each example in nats, `[n]`.
  func callAsFunction(_ x: Tensor, latents: Int, _ random: RandomStream) -> Tensor {
    var proposal = fromPrior(x, random.child("prior").normal([priorDraws, latents]))
    var estimate = Tensor(0)
    for round in 0..<rounds {
      let q = proposal.repeated(draws)
      let z = q.sample(random.child(round))  // [draws · n, k]
      let p = Bernoulli(logits: logits(z)).logProbability(of: x.repeated(draws))
      let weights = (p + Normal.standardLogProbability(of: z) - q.logProbability(of: z))
        .reshaped(draws, x.size(0))
      estimate = ImportanceWeights.bound(weights)
      let share = weights.softmax(along: 0).unsqueezed(2)  // [draws, n, 1]
      let places = z.reshaped(draws, x.size(0), latents)
      let mean = (share * places).sum(over: 0)
      proposal = Self.wide(mean, (share * (places - mean).squared()).sum(over: 0))
    }
    return estimate
  }

  /// The posterior's normal from weighted draws `z`, `[draws, k]`, of the prior.
  private func fromPrior(_ x: Tensor, _ z: Tensor) -> Normal {
    let outputs = logits(z).flattened(from: 1)  // [draws, d]
    let fit = x.flattened(from: 1).matmul(outputs.transposed())
    let share = (fit - outputs.softplus().sum(over: 1)).softmax(along: 1)  // [n, draws]
    let mean = share.matmul(z)
    return Self.wide(mean, share.matmul(z.squared()) - mean.squared())
  }

  /// A normal wider than the draws say: a proposal must not miss what it is to weigh.
  private static func wide(_ mean: Tensor, _ variance: Tensor) -> Normal {
    Normal(mean: mean, logVariance: (variance.clamped(atLeast: 0) * 2 + 0.01).log())
  }
}

extension Scores {
  /// log p(x) of each example in nats, without an encoder.
  ///
  /// - Throws: `TensorError` or what reading throws.
  func marginal(latents: Int, logits: @escaping (Tensor) -> Tensor) throws -> [Double] {
    let marginal = MarginalLikelihood(logits: logits)
    return try map(of: 100) { batch, random in
      try marginal(batch.x, latents: latents, random).values(as: Double.self)
    }
  }
}
