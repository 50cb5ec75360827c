import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The denoising autoencoder: codes of damaged examples from which the whole ones can be reconstructed.
///
/// - Source: Vincent, Larochelle, Bengio & Manzagol, *Extracting and composing robust features with denoising
///   autoencoders*, ICML 2008.
/// - Departs: one autoencoder instead of a stack that is trained layer by layer, without tied weights; each input is
///   hidden independently instead of a fixed number of them; ReLU and Adam.
public struct DenoisingAutoencoder: LossRecipe {
  public static let card = Card(
    id: "denoising-ae", title: "Denoising autoencoder",
    source:
      "Vincent, Larochelle, Bengio & Manzagol, Extracting and composing robust features with denoising autoencoders, "
      + "ICML 2008",
    summary:
      "An autoencoder that sees damaged examples and must give back whole ones, so that a code holds what inputs have "
      + "to do with each other.")

  /// How examples are damaged.
  public enum Corruption: String, Codable, CaseIterable, Sendable {
    /// Inputs set to 0.
    case masking
    /// Inputs set to 0 or 1, for data in 0…1.
    case saltAndPepper = "salt-and-pepper"
    /// Normal noise added.
    case gaussian
  }

  /// How examples are damaged: masking, salt-and-pepper or gaussian.
  public var corruption = Corruption.masking
  /// Share of the inputs that is damaged, or the deviation of gaussian noise.
  public var level = 0.25
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
      level >= 0 && level.isFinite && (corruption == .gaussian || level < 1),
      "--level \(level): must be a share from 0 up to 1, or a deviation of at least 0")
    try require(
      corruption != .saltAndPepper || domain.isUnit,
      "--corruption salt-and-pepper is for data in 0…1, and the source holds other numbers; masking and gaussian "
        + "take any")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Autoencoder.Network {
    var plain = Autoencoder()
    (plain.latents, plain.networks, plain.likelihood) = (latents, networks, likelihood)
    return plain.makeNetwork(domain, random)
  }

  public func loss(_ network: Autoencoder.Network, _ batch: Batch, _ step: Step) -> Loss {
    let damaged = damaged(batch.x, step.random("corruption"))
    let p = network.likelihood(network.decoder(network.encode(damaged)))  // p(x|z)
    return Loss(.term("reconstruction", -p.logProbability(of: batch.x)))  // nats
  }

  /// Examples as the encoder sees them in training.
  func damaged(_ x: Tensor, _ random: RandomStream) -> Tensor {
    guard corruption != .gaussian else { return x + random.normal(x.shape, type: x.dtype) * level }
    let kept = random.bernoulli(x.filled(with: 1 - level))
    guard corruption == .saltAndPepper else { return x * kept }
    return x * kept + random.bernoulli(x.filled(with: 0.5)) * (1 - kept)
  }
}
