import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The unscented autoencoder: a normal posterior for each example, decoded at sigma points instead of random draws and
/// held to the prior by the Wasserstein distance; a mixture fitted to the means gives samples.
///
/// - Source: Janjoš, Rosenbaum, Dolgov & Zöllner, *Unscented autoencoder*, ICML 2023, arXiv:2306.05256; the loss as in
///   the authors' code.
/// - Departs: diagonal covariances only; the distance to the prior is squared, as the Wasserstein distance is written,
///   where the code adds the lengths; fully connected networks unless --architecture says otherwise; a sigmoid for
///   data in 0…1 instead of tanh.
public struct UnscentedAutoencoder: LossRecipe {
  public static let card = Card(
    id: "uae", title: "Unscented autoencoder",
    source:
      "Janjoš, Rosenbaum, Dolgov & Zöllner, Unscented Autoencoder, ICML 2023, arXiv:2306.05256",
    system: "S385",
    summary:
      "A few sigma points of each example's normal posterior are decoded and their mean picture compared with the "
      + "example; the posterior is held to the prior by the Wasserstein distance, and a density fitted afterwards gives "
      + "samples.")

  /// Which sigma points of an example are decoded.
  public enum Points: String, Codable, CaseIterable, Sendable {
    case random, pairs, all

    var selection: SigmaPoints.Selection {
      switch self {
      case .random: .random
      case .pairs: .pairs
      case .all: .all
      }
    }
  }

  /// What is compared with an example.
  public enum Comparison: String, Codable, CaseIterable, Sendable {
    /// The mean of what its points are decoded to.
    case mean
    /// Each of them.
    case each
  }

  /// Which sigma points of an example are decoded: random, pairs on random axes, or all.
  public var points = Points.random
  /// Number of sigma points for each example, of random points or pairs.
  public var samples = 8
  /// What is compared with an example: the mean of the decoded points, or each of them.
  public var comparison = Comparison.mean
  /// Weight of the squared Wasserstein distance to the prior, against the mean squared error of an input.
  public var transport = 2.5e-4
  /// Weight of the decoder's slope at the mean, times the largest variance of the posterior.
  public var smoothness = 1e-6
  /// Number of latent units, k.
  public var latents = 64
  /// Normals of the mixture that is fitted to the posterior means.
  public var components = 10
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let encoder: Encoder
    let head: NormalHead
    let decoder: Decoder
    let density: ExPostDensity
    let isUnit: Bool
    public let latents: Int
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try AutoencoderSettings.validate(samples: samples)
    try AutoencoderSettings.validate(
      weights: [("transport", transport), ("smoothness", smoothness)])
    try ExPostDensity.validate(components: components)
    try require(
      points != .pairs || samples % 2 == 0,
      "--samples \(samples): --points pairs needs an even number")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, head: NormalHead(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      density: ExPostDensity(latents: latents, components: components, device: random.device),
      isUnit: domain.isUnit, latents: latents)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    return Loss(
      .term("squared error", squaredError(network, q, batch.x, step.random("points"))),
      .term("transport", q.squaredTransportFromStandard(), weight: transport),
      .term(
        "slope", smoothness > 0 ? network.slope(q) : q.mean.detached().sum(over: 1) * 0,
        weight: smoothness))
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let result = try train(network, in: phases(network), run)
    try network.density.fit(network, run)
    return result
  }

  /// Of what is decoded at the sigma points, per input, `[n]`.
  func squaredError(
    _ network: Network, _ q: Normal, _ x: Tensor, _ random: RandomStream
  ) -> Tensor {
    let n = x.size(0)
    let z = SigmaPoints(q).points(points.selection, count: samples, random)  // [count · n, k]
    let decoded = network.decode(z).flattened(from: 1).reshaped(-1, n, x.count / max(1, n))
    let target = x.flattened(from: 1)
    guard comparison == .each else {
      return decoded.mean(over: 0).squaredError(target).mean(over: 1)
    }
    return (decoded - target.unsqueezed(0)).squared().mean(over: 0, 2)
  }
}

extension UnscentedAutoencoder.Network: Inferring, Sampling {
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }
  /// Draws from the density of the training examples' means, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    density.sample(count, temperature: temperature, random)
  }
}
