import Datasets
import Evaluation
import Files
import Foundation
import Torch

/// How the errors of linear heads are measured.
struct ProbeProtocol: Sendable {
  var sizes: [Int]
  var repeats: Int
  /// Share of the examples that errors are taken on.
  var test: Double
  /// Strengths of the logistic regression, chosen among by cross-validation within each training sample.
  var strengths: [Double]
  var folds = 3
  var smoothing = 1e-9
  var standardise: Bool

  /// The curves of `data`.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop.
  func curves(
    _ data: LabelledCodes, seed: Seed, heads: [ProbeHead] = ProbeHead.allCases,
    progress: (Int, Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
  ) throws -> ProbeCurves {
    let nothing = Array(repeating: [Double](), count: sizes.count)
    var curves = ProbeCurves(
      sizes: sizes, errors: Dictionary(uniqueKeysWithValues: heads.map { ($0, nothing) }))
    for index in 0..<repeats {
      let (pool, held) = split(data, seed.child("split").child(index))
      let judge = data.rows(held)
      for (place, size) in sizes.enumerated() {
        try require(!shouldStop(), "stopped")
        let sample = data.rows(Array(pool.prefix(size)))
        for head in heads {
          let error = try error(head, sample, judge, seed.child("folds").child(index))
          curves.errors[head]?[place].append(error)
        }
        progress(index * sizes.count + place + 1, repeats * sizes.count)
      }
    }
    return curves
  }

  /// A stratified split; the training rows begin with one of each class.
  func split(_ data: LabelledCodes, _ seed: Seed) -> (pool: [Int], held: [Int]) {
    var rows = Array(repeating: [Int](), count: data.classes)
    for row in shuffled(data.labels.count, seed) { rows[data.labels[row]].append(row) }
    var (first, rest, held): ([Int], [Int], [Int]) = ([], [], [])
    for members in rows {
      let count = max(1, Int((Double(members.count) * test).rounded()))
      held += members.prefix(count)
      first += members.dropFirst(count).prefix(1)
      rest += members.dropFirst(count + 1)
    }
    let order = shuffled(rest.count, seed.child("order"))
    return (first + order.map { rest[$0] }, held)
  }

  /// The share of `judge` that a head fitted to `sample` gets wrong.
  ///
  /// - Throws: `TensorError`.
  func error(
    _ head: ProbeHead, _ sample: LabelledCodes, _ judge: LabelledCodes, _ seed: Seed
  ) throws -> Double {
    var (sample, judge) = (sample, judge)
    if standardise {
      let scale = Standardisation(sample.x)
      (sample.x, judge.x) = (scale(sample.x), scale(judge.x))
    }
    guard head == .logistic else {
      let bayes = GaussianNaiveBayes(sample, shared: head == .shared, smoothing: smoothing)
      return try judge.error(bayes.logJoint(judge.x))
    }
    let strength = try strength(sample, seed)
    return try judge.error(fitted(sample, strength).logProbabilities(judge.x))
  }

  private func fitted(
    _ sample: LabelledCodes, _ strength: Double, from start: LogisticRegression.Model? = nil
  ) throws -> LogisticRegression.Model {
    var regression = LogisticRegression(penalty: 1 / strength)
    regression.minimiser = LBFGS(
      iterations: 300, tolerance: 1e-5 * Double(sample.labels.count))
    return try regression.fit(sample.x, sample.labels, classes: sample.classes, from: start)
  }

  /// The strength with the least cross-entropy on held-out folds of at most 1,000 of the examples.
  ///
  /// Weights have a fixed prior in the summed loss, so the best strength hardly moves with the size.
  private func strength(_ sample: LabelledCodes, _ seed: Seed) throws -> Double {
    let middle = strengths[strengths.count / 2]
    guard strengths.count > 1, sample.labels.count >= 2 * sample.classes else { return middle }
    let order = shuffled(min(sample.labels.count, 1000), seed)
    var losses = [Double](repeating: 0, count: strengths.count)
    for fold in 0..<folds {
      let part = order.indices.filter { $0 % folds != fold }.map { order[$0] }
      let (train, held) = (
        sample.rows(part),
        sample.rows(order.indices.filter { $0 % folds == fold }.map { order[$0] })
      )
      var start: LogisticRegression.Model?
      for (place, strength) in strengths.enumerated() {
        let model = try fitted(train, strength, from: start)
        start = model
        losses[place] += try model.logProbabilities(held.x)
          .negativeLogLikelihood(Tensor(held.labels.map(Int64.init))).sum().value()
      }
    }
    return zip(losses, strengths).min { $0.0 < $1.0 }?.1 ?? middle
  }
}
