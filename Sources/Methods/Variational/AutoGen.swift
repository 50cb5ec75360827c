import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// AutoGen: a latent variable model fitted to the likelihood of the data and of m perfect stochastic
/// reconstructions of each example, whose bound is the variational autoencoder's with the
/// reconstruction counted 1 + m times.
///
/// - Source: Mansbridge, Fierimonte, Feige & Barber, *Improving latent variable descriptiveness with
///   AutoGen*, ECML PKDD 2018, arXiv:1806.04480.
/// - Departs: texts are read and written byte by byte, where the paper takes words; no words are
///   dropped.
public struct AutoGen: LossRecipe {
  public static let card = Card(
    id: "autogen", title: "AutoGen",
    source:
      "Mansbridge, Fierimonte, Feige & Barber, Improving latent variable descriptiveness with "
      + "AutoGen, ECML PKDD 2018, arXiv:1806.04480",
    system: "S038",
    summary:
      "A variational autoencoder of texts or of numbers that maximises the likelihood of the data "
      + "together with that of m perfect reconstructions, so that the code is used although the "
      + "decoder could do without.")

  /// How many perfect reconstructions the objective asks for, m in the paper; 0 gives the variational
  /// autoencoder.
  public var reconstructions = 1.0
  /// Number of latent units, k.
  public var latents = 20
  /// Share of the training over which the weight of the KL term rises from 0.
  public var annealing = 0.0
  public var sentences = SentenceNetworks()
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  /// The networks for data of one kind.
  public enum Network: Module {
    case numbers(GaussianAutoencoder)
    case texts(SentenceAutoencoder)
  }

  public func validate(for domain: Domain) throws {
    if domain.support == .tokens {
      try require(
        (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    } else {
      try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    }
    try AutoencoderSettings.validate(beta: 1, annealing: annealing)
    try require(
      reconstructions >= 0 && reconstructions.isFinite,
      "--reconstructions \(reconstructions): must be at least 0")
    try require(
      (1...10_000) ~= sentences.tokenWidth,
      "--token-width \(sentences.tokenWidth): must be from 1 to 10000")
    try require(
      (1...100_000) ~= sentences.sentenceUnits,
      "--sentence-units \(sentences.sentenceUnits): must be from 1 to 100000")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    guard domain.support == .tokens else {
      return .numbers(GaussianAutoencoder(domain, latents, networks, likelihood, random))
    }
    return .texts(
      SentenceAutoencoder(
        length: domain.size, vocabulary: Domain.vocabulary, latents, sentences, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    return Loss(
      .term(  // nats
        "reconstruction", -network.logProbability(of: batch.x, z), weight: 1 + reconstructions),
      .term("rate", q.divergenceFromStandard(), weight: step.warmth(over: annealing)))  // nats
  }
}

extension AutoGen.Network: Inferring, Sampling, Bounding {
  private var part: any Inferring & Sampling & Bounding {
    switch self {
    case .numbers(let network): network
    case .texts(let network): network
    }
  }

  /// log p(x|z), nats, `[n]`.
  public func logProbability(of x: Tensor, _ z: Tensor) -> Tensor {
    switch self {
    case .numbers(let network): network.likelihood(network.decoder(z)).logProbability(of: x)
    case .texts(let network): network.logProbability(of: x, z)
    }
  }

  public var latents: Int { part.latents }
  public func posterior(_ x: Tensor) -> Normal { part.posterior(x) }
  public func encode(_ x: Tensor) -> Tensor { part.encode(x) }
  public func decode(_ z: Tensor) -> Tensor { part.decode(z) }
  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor { part.elbo(x, random) }
  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    part.logWeights(x, draws: draws, random)
  }
}
