import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The identifiable double variational autoencoder: one autoencoder compresses what is known of each
/// example, and its posterior is the prior of the codes of another, of the examples.
///
/// - Source: Mita, Filippone & Michiardi, *An Identifiable Double VAE For Disentangled
///   Representations*, ICML 2021, arXiv:2001.09360, sections 3 and 4; the authors' programs IDVAE and
///   SSIDVAE.
/// - Departs: p(u|z) is normal with a learned scale, where the authors' program takes squared errors:
///   at their scale, with factors from 0 to 1, the conditional prior fell to the standard normal here
///   and told nothing. q(u|x) is learned where all examples are labelled too, so that codes can be had
///   of examples of which nothing is known; it then changes nothing else. A factor that is a real
///   number counts by its squared error in q(u|x), the others by cross-entropy. Each example counts
///   alike, and a draw for its place in the split says whether it is labelled, where the authors'
///   program gives labelled and other examples of a batch equal weight. ReLU, and two narrower layers
///   in the autoencoder of u, unless flags say otherwise.
public struct IDVAE: GradientRecipe {
  public static let card = Card(
    id: "idvae", title: "Identifiable double variational autoencoder",
    source:
      "Mita, Filippone & Michiardi, An Identifiable Double VAE For Disentangled Representations, "
      + "ICML 2021, arXiv:2001.09360",
    system: "S182",
    summary:
      "An autoencoder of the class or factors of examples gives the conditional prior for the codes "
      + "of an autoencoder of the examples; both bounds are ascended together, and where labels are "
      + "missing a network guesses them.")

  /// Which bounds shape the conditional prior.
  public enum PriorGradients: String, Codable, CaseIterable, Sendable {
    /// That of its own autoencoder alone, as in the authors' program.
    case own
    /// Both.
    case both
  }

  /// What the networks are told of each example: auto for all that is known, classes or factors.
  public var attributes = KnownAttributes.auto
  /// Whether a factor that takes few values is one number from 0 to 1; off gives each value a unit.
  public var ordinal = true
  /// Share of the training examples whose class or factors are known.
  public var labelled = 1.0
  /// Weight of the divergence of q(z|x, u) from the conditional prior.
  public var beta = 1.0
  /// Weight of the divergence of the conditional prior from the standard normal.
  public var gamma = 1.0
  /// Weight of guessing what is known of labelled examples, alpha in the paper.
  public var guessing = 0.1
  /// Which bounds shape the conditional prior: own for that of its autoencoder, or both.
  public var priorGradients = PriorGradients.own
  /// Widths of the layers of the autoencoder of what is known.
  public var priorHidden = [200, 200]
  /// Number of latent units, k.
  public var latents = 10
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(widths: [("prior-hidden", priorHidden)])
    try AutoencoderSettings.validate(weights: [
      ("beta", beta), ("gamma", gamma), ("guessing", guessing),
    ])
    try require(
      0 < labelled && labelled <= 1, "--labelled \(labelled): must be a share above 0, up to 1")
    try Conditions.validate(domain, attributes)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      domain,
      ConditionalAutoencoder(
        domain, latents, networks, likelihood, told: attributes, ordinal: ordinal,
        prior: priorHidden, decodesCondition: false, random), networks, priorHidden, random)
  }

  public func phases(_ network: Network) -> [Phase] {
    if priorGradients == .both {
      return [
        Phase("all", network.parameters) { batch, step in
          Loss(bound(network, batch, step).terms + ofKnown(network, batch, step).terms)
        }
      ]
    }
    return [
      Phase("examples", network.ofExamples) { bound(network, $0, $1) },
      Phase("known", network.ofKnown) { ofKnown(network, $0, $1) },
    ]
  }

  /// The bound of the examples, with guesses of what is not known of them.
  private func bound(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let u = network.base.condition(batch)  // [n, c]
    let isKnown = network.isLabelled(batch, share: labelled)  // [n, 1]
    let guess = network.guess(batch.x)  // q(u|x), before the sigmoid
    let drawn = network.squashed(guess.sample(step.random("guess")))
    let told = labelled < 1 ? drawn + (u - drawn) * isKnown : u  // [n, c]
    let q = network.base.posterior(batch.x, given: told)  // q(z|x, u)
    let p = network.base.outputs(q.sample(step.random("noise")), given: told)
    let known = isKnown.squeezed(1)
    let error = network.guessError(guess, u, step.random("guess"))
    var terms: [Loss.Term] = [
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergence(from: network.base.prior(given: told)), weight: beta),  // nats
      .term("guess", error * known, weight: guessing),
    ]
    if labelled < 1 {
      let entropy = guess.logVariance.sumPerExample() * 0.5  // nats, less a constant
      terms.append(.term("guess entropy", entropy * (known - 1)))
    }
    return Loss(terms)
  }

  /// The bound of what is known, where it is known.
  private func ofKnown(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let u = network.base.condition(batch)
    let known = network.isLabelled(batch, share: labelled).squeezed(1)
    let q = network.base.prior(given: u)  // q(z|u)
    let back = network.conditionDecoder(q.sample(step.random("known")))
    let p = network.conditionLikelihood(back)  // p(u|z)
    return Loss(
      .term("known reconstruction", -p.logProbability(of: u) * known),  // nats
      .term("known rate", q.divergenceFromStandard() * known, weight: gamma))  // nats
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try network.base.known.learn(from: run.source.train, run.seed)
    return try train(network, in: phases(network), run)
  }
}
