import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The variational lossy autoencoder: a decoder that sees only a small window of what it has written,
/// so that local texture is cheaper to code there than in the latent code, and a flow as prior.
///
/// - Source: Chen, Kingma, Salimans, Duan, Dhariwal, Schulman, Sutskever & Abbeel, *Variational Lossy
///   Autoencoder*, ICLR 2017, arXiv:1611.02731, sections 3.1 and 3.2.
/// - Departs: a small gated PixelCNN with one stack and an encoder of fully connected layers, where
///   the paper has residual networks; affine flow steps of two hidden layers; the free nats are of the
///   whole code, and the rate may warm up; Adam instead of Adamax; a table is a picture of one row.
public struct VLAE: LossRecipe {
  public static let card = Card(
    id: "vlae", title: "Variational lossy autoencoder",
    source: "Chen et al., Variational Lossy Autoencoder, ICLR 2017, arXiv:1611.02731",
    system: "S379",
    summary:
      "A variational autoencoder whose decoder writes pixel by pixel and sees a small window of the "
      + "pixels before, so that the code keeps only what lies beyond it; the prior over codes is an "
      + "autoregressive flow.")

  /// What codes are believed to be before data.
  public enum Prior: String, Codable, CaseIterable, Sendable {
    case normal
    case flow
  }

  /// Number of latent units, k.
  public var latents = 20
  /// How examples are written from codes: plain or autoregressive.
  public var decoder = DecoderKind.autoregressive
  public var pixels = PixelDecoder()
  /// Distribution of codes: normal or flow.
  public var prior = Prior.flow
  /// Steps of the prior's flow.
  public var flowSteps = 2
  /// Widths of the hidden layers of each step of the flow.
  public var flowHidden = [64, 64]
  /// Nats of the mean rate of a batch that cost nothing.
  public var freeNats = 0.0
  /// Share of the training over which the weight of the rate rises from 0.
  public var annealing = 0.0
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() { pixels.windows = [5, 1, 1] }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(beta: 1, annealing: annealing)
    try pixels.validate()
    try require((1...100) ~= flowSteps, "--flow-steps \(flowSteps): must be from 1 to 100")
    try require(
      !flowHidden.isEmpty && flowHidden.allSatisfy { (1...100_000) ~= $0 },
      "--flow-hidden \(flowHidden.map(\.description).joined(separator: ",")): must be widths of at "
        + "least 1")
    try require(
      prior == .normal || latents > 1,
      "--prior flow needs at least 2 latent units, since a flow says how one depends on others")
    try require(freeNats >= 0, "--free-nats \(freeNats): must be at least 0 nats")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> AutoregressiveAutoencoder {
    let form = decoder == .autoregressive ? pixels : nil
    return AutoregressiveAutoencoder(domain, latents, networks, likelihood, form, random) {
      prior == .flow
        ? AutoregressiveFlow(latents, steps: flowSteps, hidden: flowHidden, random) : nil
    }
  }

  public func loss(_ network: AutoregressiveAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.likelihood(network.decoder(z, batch.x))  // p(x|z), by windows of x
    let rate = network.rate(q, z)  // nats, [n]
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term(  // nats
        "rate", freeNats > 0 ? rate.mean().clamped(atLeast: freeNats) : rate,
        weight: step.warmth(over: annealing)))
  }
}
