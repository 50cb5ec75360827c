import Evaluation
import Torch

/// The .632 and .632+ estimates of a learner's accuracy, from trainings on resampled rows.
///
/// - Source: Efron & Tibshirani, *Improvements on cross-validation: the .632+ bootstrap method*,
///   JASA, 1997, eqs. 15, 24 and 29–32.
struct OptimismBootstrap {
  /// The error on the very rows that were trained on.
  let resubstitution: Double
  /// The error on each row from the trainings that did not have it.
  let leaveOneOut: Double
  /// The error if the classes were independent of the features.
  let noInformation: Double
  /// The .632 accuracy of each resample.
  let replicates: [Double]

  /// Trainings of `learner` with one setting on each of `samples`, which are rows with repetition.
  init(
    _ learner: any Learner, setting: Int, _ table: LabelledTable, samples: [[Int]],
    done: () throws -> Void = {}
  ) rethrows {
    let rows = Array(0..<table.count)
    let own = learner.predict(table, train: rows, test: rows)[setting]
    let apparent = 1 - zip(own, table.classes).share { $0 == $1 }
    var misses = Array(repeating: 0.0, count: table.count), judged = misses
    var accuracies: [Double] = []
    for sample in samples {
      var isIn = Array(repeating: false, count: table.count)
      for row in sample { isIn[row] = true }
      let out = rows.filter { !isIn[$0] }
      guard !out.isEmpty else { continue }
      let hits = learner.hits(table, train: sample, test: out)[setting]
      for (row, hit) in zip(out, hits) {
        judged[row] += 1
        if !hit { misses[row] += 1 }
      }
      accuracies.append(0.632 * Proportion(hits).value + 0.368 * (1 - apparent))
      try done()
    }
    let errors = rows.filter { judged[$0] > 0 }.map { misses[$0] / judged[$0] }
    let predicted = table.classNames.indices.map { label in own.share { $0 == label } }
    let actual = table.classNames.indices.map { label in table.classes.share { $0 == label } }
    resubstitution = apparent
    leaveOneOut = errors.mean
    noInformation = zip(predicted, actual).reduce(0) { $0 + $1.1 * (1 - $1.0) }
    replicates = accuracies
  }

  /// So many resamples of `count` rows.
  static func samples(_ replicates: Int, of count: Int, seed: Seed) -> [[Int]] {
    (0..<replicates).map { replicate in
      var random = SplitMix(seed.child(replicate))
      return (0..<count).map { _ in random.below(count) }
    }
  }

  /// The fixed mixture of both errors, as an accuracy.
  var point632: Double { 1 - (0.368 * resubstitution + 0.632 * leaveOneOut) }

  /// The mixture that leans to the left-out rows where the learner overfits, as an accuracy.
  var point632Plus: Double {
    let bounded = min(leaveOneOut, noInformation)
    guard bounded > resubstitution, noInformation > resubstitution else {
      return 1 - (0.368 * resubstitution + 0.632 * bounded)
    }
    let overfitting = (bounded - resubstitution) / (noInformation - resubstitution)
    let weight = 0.632 / (1 - 0.368 * overfitting)
    return 1 - ((1 - weight) * resubstitution + weight * bounded)
  }

  /// The middle of the resamples' accuracies.
  func interval(_ level: Double) -> Interval { .percentile(replicates, level: level) }
}

extension Sequence {
  /// The share of elements that `holds` is true of; NaN of nothing.
  func share(_ holds: (Element) throws -> Bool) rethrows -> Double {
    var hits = 0.0, count = 0.0
    for element in self {
      count += 1
      if try holds(element) { hits += 1 }
    }
    return hits / count
  }
}
