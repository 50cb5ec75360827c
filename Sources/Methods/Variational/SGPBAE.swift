import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The sparse Gaussian process Bayesian autoencoder: codes are sparse Gaussian processes over auxiliary inputs such as
/// time or pose, and decoder, inducing variables, inducing inputs, hyperparameters and codes are all sampled.
///
/// - Source: Tran, Shahbaba, Mandt & Filippone, *Fully Bayesian Autoencoders with Latent Sparse Gaussian Processes*,
///   ICML 2023, arXiv:2302.04534, algorithm 1, with the authors' code.
/// - Departs: the target is the posterior itself, where the authors' code multiplies its logarithm once more by the
///   number of examples, and that of codes by examples over batch besides; a scale of the sampler for each tensor, not
///   for each number; the encoder takes one step by Adam where theirs takes 50; momenta of codes start anew with each
///   batch; a small last batch counts less; the noise of the data is learned, theirs is 1; the kernel is a squared
///   exponential with a length for each auxiliary input, an angle being given by cosine and sine; vectors of objects
///   are given and not learned; the prior of inducing inputs is normal, theirs uniform.
public struct SGPBAE: GradientRecipe {
  public static let card = Card(
    id: "sgpbae", title: "Sparse Gaussian process Bayesian autoencoder",
    source:
      "Tran, Shahbaba, Mandt & Filippone, Fully Bayesian Autoencoders with Latent Sparse Gaussian Processes, ICML 2023, "
      + "arXiv:2302.04534",
    system: "S039",
    summary:
      "Codes are sparse Gaussian processes over factors of the source, or over the place of a row; Hamiltonian Monte "
      + "Carlo with stochastic gradients samples all but a stochastic encoder, which learns to give draws of codes."
  )

  /// Factors of the source that are auxiliary inputs, counted from 1; without any, all, or the row's place where none are known.
  public var auxiliary: [Int] = []
  /// Number of latent units, k.
  public var latents = 8
  /// Inducing inputs.
  public var inducing = 32
  /// Length of the kernel at the start and in the middle of its prior, standard deviations of an auxiliary input.
  public var lengthScale = 1.0
  /// Variance of noise around the processes, at the start and in the middle of its prior.
  public var processNoise = 0.05
  /// Step size of the sampler.
  public var samplerRate = 0.01
  /// Share of the momentum that friction takes in a move of the sampler.
  public var friction = 0.05
  /// Moves of the sampler for each batch.
  public var moves = 5
  /// Share of the training after which draws are kept.
  public var burnIn = 0.5
  /// Draws of decoder and processes that are kept.
  public var draws = 8
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    let known = domain.factors.count
    try require(
      auxiliary.allSatisfy { (1...max(known, 1)) ~= $0 } && (auxiliary.isEmpty || known > 0),
      "--auxiliary \(auxiliary.map(\.description).joined(separator: ",")): the source has \(known) factors"
    )
    try require((1...5000) ~= inducing, "--inducing \(inducing): must be from 1 to 5000 inputs")
    try require(
      lengthScale > 0 && processNoise > 0 && samplerRate > 0,
      "--length-scale \(lengthScale), --process-noise \(processNoise) and --sampler-rate \(samplerRate) must be above 0"
    )
    try require(
      friction > 0 && friction < 1, "--friction \(friction): must be above 0 and below 1")
    try require((1...1000) ~= moves, "--moves \(moves): must be from 1 to 1000")
    try require(0..<1 ~= burnIn, "--burn-in \(burnIn): must be a share from 0 to below 1")
    try require((1...1000) ~= draws, "--draws \(draws): must be from 1 to 1000")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ProcessAutoencoder {
    ProcessAutoencoder(domain, self, random)
  }

  public func phases(_ network: ProcessAutoencoder) -> [Phase] {
    phases(network, SamplerState(network.sampled), Seed(0), moves: 100, examples: 1)
  }

  private func phases(
    _ network: ProcessAutoencoder, _ state: SamplerState, _ seed: Seed, moves burnt: Int,
    examples: Int
  ) -> [Phase] {
    let descent = HamiltonianDescent(
      rate: samplerRate, friction: friction, burnIn: burnt, moves: moves, scale: Double(examples),
      locals: 1, localScale: Double(examples) / Double(batches(of: examples)), state: state,
      seed: seed)
    return [
      Phase("sampler", [ParameterGroup(network.sampled, weightDecay: 0)], descent: descent) {
        loss(network, $0, $1)
      },
      Phase("encoder", network.encoder.parameters + network.head.parameters) { batch, step in
        let codes = network.codes(batch.x, step.random("noise"))
        let target = codes.detached() + network.shift(of: batch.x.size(0)).detached()
        return Loss(.term("squared error", (codes - target).squared().sum(over: 1)))
      },
    ]
  }

  private func batches(of examples: Int) -> Int { (examples + training.batch - 1) / training.batch }

  /// The negative logarithm of the joint density for each example: data, codes, and shares of the priors.
  func loss(_ network: ProcessAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let n = batch.x.size(0)
    let codes = network.codes(batch.x, step.random("noise")).detached()
    let z = codes + network.shift(of: n)  // [n, k]
    let member = network.member
    let p = member.likelihood(member.decoder(z))  // p(x|z)
    let prior = member.process.conditional(at: network.auxiliary(batch))  // p(z|u)
    let weights = member.decoder.parameters.reduce(Tensor(0, device: z.device)) {
      $0 + $1.squared().sum() * 0.5
    }
    let hyper = member.process.logPrior(length: lengthScale, variance: 1, noise: processNoise)
    // A last batch of a few examples stands for as few: the mean over the batches of a pass is that of its examples.
    let all = step.examples ?? n
    let share = Runtime.isTraining ? Double(n * batches(of: all)) / Double(all) : 1
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x), weight: share),  // nats
      .term("process", -prior.logProbability(of: z), weight: share),  // nats
      .term("priors", weights - hyper, weight: 1 / Double(all)))  // nats
  }

  public func fit(_ network: ProcessAutoencoder, _ run: FitRun) throws -> FitResult {
    let (state, count) = (SamplerState(network.sampled), run.source.train.count)
    try network.learnPlaces(run.source.train, run.seed.child("places"))
    let all = Double(moves * training.epochs * batches(of: count))
    let phases = phases(
      network, state, run.seed.child("sampler"), moves: Int(burnIn * all), examples: count)
    return try train(network, in: phases, scaffold: state, run)
  }

  public func didStep(_ network: ProcessAutoencoder, _ step: Step) throws {
    try network.shift.tensor.assign(network.shift.tensor.detached().zerosLike())
    let before = step.index > 0 ? step.progress * Double(step.index - 1) / Double(step.index) : -1
    func slot(_ progress: Double) -> Int {
      progress < burnIn ? -1 : Int((progress - burnIn) / (1 - burnIn) * Double(draws))
    }
    guard slot(step.progress) > slot(before) else { return }
    for member in network.draws.dropFirst(slot(step.progress)) {
      try member.follow(network.member, keeping: 0)
    }
  }
}
