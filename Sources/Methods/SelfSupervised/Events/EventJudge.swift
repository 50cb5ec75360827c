import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// How well answers about streams are told from what a route makes of them, when the answers of few streams are
/// known.
struct EventJudge {
  let train: EventStreams
  let test: EventStreams
  let learning: EventLearning
  let seed: Seed
  var shouldStop: () -> Bool = { false }

  /// Labelled streams of the training part, the last fifth of which chooses penalties and when to stop.
  struct Told {
    let places: [Int]
    let answers: [Int]
    var learnt: Range<Int> { 0..<places.count - places.count / 5 }
    var held: Range<Int> { places.count - places.count / 5..<places.count }

    /// `places` as they index rows.
    var rows: Tensor { Tensor(places.map(Int64.init), shape: [places.count]) }
  }

  /// The streams whose answers to `task` are told, the same for every route; nil where there are too few, or one
  /// class.
  func told(_ task: EventTask) -> Told? {
    guard let answers = train.answers[task] else { return nil }
    let known = shuffled(answers.count, seed.child(task.rawValue)).filter { answers[$0] >= 0 }
    let places = Array(known.prefix(learning.labels))
    let told = Told(places: places, answers: places.map { answers[$0] })
    let classes = Set(told.answers[told.learnt])
    return places.count >= 20 && classes.count > 1 ? told : nil
  }

  /// Areas under the curves of logistic regressions on `codes`, of training and test streams, `[n, m]`, by task.
  ///
  /// - Throws: `UserError` or `TensorError`.
  func probed(_ codes: (train: Tensor, test: Tensor)) throws -> [EventTask: Double] {
    var areas: [EventTask: Double] = [:]
    for task in EventTask.allCases {
      guard let told = told(task) else { continue }
      let rows = codes.train.indexSelect(0, told.rows).to(.float64)
      let mean = rows.mean(over: 0, keep: true)
      // A number that never changes says nothing, and must not divide by 0.
      let deviation = rows.variance(over: 0).squareRoot().clamped(atLeast: 1e-12).unsqueezed(0)
      let scaled = (rows - mean) / deviation
      let model = try regression(scaled, told, classes: train.classes(task))
      let found = model.logProbabilities((codes.test.to(.float64) - mean) / deviation)
      areas[task] = try area(found, task, told)
    }
    return areas
  }

  /// A regression on all that is told, with the penalty of three that does best on a fifth of it.
  private func regression(
    _ rows: Tensor, _ told: Told, classes: Int
  ) throws -> LogisticRegression.Model {
    let cut = told.learnt.upperBound
    var best = (penalty: 1.0, loss: Double.infinity)
    for penalty in [1.0, 10, 100] {
      let model = try LogisticRegression(penalty: penalty)
        .fit(rows[0..<cut], Array(told.answers[told.learnt]), classes: classes)
      let loss = try loss(model.logProbabilities(rows[cut...]), told)
      if loss < best.loss { best = (penalty, loss) }
    }
    return try LogisticRegression(penalty: best.penalty).fit(rows, told.answers, classes: classes)
  }

  /// −log p of the held answers, nats, their mean.
  private func loss(_ logProbabilities: Tensor, _ told: Told) throws -> Double {
    let answers = told.answers[told.held].map(Int64.init)
    return try logProbabilities.negativeLogLikelihood(Tensor(answers, shape: [answers.count]))
      .mean().value()
  }

  /// Areas under the curves of networks that learn each answer from the labelled streams alone, and stop where a
  /// fifth of them is told best; by task.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func supervised() throws -> [EventTask: Double] {
    var areas: [EventTask: Double] = [:]
    for task in EventTask.allCases {
      guard let told = told(task) else { continue }
      areas[task] = try area(try supervised(told, classes: train.classes(task)), task, told)
    }
    return areas
  }

  private struct Classifier: Module {
    let encoder: EventEncoder
    let output: Linear

    func callAsFunction(_ events: EventBatch) -> Tensor { output(encoder(events)).logSoftmax() }
  }

  /// log p of each class of the test streams, `[m, classes]`.
  private func supervised(_ told: Told, classes: Int) throws -> Tensor {
    let random = RandomStream(seed.child("supervised"))
    let network = Classifier(
      encoder: EventEncoder(
        kinds: train.kinds, width: learning.width, random.child("encoder")),
      output: Linear(learning.width, classes, random.child("output")))
    let streams = train.events.rows(told.rows)
    let truth = Tensor(told.answers.map(Int64.init), shape: [told.answers.count])
    let held = streams.rows(
      Tensor.range(Double(told.held.lowerBound), Double(told.held.upperBound), type: .int64))
    let weights = network.parameters
    let adam = Adam(weights)
    func copy() -> [String: Tensor] { network.state.mapValues { $0.detached().copied() } }
    var best = (loss: Double.infinity, state: copy())
    for step in 0..<learning.steps {
      let rows = random.child("steps").child(step).integers(told.learnt, [learning.batch])
      let cost = network(streams.rows(rows)).negativeLogLikelihood(truth.indexSelect(0, rows))
      let gradients = try cost.mean().gradients(for: weights)
      try Kernel.clipNorm(gradients, to: 1).checked()
      try adam.step(gradients, rate: learning.rate(at: step, of: learning.steps))
      guard (step + 1) % 10 == 0 || step + 1 == learning.steps else { continue }
      try refuseToGoOn(shouldStop())
      let now = try withoutGradients { try loss(network(held), told) }
      if now < best.loss { best = (now, copy()) }
    }
    try network.load(best.state)
    return try network.output(network.encoder.codes(test.events)).logSoftmax().detached().checked()
  }
}
