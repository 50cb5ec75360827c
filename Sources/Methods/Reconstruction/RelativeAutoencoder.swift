import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// An autoencoder whose decoder reads codes as their cosines to the codes of anchors: decoders of one training read
/// encoders of another.
///
/// - Source: Moschella, Maiorca, Fumero, Norelli, Locatello & Rodolà, *Relative representations enable zero-shot latent
///   space communication*, ICLR 2023, arXiv:2209.15430, eq. 1 and §5.1.
/// - Departs: fully connected networks unless --architecture says otherwise; likelihood in place of squared error where
///   the data lie in 0…1; anchors are encoded anew at each step, and gradients pass through them.
public struct RelativeAutoencoder: RelativeRecipe {
  public static let card = Card(
    id: "relative-ae", title: "Autoencoder with relative representations",
    source:
      "Moschella et al., Relative representations enable zero-shot latent space communication, ICLR 2023, "
      + "arXiv:2209.15430",
    system: "S010",
    summary:
      "An autoencoder whose decoder is told each code's cosines to the codes of some examples, the anchors, instead of "
      + "the code: what training leaves to chance, the directions of the units, is gone, and any decoder reads any "
      + "encoder.")

  /// Number of latent units, k.
  public var latents = 100
  /// Examples by whose codes others are told, m.
  public var anchors = 300
  /// Where the choice of anchors starts, apart from --seed: spaces that name the same have the same anchors.
  public var anchorSeed = 0
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public var likenesses: [AnchorLikeness] { [.cosine] }
}

/// An autoencoder whose decoder reads codes by their likenesses to anchors.
public protocol RelativeRecipe: LossRecipe where Network == RelativeNetwork {
  var latents: Int { get }
  var anchors: Int { get }
  var anchorSeed: Int { get }
  var networks: EncoderDecoder { get }
  var likelihood: LikelihoodFamily { get }
  /// What the decoder is told of a code and an anchor.
  var likenesses: [AnchorLikeness] { get }
}

extension RelativeRecipe {
  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try require((2...100_000) ~= anchors, "--anchors \(anchors): must be from 2 to 100000 examples")
    try require(
      !likenesses.isEmpty,
      "the decoder is told nothing; leave one of --cosine, --euclidean, --manhattan and --chebyshev on"
    )
    try require(anchorSeed >= 0, "--anchor-seed \(anchorSeed): must be at least 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> RelativeNetwork {
    let encoder = networks.encoder(domain, random)
    return RelativeNetwork(
      anchors: Anchors(anchors, domain, random),
      encoder: encoder, code: Linear(encoder.features, latents, random),
      coordinates: RelativeCoordinates(likenesses),
      decoder: networks.decoder(domain, latents: anchors * likenesses.count, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents)
  }

  public func fit(_ network: RelativeNetwork, _ run: FitRun) throws -> FitResult {
    try network.anchors.choose(from: run.source.train, Seed(UInt64(anchorSeed)).child("anchors"))
    return try train(network, in: phases(network), run)
  }

  public func loss(_ network: RelativeNetwork, _ batch: Batch, _ step: Step) -> Loss {
    let r = network.relative(network.encode(batch.x))  // [n, m]
    let p = network.likelihood(network.decoder(r))  // p(x|r)
    return Loss(.term("reconstruction", -p.logProbability(of: batch.x)))  // nats
  }
}

/// An encoder, anchors, and a decoder of what codes are to the anchors.
public struct RelativeNetwork: Module {
  public let anchors: Anchors
  let encoder: Encoder
  let code: Linear
  let coordinates: RelativeCoordinates
  let decoder: Decoder
  let likelihood: Likelihood
  public let latents: Int
}

extension RelativeNetwork: RelativeDecoding {
  public var anchorExamples: Tensor { anchors.tensor }
  /// Codes, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { code(encoder(x)) }
  public func relative(_ z: Tensor) -> Tensor { coordinates(z, encode(anchors.tensor)) }
  public func decode(relative coordinates: Tensor) -> Tensor {
    likelihood(decoder(coordinates)).mean
  }
}
