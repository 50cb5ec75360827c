import Datasets
import Evaluation
import Foundation
import Learning
import Probability
import Torch

/// One seed of all estimators at both tasks, and the time of a step.
struct EstimatorTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    source = try lab.binaryDigits(limit: lab.pick(full: 10_000, quick: 400))
  }

  func run(_ board: inout Scoreboard) throws {
    for estimator: CategoricalEstimator in [
      .gumbelSoftmax, .straightThroughGumbel, .straightThrough, .scoreFunction,
    ] {
      var half = HalfImagePrediction()
      half.estimator = estimator
      try judge(
        "half-image, " + estimator.rawValue, half,
        &board[GumbelSoftmax.prediction.name, estimator.rawValue]
      ) {
        network, x, draws, random in network.logLikelihood(x, draws: draws, random)
      }
      var arm = EstimatorArm()
      arm.estimator = estimator
      arm.base.networks.hidden = [lab.pick(full: 200, quick: 30)]
      arm.base.networks.architecture = .mlp
      try judge(
        "autoencoder, " + estimator.rawValue, arm,
        &board[GumbelSoftmax.likelihood.name, estimator.rawValue]
      ) {
        network, x, draws, random in
        ImportanceWeights.bound(network.autoencoder.logWeights(x, draws: draws, random))
      }
    }
    try time(&board)
  }

  /// Chooses the rate of an arm, trains it and notes its negative log-likelihoods of test pictures.
  private func judge<Arm: LossRecipe>(
    _ name: String, _ arm: Arm, _ scores: inout [Double],
    _ logLikelihood: (Arm.Network, Tensor, Int, RandomStream) -> Tensor
  ) throws {
    func losses(_ rate: Double, _ epochs: Int, _ examples: Examples, _ seed: Seed) throws
      -> [Double]
    {
      var arm = arm
      arm.training.batch = 100
      arm.training.learningRate = rate
      arm.training.epochs = epochs
      let network = try lab.fit(arm, source, seed: seed, as: name)
      return try Scores(examples, seed: seed).map(of: 250) { batch, random in
        let draws = lab.pick(full: 50, quick: 5)
        return try (-logLikelihood(network, batch.x, draws, random)).values(as: Double.self)
      }
    }
    let rates = lab.pick(full: [0.001, 0.003, 0.01], quick: [0.003])
    let rate = try lab.bestRate(name, of: rates) { rate in
      try losses(
        rate, lab.pick(full: 2, quick: 1), source.validation.prefix(500), Seed(0)
      ).map { -$0 }
    }
    scores = try losses(
      rate, lab.pick(full: 8, quick: 1), source.test.prefix(lab.pick(full: 1000, quick: 50)), seed)
  }

  private func time(_ board: inout Scoreboard) throws {
    let random = RandomStream(seed)
    let x = try source.train.batch(Array(0..<100)).x.flattened(from: 1)
    let model = SemiSupervisedStep(
      inputs: x.size(1), classes: 100, hidden: 200, latents: 20, random.child("model"))
    let times = lab.pick(full: 5, quick: 2)
    board[GumbelSoftmax.stepTime.name, GumbelSoftmax.gumbel] = [
      log10(try model.seconds(times) { model.relaxed(x, $0) })
    ]
    board[GumbelSoftmax.stepTime.name, "marginalisation"] = [
      log10(try model.seconds(times) { model.marginal(x, $0) })
    ]
  }
}

extension Lab {
  /// The first of the digits, the garments and the small digits that is here, as ones and zeros, the same each time;
  /// the former two at 14×14, which a check of minutes can afford.
  ///
  /// - Throws: `UserError` when none is here.
  func binaryDigits(limit: Int?) throws -> Source {
    var options = SourceOptions()
    options.binarise = .fixed
    options.limit = limit
    options.size = pick(full: [14, 14], quick: nil)
    return try source(pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"]), options)
  }
}
