import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The conditional variational autoencoder of attributes: encoder, decoder and prior are told what is
/// known of each example, so that examples with chosen attributes can be drawn, and the attributes of
/// a given one changed.
///
/// - Source: Debbagh, *Learning Structured Output Representations from Attributes using Deep
///   Conditional Generative Models*, 2023, arXiv:2305.00980, after Sohn, Lee & Yan, *Learning
///   Structured Output Representation using Deep Conditional Generative Models*, NeurIPS 2015, eq. 4.
/// - Departs: attributes are classes and factors of the source, not those of faces and birds; the
///   attributes join the encoder after its layers, in one more layer; no batch normalisation; ReLU
///   unless --activation says otherwise. Sohn's mixing of the loss with draws from the prior is left
///   out, as there.
public struct AttributeCVAE: LossRecipe {
  public static let card = Card(
    id: "attribute-cvae", title: "Conditional autoencoder of attributes",
    source:
      "Debbagh, Learning Structured Output Representations from Attributes using Deep Conditional "
      + "Generative Models, 2023, arXiv:2305.00980",
    system: "S405",
    summary:
      "A variational autoencoder whose encoder, prior and decoder are told the attributes of each "
      + "example, with a weight on the KL term: attributes can be chosen for what is drawn, and "
      + "swapped on what was encoded.")

  /// What the prior of codes depends on.
  public enum Prior: String, Codable, CaseIterable, Sendable {
    /// A normal whose mean and variance a network learns from the attributes.
    case conditional
    /// The standard normal for all.
    case standard
  }

  /// What the networks are told of each example: auto for all that is known, classes or factors.
  public var attributes = KnownAttributes.auto
  /// Prior of codes: conditional on the attributes, or standard.
  public var prior = Prior.conditional
  /// Widths of the layers of the conditional prior.
  public var priorHidden = [100]
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Share of the training over which the weight of the KL term rises from 0.
  public var annealing = 0.0
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try AutoencoderSettings.validate(widths: [("prior-hidden", priorHidden)])
    try Conditions.validate(domain, attributes)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ConditionalAutoencoder {
    ConditionalAutoencoder(
      domain, latents, networks, likelihood, told: attributes,
      prior: prior == .conditional ? priorHidden : nil, decodesCondition: true, random)
  }

  public func loss(_ network: ConditionalAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let u = network.condition(batch)  // [n, c]
    let q = network.posterior(batch.x, given: u)  // q(z|x, u)
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.outputs(z, given: u)  // p(x|z, u)
    let rate =
      prior == .conditional
      ? q.divergence(from: network.prior(given: u)) : q.divergenceFromStandard()
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", rate, weight: beta * step.warmth(over: annealing)))  // nats
  }

  public func fit(_ network: ConditionalAutoencoder, _ run: FitRun) throws -> FitResult {
    try network.known.learn(from: run.source.train, run.seed)
    return try train(network, in: phases(network), run)
  }
}
