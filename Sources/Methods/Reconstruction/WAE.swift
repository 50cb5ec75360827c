import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The Wasserstein autoencoder with the maximum mean discrepancy: least squared error of
/// reconstruction, while all codes together are held to the prior.
///
/// - Source: Tolstikhin, Bousquet, Gelly & Schölkopf, *Wasserstein Auto-Encoders*, ICLR 2018,
///   arXiv:1711.01558, eq. 4 and algorithm 2.
/// - Departs: the prior is the standard normal; fully connected networks unless --architecture says
///   otherwise; a constant step size unless --schedule says otherwise.
public struct WAE: LossRecipe {
  public static let card = Card(
    id: "wae", title: "Wasserstein autoencoder",
    source:
      "Tolstikhin, Bousquet, Gelly & Schölkopf, Wasserstein Auto-Encoders, ICLR 2018, "
      + "arXiv:1711.01558",
    summary:
      "An autoencoder of least squared error whose codes, all together and not one by one, "
      + "are held to the prior by the maximum mean discrepancy.")

  /// What a code is of its example.
  public enum Coding: String, Codable, CaseIterable, Sendable {
    /// A function of it.
    case deterministic
    /// A draw from a diagonal normal distribution.
    case gaussian
  }

  /// What a code is of its example: deterministic, or gaussian for a draw.
  public var coding = Coding.deterministic
  /// Weight of the discrepancy between codes and prior, lambda in the paper.
  public var discrepancy = 10.0
  /// Kernel of the discrepancy: rbf or inverse-multiquadratic.
  public var kernel = MaximumMeanDiscrepancy.Kernel.inverseMultiquadratic
  /// Estimator of the discrepancy: unbiased or biased.
  public var estimator = MaximumMeanDiscrepancy.Estimator.unbiased
  /// Number of latent units, k.
  public var latents = 8
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let encoder: Encoder
    let code: Linear
    let decoder: Decoder
    /// Whether outputs are squashed into `[0, 1]`.
    let isUnit: Bool
    public let latents: Int
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try AutoencoderSettings.validate(weights: [("discrepancy", discrepancy)])
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    let width = coding == .gaussian ? 2 * latents : latents
    return Network(
      encoder: encoder, code: Linear(encoder.features, width, random),
      decoder: networks.decoder(domain, latents: latents, random),
      isUnit: domain.isUnit, latents: latents)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.draw(batch.x, step.random("noise"))  // [n, k]
    let prior = step.random("prior").normal(z.shape, type: z.dtype)
    let distance = MaximumMeanDiscrepancy.normal(kernel, units: latents, estimator)
    return Loss(
      .term("squared error", (batch.x - network.decode(z)).squared().sumPerExample()),
      .term("discrepancy", distance(z, prior), weight: discrepancy))
  }
}

extension WAE.Network: Encoding, Sampling {
  /// Codes, or their means where they are drawn, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { code(encoder(x)).sliced(1, 0, latents) }

  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }

  /// Codes as the training has them, `[n]` + shape to `[n, k]`.
  func draw(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let features = code(encoder(x))
    guard features.size(1) > latents else { return features }
    let both = features.split(into: 2, along: 1)
    return Normal(mean: both[0], logVariance: both[1]).sample(random)
  }
}
