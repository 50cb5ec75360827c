import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The ladder variational autoencoder: several layers of latent units, each of whose posteriors joins what the data
/// say from below with what the layer above expects.
///
/// - Source: Sønderby et al., *Ladder Variational Autoencoders*, NeurIPS 2016, arXiv:1602.02282, section 2.1.
/// - Departs: no batch normalisation; variances are exponentials, not softplus; ReLU in place of leaky rectifiers
///   unless --activation says otherwise; the layers above the lowest are fully connected.
public struct LadderVAE: LossRecipe {
  public static let card = Card(
    id: "ladder-vae", title: "Ladder variational autoencoder",
    source: "Sønderby et al., Ladder Variational Autoencoders, NeurIPS 2016, arXiv:1602.02282",
    summary:
      "A hierarchy of latent layers: a deterministic upward pass gives each layer's evidence, and on the way down "
      + "each posterior is the precision-weighted meeting of that evidence with the layer's prior.")

  /// Latent units of each layer, from the data upwards.
  public var layers = [32, 16]
  public var networks = EncoderDecoder()
  /// Width of the layers between latent layers.
  public var between = 128
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL terms; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Share of the training over which the weight of the KL terms rises from 0.
  public var annealing = 0.1
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, layers.first ?? 1, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try require(
      !layers.isEmpty && layers.allSatisfy { (1...100_000) ~= $0 },
      "--layers \(layers.map(\.description).joined(separator: ",")): must be numbers of units, 1 to 100000 each"
    )
    try require(
      (1...1_000_000) ~= between, "--between \(between): must be a width of at least 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LadderAutoencoder {
    LadderAutoencoder(domain, self, random)
  }

  public func loss(_ network: LadderAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let down = network.descend(network.evidence(batch.x), step.random("noise"))
    let p = network.likelihood(network.decoder(down[0].z))  // p(x|z₁)
    let weight = beta * step.warmth(over: annealing)
    return Loss(
      [.term("reconstruction", -p.logProbability(of: batch.x))]  // nats
        + down.enumerated().map { index, layer in
          .term("rate \(index + 1)", layer.posterior.divergence(from: layer.prior), weight: weight)
        })
  }
}
