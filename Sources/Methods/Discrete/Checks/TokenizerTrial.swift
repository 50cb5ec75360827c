import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// One seed of small tokenisers, with and without latent perturbation, and one prior over the tokens of each.
struct TokenizerTrial {
  /// One tokeniser.
  struct Arm {
    let codebook: Int
    let tokens: Int
    let isPerturbed: Bool

    /// A tokeniser of each size without and with perturbation.
    static func pairs(_ sizes: [(codebook: Int, tokens: Int)]) -> [Arm] {
      sizes.flatMap { size in
        [false, true].map { Arm(codebook: size.codebook, tokens: size.tokens, isPerturbed: $0) }
      }
    }
  }

  /// Fréchet distances of reconstructions, of reconstructions from perturbed tokens, and of samples.
  struct Figures {
    let reconstructed: Double
    let perturbed: Double
    let generated: Double
  }

  let lab: Lab
  let seed: Seed
  let source: Source
  let judge: FeatureJudge
  private let features: Tensor

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 4000, quick: 200)
    options.size = lab.pick(full: [14, 14], quick: [8, 8])
    options.validation = 0
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    judge = try lab.judge(source)
    features = try judge.features(of: source.test, limit: 2000)
  }

  /// The method of an arm; its training is the same for all.
  func method(_ arm: Arm) -> RobusTok {
    var method = RobusTok()
    (method.codebook, method.tokens, method.codeWidth) = (arm.codebook, arm.tokens, 8)
    method.networks.hidden = [lab.pick(full: 128, quick: 32)]
    method.networks.architecture = .mlp
    method.training.epochs = lab.pick(full: 20, quick: 1)
    method.training.batch = 64
    (method.prior.priorWidth, method.prior.priorBlocks) = (48, 1)
    method.prior.priorEpochs = lab.pick(full: 5, quick: 1)
    method.postEpochs = 0
    method.perturbation.perturbationRate = arm.isPerturbed ? 1 : 0
    return method
  }

  func fit(_ arm: Arm) throws -> TokenAutoencoder<VectorQuantiser> {
    let kind = arm.isPerturbed ? "perturbed" : "plain"
    return try lab.fit(
      method(arm), source, seed: seed.child(arm.codebook).child(arm.tokens),
      as: "\(kind), \(arm.tokens) of \(arm.codebook)")
  }

  /// The Fréchet distance of samples.
  func generated(_ network: TokenAutoencoder<VectorQuantiser>) throws -> Double {
    try judge.frechet(
      network, to: features, count: lab.pick(full: 2000, quick: 100), seed: seed,
      device: lab.device)
  }

  func figures(_ network: TokenAutoencoder<VectorQuantiser>) throws -> Figures {
    let test = source.test.prefix(2000)
    return Figures(
      reconstructed: try judge.frechet(
        reconstructing: network, test, to: features, device: lab.device),
      perturbed: try PerturbedFrechet().distance(
        network, test, judge, to: features, seed: seed, device: lab.device),
      generated: try generated(network))
  }

  /// The decoder trained once more, with this share of the tokens left as the encoder chose them.
  func postTrained(
    _ network: TokenAutoencoder<VectorQuantiser>, _ arm: Arm, preserved: Double
  ) throws {
    var method = method(arm)
    method.postEpochs = lab.pick(full: 5, quick: 1)
    method.preserved = preserved
    var run = FitRun(source, seed: seed.child("post"))
    run.device = lab.device
    run.shouldStop = lab.shouldStop
    lab.say("decoder again, \(arm.tokens) of \(arm.codebook), \(preserved) preserved")
    _ = try method.fitDecoder(network, run, after: 0)
  }

  /// Rank correlations of the figures that are known without a generator with those of its samples.
  static func correlations(
    _ figures: [Figures], _ board: inout Scoreboard, _ metric: Claim.Metric
  ) {
    let generated = figures.map(\.generated)
    board[metric.name, "pFID"] = [rankCorrelation(figures.map(\.perturbed), generated)]
    board[metric.name, "rFID"] = [rankCorrelation(figures.map(\.reconstructed), generated)]
  }
}
