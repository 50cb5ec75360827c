import Datasets
import Evaluation
import Learning
import Torch

/// One seed of learning from a pool by batches, by each rule.
struct PoolTrial {
  private let lab: Lab
  private let seed: Seed
  private let pool: Int
  private let tests: Int
  private let batches: Int
  private let draws: Int

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
    pool = lab.pick(full: 1500, quick: 60)
    tests = lab.pick(full: 2000, quick: 100)
    batches = lab.pick(full: 6, quick: 1)
    draws = lab.pick(full: 50, quick: 10)
  }

  func run(_ board: inout Scoreboard) throws {
    // The quick form needs no folder of data sets.
    let redundant = try lab.source(lab.isQuick ? ["digits"] : ["mnist"])
    let plain = try lab.source(lab.isQuick ? ["digits"] : ["fashion-mnist"])
    for rule in Ical.Rule.allCases {
      let first = try curve(
        rule, World(redundant, pool: pool, copies: 3, tests, seed.child("redundant")))
      board[Ical.redundantAccuracy.name, rule.rawValue] = [first.accuracy]
      board[Ical.redundantLikelihood.name, rule.rawValue] = [first.likelihood]
      let second = try curve(rule, World(plain, pool: pool, copies: 1, tests, seed.child("plain")))
      board[Ical.plainAccuracy.name, rule.rawValue] = [second.accuracy]
      board[Ical.plainLikelihood.name, rule.rawValue] = [second.likelihood]
    }
  }

  /// Images to choose from, to start with and to judge by.
  private struct World {
    let source: Source
    /// Places among the training examples, copies included.
    let pool: [Int]
    let start: [Int]
    let test: Examples
    let seed: Seed

    init(_ source: Source, pool: Int, copies: Int, _ tests: Int, _ seed: Seed) throws {
      self.source = source
      self.seed = seed
      let labels = try source.train.labels() ?? []
      let order = try RandomStream(seed.child("images")).permutation(labels.count).places()
      start = (0..<source.domain.classes.count).flatMap { label in
        order.lazy.filter { labels[$0] == label }.prefix(2)
      }
      let taken = Set(start)
      let own = order.filter { !taken.contains($0) }.prefix(pool / copies)
      self.pool = (0..<copies).flatMap { _ in own }
      let judged = try RandomStream(seed.child("test")).permutation(source.test.count).places()
      test = source.test.subset(Array(judged.prefix(tests)))
    }
  }

  /// Means over the batches of accuracy and log likelihood, nats.
  private func curve(
    _ rule: Ical.Rule, _ world: World
  ) throws -> (accuracy: Double, likelihood: Double) {
    var labelled = world.start
    var left = Array(world.pool.indices)
    var model = try fitted(labelled, world, 0, rule)
    var accuracy: [Double] = [], likelihood: [Double] = []
    let labels = try world.test.labels() ?? []
    for round in 0..<batches {
      let own = world.seed.child("round").child(round)
      let examples = world.source.train.subset(left.map { world.pool[$0] })
      let predictions = try model.predictions(examples, draws: draws, seed: own)
      let chosen = try choose(rule, predictions, RandomStream(own.child("choice")))
      labelled += chosen.map { world.pool[left[$0]] }
      let taken = Set(chosen)
      left = left.indices.filter { !taken.contains($0) }.map { left[$0] }
      model = try fitted(labelled, world, round + 1, rule)
      let seen = try model.predictions(world.test, draws: draws, seed: own.child("test"))
        .mean(over: 0)
      let target = Tensor(labels)
      let hits = (seen.argmax(over: 1) .== target).to(.float64)
      accuracy.append(try hits.mean().value())
      let given = seen.gather(1, target.unsqueezed(1)).clamped(atLeast: 1e-12).log()
      likelihood.append(try given.mean().value())
    }
    return (accuracy.mean, likelihood.mean)
  }

  private func choose(
    _ rule: Ical.Rule, _ predictions: Tensor, _ random: RandomStream
  ) throws -> [Int] {
    var study = Ical()
    study.rule = rule
    guard rule == .batchbald else { return try study.select(predictions, random) }
    let information = PosteriorInformation(predictions)
    let best = try information.ofEach().top(min(200, predictions.size(1))).indices.places()
    return try information.jointly(
      study.batch, among: best, outcomes: 500, random.child("outcomes"))
  }

  private func fitted(
    _ labelled: [Int], _ world: World, _ round: Int, _ rule: Ical.Rule
  ) throws -> MonteCarloDropout {
    var classifier = Classifier()
    classifier.hidden = [128]
    classifier.architecture = .mlp
    classifier.dropout = 0.5
    classifier.training.batch = 32
    let steps = lab.pick(full: 150, quick: 5)
    classifier.training.epochs = max(1, steps / ((labelled.count + 31) / 32))
    let source = world.source.learning(from: world.source.train.subset(labelled))
    let network = try lab.fit(
      classifier, source, seed: world.seed.child("network").child(round),
      as: "\(rule.rawValue), batch \(round)")
    return MonteCarloDropout(network: network, dropout: classifier.dropout)
  }
}
