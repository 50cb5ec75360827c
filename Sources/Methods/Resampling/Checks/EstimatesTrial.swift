import Evaluation
import Learning
import Torch

/// One seed of small tables whose learners' true accuracies are known.
struct EstimatesTrial {
  private let worlds: Int
  private let resamples: Int
  private let seed: Seed
  private let rows = Array(0..<80)
  private let world = NormalClasses(width: 10, informative: 3, gap: 0.8)
  private let discriminant = LinearDiscriminant()
  private let neighbours = NearestNeighbours()

  init(_ lab: Lab, _ seed: Seed) {
    worlds = lab.pick(full: 150, quick: 3)
    resamples = lab.pick(full: 50, quick: 20)
    self.seed = seed.child("estimates")
  }

  /// What one world adds: errors of estimates, and whether intervals cover.
  private struct Outcome {
    var errors: [String: Double] = [:]
    var covers: [String: Bool] = [:]
  }

  func run(_ board: inout Scoreboard) throws {
    let outcomes = try (0..<worlds).map { try outcome(seed.child($0)) }
    for name in (outcomes.first?.errors ?? [:]).keys {
      let errors = outcomes.compactMap { $0.errors[name] }
      board[ModelEvaluationGuide.bias.name, name] = [abs(errors.mean)]
      board[ModelEvaluationGuide.error.name, name] = [errors.map { $0 * $0 }.mean.squareRoot()]
    }
    for name in (outcomes.first?.covers ?? [:]).keys {
      let share = outcomes.share { $0.covers[name] == true }
      board[ModelEvaluationGuide.coverage.name, name] = [abs(share - 0.95)]
    }
  }

  private func outcome(_ seed: Seed) throws -> Outcome {
    // The first 80 rows are the person's; the others tell the truth.
    let table = try world.table(80 + 4000, RandomStream(seed.child("table")))
    let own = LabelledTable(
      Array(table.features.prefix(80 * table.width)), width: table.width,
      classes: Array(table.classes.prefix(80)), names: table.classNames)
    var outcome = Outcome()
    try judgeOne(own, table, seed, &outcome)
    judgeChoice(own, table, seed, &outcome)
    try judgeNeighbour(own, table, seed, &outcome)
    return outcome
  }

  /// Accuracies on the new rows, by setting.
  private func truths(_ learner: any Learner, _ table: LabelledTable, _ train: [Int]) -> [Double] {
    learner.hits(table, train: train, test: Array(80..<table.count)).map { Proportion($0).value }
  }

  /// Hold-out against repeated cross-validation, and their intervals, for one discriminant.
  private func judgeOne(
    _ own: LabelledTable, _ table: LabelledTable, _ seed: Seed, _ outcome: inout Outcome
  ) throws {
    let learner = LinearDiscriminant(settings: [0.1])
    let truth = truths(learner, table, rows)[0]
    let part = stratifiedHoldOut(own, share: 1.0 / 3, seed: seed.child("hold-out"))
    let held = Proportion(learner.hits(own, train: part.train, test: part.test)[0])
    var repeated = NestedCrossValidation()
    repeated.repeats = 3
    let folds = try repeated.accuracies([learner], own, rows, seed: seed.child("folds"))
    outcome.errors["hold-out"] = held.value - truth
    outcome.errors["repeated cross-validation"] = Array(folds[0].joined()).mean - truth
    let heldTruth = truths(learner, table, part.train)[0]
    outcome.covers["normal"] = held.wald(0.95).contains(heldTruth)
    outcome.covers["Wilson"] = held.wilson(0.95).contains(heldTruth)
    let samples = OptimismBootstrap.samples(resamples, of: 80, seed: seed.child("resamples"))
    let bootstrap = try OptimismBootstrap(learner, setting: 0, own, samples: samples)
    outcome.covers["bootstrap"] = bootstrap.interval(0.95).contains(truth)
  }

  /// The best of all settings of both learners, as its own cross-validation and as nested folds see it.
  private func judgeChoice(
    _ own: LabelledTable, _ table: LabelledTable, _ seed: Seed, _ outcome: inout Outcome
  ) {
    let best = choice(own, rows, seed.child("choice"))
    outcome.errors["best of grid"] =
      best.accuracy - truths(best.learner, table, rows)[best.place]
    var hits: [Bool] = []
    let folds = stratifiedFolds(rows, own, count: 5, seed: seed.child("outer"))
    for (fold, part) in split(folds).enumerated() {
      let inner = choice(own, part.train, seed.child("inner").child(fold))
      hits += inner.learner.hits(own, train: part.train, test: part.test)[inner.place]
    }
    outcome.errors["nested"] =
      Proportion(hits).value - truths(best.learner, table, rows)[best.place]
  }

  private func choice(_ table: LabelledTable, _ rows: [Int], _ seed: Seed) -> Tuned {
    let one = discriminant.tuned(table, rows, folds: 5, seed: seed)
    let other = neighbours.tuned(table, rows, folds: 5, seed: seed)
    return one.accuracy >= other.accuracy ? one : other
  }

  /// The .632 and .632+ estimates of one nearest neighbour, which makes no error on its own rows.
  private func judgeNeighbour(
    _ own: LabelledTable, _ table: LabelledTable, _ seed: Seed, _ outcome: inout Outcome
  ) throws {
    let learner = NearestNeighbours(settings: [1])
    let truth = truths(learner, table, rows)[0]
    let samples = OptimismBootstrap.samples(resamples, of: 80, seed: seed.child("neighbour"))
    let bootstrap = try OptimismBootstrap(learner, setting: 0, own, samples: samples)
    outcome.errors[".632"] = bootstrap.point632 - truth
    outcome.errors[".632+"] = bootstrap.point632Plus - truth
  }
}
