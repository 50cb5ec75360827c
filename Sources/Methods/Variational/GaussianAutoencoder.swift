import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// An encoder to a diagonal normal posterior, a standard normal prior, and a decoder: the networks that the
/// variational autoencoder and its relatives share.
public struct GaussianAutoencoder: Module {
  let encoder: Encoder
  let head: NormalHead
  let decoder: Decoder
  let likelihood: Likelihood
  public let latents: Int

  init(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily,
    _ random: RandomStream
  ) {
    encoder = networks.encoder(domain, random)
    head = NormalHead(encoder.features, latents, random)
    decoder = networks.decoder(domain, latents: latents, random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    self.latents = latents
  }
}

extension GaussianAutoencoder: Inferring, Sampling, Bounding {
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let p = likelihood(decoder(q.sample(random)))
    return p.logProbability(of: x) - q.divergenceFromStandard()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let n = x.size(0)
    // The draws of all examples go through the decoder as one batch, draw by draw.
    let q = posterior(x).repeated(draws)
    let z = q.sample(random)  // [draws · n, k]
    let p = likelihood(decoder(z)).logProbability(of: x.repeated(draws))
    let prior = Normal.standardLogProbability(of: z)
    return (p + prior - q.logProbability(of: z)).reshaped(draws, n)
  }
}

extension Tensor {
  /// All examples `times` times over, `[n, …]` to `[times · n, …]`.
  func repeated(_ times: Int) -> Tensor {
    guard times > 1 else { return self }
    return flattened(from: 1).tiled(times, 1).reshaped([times * size(0)] + shape.dropFirst())
  }
}

extension Normal {
  /// The distributions of all examples `times` times over.
  func repeated(_ times: Int) -> Normal {
    Normal(mean: mean.repeated(times), logVariance: logVariance.repeated(times))
  }
}

/// Which settings of the family make sense.
enum VariationalSettings {
  static func validate(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily
  ) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    try require(
      !networks.hidden.isEmpty && networks.hidden.allSatisfy { (1...1_000_000) ~= $0 },
      "--hidden \(networks.hidden.map(\.description).joined(separator: ",")): must be widths of at least 1"
    )
    try require(
      networks.architecture.suits(domain.shape),
      "--architecture convolution needs images of at least 4×4, and the source has shape "
        + "\(domain.shape); --architecture mlp takes any")
    try require(
      Likelihood.suits(likelihood, isUnit: domain.isUnit),
      "--likelihood \(likelihood.rawValue) is for data in 0…1, and the source holds other numbers; "
        + "--likelihood gaussian takes any")
  }

  static func validate(samples: Int) throws {
    try require(samples >= 1, "--samples \(samples): at least 1 sample of the posterior is needed")
  }

  /// Refuses weights of a loss, by flag, that are below 0.
  static func validate(weights: [(flag: String, value: Double)]) throws {
    for (flag, value) in weights {
      try require(value >= 0, "--\(flag) \(value): a weight must be at least 0")
    }
  }

  static func validate(beta: Double, annealing: Double) throws {
    try require(beta >= 0, "--beta \(beta): the weight of the KL term must be at least 0")
    try require(0...1 ~= annealing, "--annealing \(annealing): must be a share from 0 to 1")
  }
}

extension Domain {
  /// Whether all inputs lie in `[0, 1]`.
  var isUnit: Bool { support == .unit || support == .binary }
}
