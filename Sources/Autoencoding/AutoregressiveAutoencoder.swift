import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// How a decoder writes an example from its code.
public enum DecoderKind: String, Codable, CaseIterable, Sendable {
  /// All inputs at once, independent given the code.
  case plain
  /// Input by input, each by the code and by inputs before it: a PixelCNN.
  case autoregressive
}

/// The size of a decoder that writes input by input.
public struct PixelDecoder: Codable, Equatable, Sendable {
  /// Odd sides of the masked windows, first layer to last, of an autoregressive decoder.
  public var windows = [7, 1, 1]
  /// Channels of each layer of an autoregressive decoder.
  public var channels = 24
  /// Numbers that the code gives each place, for an autoregressive decoder.
  public var maps = 4

  public init() {}

  /// Refuses a size that makes no decoder.
  ///
  /// - Throws: `UserError` naming the flag.
  public func validate() throws {
    let text = windows.map(\.description).joined(separator: ",")
    try require(
      !windows.isEmpty && windows.allSatisfy { $0 % 2 == 1 && (1...255) ~= $0 },
      "--windows \(text): must be odd sides from 1 to 255")
    try require((windows.first ?? 1) > 1, "--windows \(text): the first must be 3 at least")
    try require((1...4096) ~= channels, "--channels \(channels): must be from 1 to 4096")
    try require((1...4096) ~= maps, "--maps \(maps): must be from 1 to 4096")
  }
}

/// A decoder that may see, for each input, also the inputs before it.
///
/// Pictures are read row by row; a series is a picture of times by columns, a table a picture of one row.
public struct ConditionalDecoder: Module {
  /// From codes to outputs, or to what each place is told of the code.
  public let base: Decoder
  public let pixels: PixelCNN?
  let shape: [Int]
  let picture: [Int]

  /// For examples of `domain`; autoregressive where a `form` is given.
  public init(
    _ domain: Domain, latents: Int, _ networks: EncoderDecoder, _ form: PixelDecoder?,
    _ random: RandomStream
  ) {
    shape = domain.shape
    picture = Array(repeating: 1, count: max(0, 3 - shape.count)) + shape
    guard let form else {
      base = networks.decoder(domain, latents: latents, random)
      pixels = nil
      return
    }
    base = Decoder(
      [form.maps] + picture.dropFirst(), networks.architecture.resolved(for: shape),
      latents: latents, hidden: networks.hidden, activation: networks.activation, random)
    pixels = PixelCNN(
      picture[0], maps: form.maps, channels: form.channels, windows: form.windows, random)
  }

  /// What is put out for `x`, `[n]` + shape, whose codes are `z`, `[n, k]`: `[n]` + shape.
  public func callAsFunction(_ z: Tensor, _ x: Tensor) -> Tensor {
    guard let pixels else { return base(z) }
    return pixels(x.reshaped([-1] + picture), base(z)).reshaped([-1] + shape)
  }

  /// Draws and the expected value of each input given the drawn ones before it, `[n]` + shape.
  public func generated(
    _ z: Tensor, _ likelihood: Likelihood, _ random: RandomStream
  ) -> (draws: Tensor, means: Tensor) {
    guard let pixels else {
      let p = likelihood(base(z))
      return (p.sample(random), p.mean)
    }
    let (x, outputs) = pixels.generated(base(z)) { likelihood($0).sample(random) }
    let all = [-1] + shape
    return (x.reshaped(all), likelihood(outputs.reshaped(all)).mean)
  }
}

/// A variational autoencoder's networks with a decoder that may be autoregressive, and a prior that is
/// standard normal or an autoregressive flow.
public struct AutoregressiveAutoencoder: Module {
  public let encoder: Encoder
  public let head: NormalHead
  public let decoder: ConditionalDecoder
  public let likelihood: Likelihood
  /// The map of codes to standard normal noise; none where the codes' prior is standard normal.
  public let flow: AutoregressiveFlow?
  public let latents: Int

  /// Networks for codes of `latents` numbers.
  public init(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily,
    _ form: PixelDecoder?, _ random: RandomStream
  ) {
    self.init(domain, latents, networks, likelihood, form, random) { nil }
  }

  /// The same with a prior that `flow` makes after the other networks.
  public init(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily,
    _ form: PixelDecoder?, _ random: RandomStream, flow: () -> AutoregressiveFlow?
  ) {
    encoder = networks.encoder(domain, random)
    head = NormalHead(encoder.features, latents, random)
    decoder = ConditionalDecoder(domain, latents: latents, networks, form, random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    self.flow = flow()
    self.latents = latents
  }

  /// log p(z), nats, `[n, k]` to `[n]`.
  public func priorLogProbability(of z: Tensor) -> Tensor {
    flow?.logProbability(of: z) ?? Normal.standardLogProbability(of: z)
  }

  /// KL divergence of q(z|x) to the prior, nats, `[n]`: exact for a normal prior, else one draw's
  /// estimate at `z`, `[n, k]`.
  public func rate(_ q: Normal, _ z: Tensor) -> Tensor {
    guard let flow else { return q.divergenceFromStandard() }
    return -q.entropy - flow.logProbability(of: z)
  }
}

extension AutoregressiveAutoencoder: Inferring, Sampling, Bounding {
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }

  /// Expected examples, `[n, k]` to `[n]` + shape; of an autoregressive decoder each input's expected
  /// value given drawn ones before it, always with the same draws.
  public func decode(_ z: Tensor) -> Tensor {
    decoder.generated(z, likelihood, RandomStream(0, device: z.device)).means
  }

  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    let noise = random.normal([count, latents]) * temperature
    return flow?.inverse(noise) ?? noise
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let z = q.sample(random)
    return likelihood(decoder(z, x)).logProbability(of: x) - rate(q, z)
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x).repeated(draws)
    let z = q.sample(random)  // [draws · n, k]
    let many = x.repeated(draws)
    let p = likelihood(decoder(z, many)).logProbability(of: many)
    return (p + priorLogProbability(of: z) - q.logProbability(of: z)).reshaped(draws, x.size(0))
  }
}
