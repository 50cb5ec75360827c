import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// One seed of a check on the world of sprites: the data, the networks that every arm has, and the figures of what they
/// learn.
struct SpritesTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  /// The trial of one seed, with `judged` pictures to judge by in its full form.
  init(_ lab: Lab, _ seed: Seed, judged: Int = 2000) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 10_000 + judged, quick: 600)
    options.test = lab.pick(full: Double(judged) / Double(10_000 + judged), quick: 1.0 / 6)
    options.validation = 0
    options.size = [16, 16]
    source = try Source.open("sprites", options)
  }

  /// The sizes of networks that all arms share.
  var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = lab.pick(full: [128, 128], quick: [16])
    networks.architecture = .mlp
    return networks
  }

  /// The budget of `training`, the same for all arms.
  func budgeted(_ training: Training) -> Training {
    var training = training
    training.epochs = lab.pick(full: 15, quick: 2)
    training.batch = 64
    training.learningRate = 0.003
    return training
  }

  /// The network that `method` leaves with the networks and the budget that all arms share.
  func fit<Arm: SpritesMethod>(_ method: Arm, as name: String) throws -> Arm.Network {
    var method = method
    method.networks = networks
    method.likelihood = .bernoulli
    method.training = budgeted(method.training)
    return try lab.fit(method, source, seed: seed, as: name)
  }

  /// Codes of the first `count` test examples with their factors.
  ///
  /// - Parameter ordered: Whether all factors but the shape are real numbers, and not names.
  func table(
    _ network: any Encoding, _ count: Int? = nil, ordered: Bool = false
  ) throws -> FactoredCodes {
    let examples = source.test.prefix(count ?? source.test.count)
    let rows = examples.factors() ?? []
    let factors = Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
    let real = Sprites.factors.map { ordered && $0.name != "shape" }
    return try FactoredCodes(
      Scores(examples, seed: seed).codes(network), factors, real: real)
  }

  /// Posteriors of the first `count` test examples, over `[count, k]`.
  func posteriors(_ network: GaussianAutoencoder, _ count: Int? = nil) throws -> Normal {
    let examples = source.test.prefix(count ?? source.test.count)
    let parts = try Scores(examples, seed: seed).map { batch, _ in
      [network.posterior(batch.x)]
    }
    return Normal(
      mean: .concatenate(parts.map(\.mean)), logVariance: .concatenate(parts.map(\.logVariance)))
  }

  /// The mutual information gap by draws from the posteriors of test examples.
  func gap(_ network: GaussianAutoencoder) throws -> Double {
    try MutualInformation(
      table(network), posteriors: posteriors(network), draws: 1000, seed: seed.child("gap")
    ).gap()
  }

  /// The total correlation of the aggregate posterior of 1,000 test examples, of which all count, nats.
  func totalCorrelation(_ network: GaussianAutoencoder) throws -> Double {
    try withoutGradients {
      let q = try posteriors(network, 1000)
      let aggregate = AggregatePosterior(q, examples: q.mean.size(0), sampling: .stratified)
      let z = q.sample(RandomStream(seed.child("total correlation")))
      return try aggregate.divergence(of: z).totalCorrelation.mean().value()
    }
  }

  /// The mean bound of test examples, nats.
  func bound(_ network: GaussianAutoencoder) throws -> Double {
    try Scores(source.test, seed: seed).elbo(network).mean
  }
}

/// A method whose networks, likelihood and budget a check sets.
protocol SpritesMethod: LossRecipe {
  var networks: EncoderDecoder { get set }
  var likelihood: LikelihoodFamily { get set }
}

extension BetaVAE: SpritesMethod {}
extension BetaTCVAE: SpritesMethod {}
extension DIPVAE: SpritesMethod {}
extension QLAE: SpritesMethod {}
