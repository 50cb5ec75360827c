import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One seed of learning from tables by their columns and by vectors that were learned without labels.
struct ColumnTrial {
  let lab: Lab
  let seed: Seed

  private var method: TJEPA {
    var method = TJEPA()
    (method.width, method.depth) = lab.pick(full: (32, 2), quick: (16, 1))
    (method.predictorWidth, method.predictorDepth) = (lab.pick(full: 32, quick: 16), 1)
    // The authors' 0.996 is for trainings many times as long.
    method.targetDecay = 0.99
    method.training = lab.training(epochs: 30, batch: 64)
    // What collapses is to be seen to.
    method.collapse = 0
    return method
  }

  /// The arms, with the settings of each.
  private var arms: [(name: String, method: TJEPA)] {
    var bare = method, untrained = method
    bare.tokens = 0
    untrained.training = method.training.untouched
    return [("t-jepa", method), ("no tokens", bare), ("untrained", untrained)]
  }

  /// Accuracies on the table `name`, as scores of `metric`, and the rank of its vectors where it is Adult.
  func learn(_ name: String, _ metric: String, _ board: inout Scoreboard) throws {
    var options = SourceOptions()
    (options.limit, options.validation) = (lab.pick(full: 3000, quick: 160), 0.2)
    if name == "electricity" {
      // All three parts are cut from the same rows.
      (options.limit, options.validation) = (lab.pick(full: 6000, quick: 160), 0.1)
      options.test = 0.5
    }
    let source = try lab.source(lab.pick(full: [name, "digits"], quick: ["digits"]), options)
    board[metric, "columns"] = try accuracy("\(name), columns", source) {
      $0.flattened(from: 1)
    }
    for (arm, method) in arms where arm != "no tokens" || name == "adult" {
      let network = try lab.fit(method, source, seed: seed, as: "\(name), \(arm)")
      if name == "adult" {
        let codes = try Scores(source.test.prefix(2000), seed: seed).codes(network)
        board[TJEPA.rank.name, arm] = [try Spectrum(codes).effectiveRank]
      }
      board[metric, arm] = try accuracy("\(name), \(arm)", source) { network.encode($0) }
    }
  }

  /// 1 for each test row whose class a small network finds from what `read` makes of rows, else 0.
  private func accuracy(
    _ arm: String, _ source: Source, _ read: (Tensor) -> Tensor
  ) throws -> [Double] {
    func made(_ examples: Examples) throws -> Examples {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [read(batch.x)] }
      return try Examples(given: Tensor.concatenate(parts), labels: examples.labels())
    }
    let train = try made(source.train)
    let width = try train.batch([0]).x.size(1)
    let judged = try Source(
      given: source.name, Domain(shape: [width], support: .real, classes: source.domain.classes),
      train: train, validation: made(source.validation),
      test: made(source.test.prefix(lab.pick(full: 3000, quick: 60))))
    func fitted(_ rate: Double, _ seed: Seed) throws -> Classifier.Network {
      var classifier = Classifier()
      (classifier.hidden, classifier.architecture) = ([64], .mlp)
      classifier.training.epochs = lab.pick(full: 20, quick: 1)
      (classifier.training.batch, classifier.training.learningRate) = (64, rate)
      return try lab.fit(classifier, judged, seed: seed, as: arm)
    }
    let rate = try lab.bestRate(arm, of: lab.pick(full: [3e-4, 1e-3, 3e-3], quick: [1e-3])) {
      try Scores(judged.validation, seed: seed).correctness(fitted($0, Seed(0)))
    }
    return try Scores(judged.test, seed: seed).correctness(fitted(rate, seed))
  }

  /// How well the influence of columns says which of them are relevant.
  func findRelevant(_ board: inout Scoreboard) throws {
    let table = RelevanceTable(rows: lab.pick(full: 2400, quick: 100), seed.child("table"))
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.made(
      "relevance", train: MadeExamples(table.x), test: MadeExamples(table.x[0..<1]), options)
    for (arm, method) in arms where arm != "no tokens" {
      let network = try lab.fit(method, source, seed: seed, as: "relevance, \(arm)")
      let influence = try withoutGradients { try table.influence { network.target.base($0) } }
      board[TJEPA.relevance.name, arm] = [areaUnderCurve(influence, table.isRelevant)]
    }
  }
}

/// A table of which half of the columns say something of each other, through three hidden numbers, and half are noise.
struct RelevanceTable {
  /// `[n, 12]`, each column with mean 0 and deviation about 1.
  let x: Tensor
  let isRelevant = (0..<12).map { $0 < 6 }
  private let seed: Seed

  init(rows: Int, _ seed: Seed) {
    let random = RandomStream(seed)
    let hidden = random.child("hidden").normal([rows, 3])
    let mixing = random.child("mixing").normal([3, 6])
    let signal =
      (hidden.matmul(mixing)).sin() * 1.4 + random.child("noise").normal([rows, 6]) * 0.3
    x = Tensor.concatenate([signal, random.child("rest").normal([rows, 6])], along: 1)
    self.seed = seed
  }

  /// How far the vectors `[n, 12, w]` that `read` gives to the other columns move when a column is shuffled, over their
  /// variance, for each column.
  func influence(_ read: (Tensor) -> Tensor) throws -> [Double] {
    let (n, whole) = (x.size(0), read(x))
    let spread = whole.variance(over: 0).sum(over: 1)  // [12]
    return try isRelevant.indices.map { column in
      let order = RandomStream(seed.child("shuffle").child(column)).permutation(n)
      let shuffled = x.sliced(1, column, column + 1).indexSelect(0, order)
      let moved = read(x.replacing(1, column, column + 1, with: shuffled))
      let others = Tensor(isRelevant.indices.filter { $0 != column }.map(Int64.init))
      let shift = (moved - whole).squared().mean(over: 0).sum(over: 1)  // [12]
      return try (shift / spread.clamped(atLeast: 1e-12)).indexSelect(0, others).mean().value()
    }
  }
}
