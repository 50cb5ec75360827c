import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// Variational importance sampling: the decoder ascends the importance-sampled log-likelihood, and the encoder, as the
/// proposal, descends the forward χ² divergence of the posterior from it, which is the variance of the weights.
///
/// - Source: Li, Wang, Li & Wu, *Forward χ² Divergence Based Variational Importance Sampling*, ICLR 2024,
///   arXiv:2311.02516, algorithm 1; the authors' code, github.com/JerrySoybean/vis.
/// - Departs: both steps share their noise, as in the authors' code, where the second sees the moved decoder; ReLU unless
///   --activation says otherwise.
public struct ChiSquaredVIS: GradientRecipe {
  public static let card = Card(
    id: "chi2-vis", title: "Forward χ² variational importance sampling",
    source:
      "Li, Wang, Li & Wu, Forward χ² Divergence Based Variational Importance Sampling, ICLR 2024, "
      + "arXiv:2311.02516",
    system: "S031",
    summary:
      "The decoder is trained on an importance-sampled estimate of log p(x), and the encoder is trained in turn to be "
      + "the proposal whose weights vary least.")

  /// What the proposal descends.
  public enum Divergence: String, Codable, CaseIterable, Sendable {
    /// The forward χ² divergence, the method's own.
    case chiSquared = "chi-squared"
    /// The reverse KL divergence, as a variational autoencoder's.
    case reverseKL = "reverse-kl"
  }

  /// How the gradient of the χ² divergence passes the draws.
  public enum Estimator: String, Codable, CaseIterable, Sendable {
    /// By the density of the draws, which stay where they are.
    case score
    /// By moving the draws.
    case pathwise
  }

  /// Draws of the proposal for each example.
  public var samples = 10
  /// What the proposal descends: chi-squared or reverse-kl.
  public var divergence = Divergence.chiSquared
  /// Gradient of the chi-squared divergence: score or pathwise.
  public var estimator = Estimator.score
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try require(
      samples >= 2, "--samples \(samples): weights vary only among 2 draws of the proposal or more")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func phases(_ network: GaussianAutoencoder) -> [Phase] {
    let generative = network.decoder.parameters + network.likelihood.parameters
    return [
      Phase("likelihood", generative) { batch, step in
        let weights = withoutGradients { network.posterior(batch.x) }
        return Loss(
          .term("bound", -ImportanceWeights.bound(logWeights(network, weights, batch.x, step))))
      },
      Phase("proposal", network.encoder.parameters + network.head.parameters) { batch, step in
        proposalLoss(network, batch, step)
      },
    ]
  }

  /// log p(x, z) − log q(z) of draws from the proposal `q`, nats, `[samples, n]`.
  private func logWeights(
    _ network: GaussianAutoencoder, _ q: Normal, _ x: Tensor, _ step: Step, moves: Bool = false
  ) -> Tensor {
    let q = q.repeated(samples)
    let drawn = q.sample(step.random("noise"))  // [samples · n, k]
    let z = moves ? drawn : drawn.detached()
    let p = network.likelihood(network.decoder(z)).logProbability(of: x.repeated(samples))
    let prior = Normal.standardLogProbability(of: z)
    return (p + prior - q.logProbability(of: z)).reshaped(samples, x.size(0))
  }

  func proposalLoss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    guard divergence == .chiSquared else {
      let weights = logWeights(network, q, batch.x, step, moves: true)
      return Loss(.term("reverse KL", -weights.mean(over: 0)))  // nats
    }
    let moves = estimator == .pathwise
    let weights = logWeights(network, q, batch.x, step, moves: moves)
    return Loss(.term("log second moment", Self.logSecondMoment(weights, moves: moves)))  // nats
  }

  /// The log of the mean squared weight of each example, nats, `[n]`, in log space: log p(x)² (1 + χ²).
  ///
  /// Where the draws do not move with the proposal, its gradient is −Σ share · ∇ log q with shares that follow the
  /// squared weights, which is half of what differentiating the logarithm gives.
  static func logSecondMoment(_ logWeights: Tensor, moves: Bool) -> Tensor {
    let value = (logWeights * 2).logSumExp(over: 0) - log(Double(logWeights.size(0)))
    return moves ? value : (value + value.detached()) * 0.5
  }
}
