import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The gradient origin network: a decoder that is its own encoder, since a code is minus the gradient of its example's
/// loss at the origin; training goes through that gradient.
///
/// - Source: Bond-Taylor & Willcocks, *Gradient origin networks*, ICLR 2021, arXiv:2007.02798, eqs. 5 and 6.
/// - Departs: squared errors are summed over an example's inputs and not averaged over the batch too, so that a code
///   does not depend on its batch, and the step from the origin has a size; fully connected layers without batch norm
///   unless --architecture says otherwise.
public struct GradientOriginNetwork: LossRecipe {
  public static let card = Card(
    id: "gon", title: "Gradient origin network",
    source: "Bond-Taylor & Willcocks, Gradient Origin Networks, ICLR 2021, arXiv:2007.02798",
    system: "S005",
    summary:
      "A decoder without an encoder: the code of an example is minus the gradient of its reconstruction loss at the "
      + "origin, and the decoder learns through that gradient.")

  /// What draws an example from its code.
  public enum Drawing: String, Codable, CaseIterable, Sendable {
    /// The decoder of an autoencoder.
    case network
    /// A function of place, with sines, for pictures.
    case siren
  }

  /// What draws an example from its code: network or siren.
  public var drawing = Drawing.network
  /// Length of the step from the origin, against the gradient of an example's summed squared error; a siren divides it by its frequency, which multiplies codes.
  public var originStep = 1.0
  /// Number of latent units, k.
  public var latents = 32
  public var networks = EncoderDecoder()
  /// Sines in a layer of a siren.
  public var sines = 64
  /// Layers of sines in a siren.
  public var sineLayers = 3
  /// What the sums of a siren are multiplied with before the sine.
  public var frequency = 30.0
  public var training = Training()

  public init() {
    // The second derivative of a rectifier is 0, and training needs it.
    networks.activation = .elu
  }

  public struct Network: Module {
    let decoder: Decoder?
    let siren: Siren?
    let origin: GradientOrigin
    let isUnit: Bool
    public var latents: Int { origin.latents }
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try require(
      originStep > 0 && originStep.isFinite, "--origin-step \(originStep): must be above 0")
    try require(
      drawing == .network || domain.isImage,
      "--drawing siren needs pictures, and the source has shape \(domain.shape); --drawing network takes any"
    )
    try require(1...10_000 ~= sines, "--sines \(sines): must be from 1 to 10000")
    try require(1...100 ~= sineLayers, "--sine-layers \(sineLayers): must be from 1 to 100")
    try require(frequency > 0 && frequency.isFinite, "--frequency \(frequency): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let isSiren = drawing == .siren && domain.isImage
    return Network(
      decoder: isSiren ? nil : networks.decoder(domain, latents: latents, random),
      siren: isSiren
        ? Siren(
          domain.shape, latents: latents, width: sines, depth: sineLayers, frequency: frequency,
          random) : nil,
      origin: GradientOrigin(latents: latents, step: isSiren ? originStep / frequency : originStep),
      isUnit: domain.isUnit)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.codes(batch.x, differentiable: true)  // [n, k]
    return Loss(.term("squared error", network.squaredError(z, batch.x)))
  }
}

extension GradientOriginNetwork.Network: Encoding, Decoding {
  /// Minus the gradient at the origin, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { codes(x, differentiable: false) }

  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    let outputs = siren.map { $0(z) } ?? decoder.map { $0(z) } ?? z
    return isUnit ? outputs.sigmoid() : outputs
  }

  func codes(_ x: Tensor, differentiable: Bool) -> Tensor {
    origin.codes(x.size(0), device: x.device, differentiable: differentiable) {
      squaredError($0, x)
    }
  }

  /// Summed over an example's inputs, `[n]`.
  func squaredError(_ z: Tensor, _ x: Tensor) -> Tensor {
    decode(z).squaredError(x).sumPerExample()
  }
}
