import Datasets
import Evaluation
import Learning
import Torch

/// One seed of classifiers and worlds for the multi-bootstrap and the bootstrap over items.
struct SeedsTrial {
  let lab: Lab
  let seed: Seed
  private let bootstrap: MultiBootstrap

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
    var bootstrap = MultiBootstrap()
    bootstrap.replicates = lab.pick(full: 500, quick: 100)
    self.bootstrap = bootstrap
  }

  func run(_ board: inout Scoreboard) throws {
    try score(rejections, target: 0.05, MultiBootstrapStudy.falsePositives, &board)
    try score(coverages, target: 0.95, MultiBootstrapStudy.coverage, &board)
    try score(ownCoverages, target: 0.95, MultiBootstrapStudy.ownCoverage, &board)
    board[MultiBootstrapStudy.ownCoverage.name, "two points"] = [0.02]
  }

  /// What each procedure's interval does in one trial.
  private typealias Trial = (both: Bool, student: Bool, items: Bool)

  /// How far from `target` the share of successes of each procedure is.
  private func score(
    _ trials: () throws -> [Trial], target: Double, _ metric: Claim.Metric,
    _ board: inout Scoreboard
  ) throws {
    let trials = try trials()
    func distance(_ hit: (Trial) -> Bool) -> Double {
      abs(Double(trials.count(where: hit)) / Double(trials.count) - target)
    }
    board[metric.name, "multi-bootstrap"] = [distance(\.both)]
    board[metric.name, "multi-bootstrap, Student's reading"] = [distance(\.student)]
    board[metric.name, "items only"] = [distance(\.items)]
  }

  /// Whether each procedure finds a difference between halves of the same recipe's classifiers.
  private func rejections() throws -> [Trial] {
    let scores = try classifiers(lab.pick(full: 24, quick: 6))
    return try (0..<lab.pick(full: 400, quick: 5)).map { split in
      let at = seed.child("split").child(split)
      let order = shuffled(scores.count, at)
      let (one, other) = (order.prefix(order.count / 2), order.suffix(order.count / 2))
      let arms = [one, other].map { $0.map { scores[$0] } }
      let items = try itemInterval(scores[order[0]], scores[order[order.count - 1]], at)
      return (
        !(try interval(arms, paired: false, .percentile, at)).contains(0),
        !(try interval(arms, paired: false, .student, at)).contains(0), !items.contains(0)
      )
    }
  }

  /// The hits of so many classifiers that differ in their seed alone, `[classifier][item]`.
  private func classifiers(_ count: Int) throws -> [[Double]] {
    var options = SourceOptions()
    options.validation = 0
    options.test = 1437.0 / 1797
    let source = try lab.source(["digits"], options)
    var classifier = Classifier()
    classifier.hidden = [32]
    classifier.training.learningRate = 0.003
    classifier.training.batch = 30
    classifier.training.epochs = lab.pick(full: 30, quick: 2)
    return try (0..<count).map { index in
      let network = try lab.fit(
        classifier, source, seed: seed.child("network").child(index), as: "classifier \(index + 1)")
      return try Scores(source.test, seed: seed).correctness(network)
    }
  }

  /// Whether each procedure's interval holds the true difference of a simulated world.
  private func coverages() throws -> [Trial] {
    let truth = 0.01
    let (seeds, items) = (25, 200)
    return try (0..<lab.pick(full: 300, quick: 5)).map { world in
      let at = seed.child("world").child(world)
      let random = RandomStream(at)
      let item = random.normal([1, items]) * 0.3
      let arms = try [truth, 0].map { lift in
        let own = random.normal([seeds, 1]) * 0.02 + random.normal([seeds, items]) * 0.2
        let values = try (item + own + lift).values(as: Double.self)
        return (0..<seeds).map { Array(values[$0 * items..<($0 + 1) * items]) }
      }
      let items = try itemInterval(arms[0][0], arms[1][0], at)
      return (
        try interval(arms, paired: true, .percentile, at).contains(truth),
        try interval(arms, paired: true, .student, at).contains(truth), items.contains(truth)
      )
    }
  }

  /// Whether each procedure's interval holds what it is asked for in a world of its domain.
  private func ownCoverages() throws -> [Trial] {
    let truth = 0.01
    let (seeds, items) = (25, 200)
    let nothing = Array(repeating: [Double](repeating: 0, count: items), count: seeds)
    return try (0..<lab.pick(full: 1500, quick: 5)).map { world in
      let at = seed.child("domain").child(world)
      let random = RandomStream(at)
      let lifts = random.normal([seeds, 1]) * 0.2 + truth
      let scores = lifts + random.normal([1, items]) * 0.5 + random.normal([seeds, items]) * 0.2
      let values = try scores.values(as: Double.self)
      let differences = (0..<seeds).map { Array(values[$0 * items..<($0 + 1) * items]) }
      let arms = [differences, nothing]
      return (
        try interval(arms, paired: true, .percentile, at).contains(truth),
        try interval(arms, paired: true, .student, at).contains(truth),
        try itemInterval(differences[0], nothing[0], at).contains(lifts[0, 0].value())
      )
    }
  }

  private func interval(
    _ arms: [[[Double]]], paired: Bool, _ reading: MultiBootstrap.Reading, _ seed: Seed
  ) throws -> Interval {
    var bootstrap = bootstrap
    bootstrap.pairedSeeds = paired
    bootstrap.reading = reading
    return try bootstrap.difference(of: arms[0], over: arms[1], seed: seed).estimate.interval
  }

  private func itemInterval(_ one: [Double], _ other: [Double], _ seed: Seed) throws -> Interval {
    try Estimate.bootstrapMean(
      of: zip(one, other).map { $0 - $1 }, replicates: bootstrap.replicates, seed: seed
    ).interval
  }
}
