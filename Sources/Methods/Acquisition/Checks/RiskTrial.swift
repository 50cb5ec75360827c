import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of a classifier, a surrogate, and the risk on a pool from few labels.
struct RiskTrial {
  private let lab: Lab
  private let seed: Seed
  private let images: Int
  private let pool: Int
  private let members: Int
  private let budgets: [Int]
  private let repeats: Int

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
    images = lab.pick(full: 5000, quick: 300)
    pool = lab.pick(full: 2000, quick: 200)
    members = lab.pick(full: 10, quick: 2)
    budgets = lab.pick(full: [10, 20, 50, 100, 200], quick: [10, 50])
    repeats = lab.pick(full: 2000, quick: 100)
  }

  func run(_ board: inout Scoreboard) throws {
    let source = try lab.source(["fashion-mnist"])
    let learning = source.learning(
      from: try source.train.subset(places(of: source.train.count, images, "images")))
    let examples = try source.test.subset(places(of: source.test.count, pool, "pool"))
    let all = try (0...members).map { member in
      try probabilities(learning, examples, seed.child("network").child(member), member)
    }
    let labels = try examples.labels() ?? []
    let surrogate = Tensor.stack(Array(all.dropFirst()))
    let expected = ExpectedLoss(probabilities: all[0], surrogate: surrogate, loss: .auto)
    let own = ExpectedLoss(
      probabilities: all[0], surrogate: all[0].unsqueezed(0), loss: .auto)
    let losses = expected.losses(
      Tensor(labels.map(Double.init)), at: Tensor(Array(0..<pool)))
    let world = LabelledPool(losses: losses, repeats: repeats)
    try score(&board, "surrogate", world, expected.drawable(by: .mean, floor: 0.1))
    try score(&board, "model's own", world, own.drawable(by: .mean, floor: 0.1))
    try score(
      &board, "surrogate, root mean square", world,
      expected.drawable(by: .rootMeanSquare, floor: 0.1))
    try score(&board, "uniform", world, losses.onesLike())
    board[ActiveTesting.coverage.name, "90%"] = board[ActiveTesting.coverage.name, "surrogate"]
      .map { _ in 0.9 }
  }

  /// Estimates by every budget of labels drawn in proportion to `scores`.
  private func score(
    _ board: inout Scoreboard, _ arm: String, _ world: LabelledPool, _ scores: Tensor
  ) throws {
    let draws = SequentialDraws(
      scores, count: budgets.max() ?? 1, repeats: repeats, RandomStream(seed.child(arm)))
    var errors: [Double] = [], biases: [Double] = [], covers: [Double] = []
    var plainErrors: [Double] = [], plainBiases: [Double] = []
    for budget in budgets {
      let found = try world.estimates(draws, budget)
      errors.append(found.weighted.error)
      biases.append(found.weighted.bias)
      plainErrors.append(found.plain.error)
      plainBiases.append(found.plain.bias)
      if budget >= 50 { covers.append(found.coverage) }
    }
    board[ActiveTesting.squaredError.name, arm] = errors
    board[ActiveTesting.bias.name, arm] = biases
    board[ActiveTesting.coverage.name, arm] = covers
    if arm == "surrogate" {
      board[ActiveTesting.squaredError.name, "surrogate without weights"] = plainErrors
      board[ActiveTesting.bias.name, "surrogate without weights"] = plainBiases
    }
  }

  private func places(of count: Int, _ wanted: Int, _ name: String) throws -> [Int] {
    try RandomStream(seed.child(name)).permutation(count).sliced(0, 0, min(wanted, count)).places()
  }

  private func probabilities(
    _ source: Source, _ examples: Examples, _ seed: Seed, _ member: Int
  ) throws -> Tensor {
    var classifier = Classifier()
    classifier.hidden = [128]
    classifier.architecture = .mlp
    classifier.training.epochs = lab.pick(full: 10, quick: 2)
    let network = try lab.fit(classifier, source, seed: seed, as: "classifier \(member + 1)")
    let rows = try Scores(examples, seed: seed).logProbabilities(network)
    return Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0]).exp()
  }
}

/// The losses of a whole pool, of which draws see a few.
struct LabelledPool {
  let losses: Tensor
  let repeats: Int

  /// How far estimates are off.
  struct Errors {
    /// log10 of the median squared error.
    let error: Double
    /// The absolute mean error as a share of the risk.
    let bias: Double

    init(_ estimates: Tensor, truth: Double) throws {
      let off = (estimates - truth)
      error = try log10(off.squared().values(as: Double.self).median)
      bias = try abs(off.mean().value()) / truth
    }
  }

  /// What the first `budget` draws of each repeat say, with and without weights.
  func estimates(
    _ draws: SequentialDraws, _ budget: Int
  ) throws -> (weighted: Errors, plain: Errors, coverage: Double) {
    let truth = try losses.mean().value()
    let points = draws.points.sliced(1, 0, budget)
    let seen = losses.unsqueezed(0).expanded([repeats, losses.count]).gather(1, points)
    let risk = UnbiasedRisk(
      seen, draws.probabilities.sliced(1, 0, budget), pool: losses.count)
    let reach = risk.deviations * studentQuantile(0.975, degrees: Double(budget - 1))
    let holds = (risk.values - truth).abs() .<= reach
    return (
      try Errors(risk.values, truth: truth), try Errors(seen.mean(over: 1), truth: truth),
      try holds.to(.float64).mean().value()
    )
  }
}
