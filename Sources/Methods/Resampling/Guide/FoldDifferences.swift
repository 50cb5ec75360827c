import Evaluation
import Foundation

/// A test's statistic and its p-value.
struct TestResult: Equatable {
  var statistic: Double
  var p: Double
}

/// Differences of two learners' accuracies over trainings on resampled parts of one table.
struct FoldDifferences {
  let values: [Double]
  /// Examples judged for each example trained on, in one training.
  let testShare: Double

  /// The mean difference; the trainings share examples, so the variance is corrected for that.
  ///
  /// - Source: Nadeau & Bengio, *Inference for the generalization error*, Machine Learning, 2003;
  ///   Bouckaert & Frank, 2004, for repeated cross-validation.
  var corrected: TestResult { student(share: testShare) }

  /// The same without the correction: rejects far too often, since the trainings share examples.
  var resampled: TestResult { student(share: 0) }

  /// The mean with the corrected interval.
  func mean(_ level: Double) -> Estimate {
    let centre = values.mean
    let reach =
      studentQuantile(0.5 + level / 2, degrees: Double(values.count - 1)) * error(testShare)
    return Estimate(
      value: centre, interval: Interval(low: centre - reach, high: centre + reach, level: level))
  }

  private func error(_ share: Double) -> Double {
    ((1 / Double(values.count) + share) * values.variance).squareRoot()
  }

  private func student(share: Double) -> TestResult {
    let centre = values.mean
    guard centre != 0 else { return TestResult(statistic: 0, p: 1) }
    let t = centre / error(share)
    return TestResult(statistic: t, p: studentTwoSided(t, degrees: Double(values.count - 1)))
  }
}

/// Differences of two learners' accuracies over five halvings of a table, each half judged once.
struct FiveByTwo {
  /// The differences `[halving][half]`.
  let values: [[Double]]

  private var variances: [Double] {
    values.map { pair in
      let gap = pair[0] - pair[1]
      return gap * gap / 2
    }
  }

  /// The first difference over the spread of all, Student's t with 5 degrees.
  ///
  /// - Source: Dietterich, *Approximate statistical tests for comparing supervised classification
  ///   learning algorithms*, Neural Computation, 1998.
  var pairedT: TestResult {
    guard values[0][0] != 0 else { return TestResult(statistic: 0, p: 1) }
    let t = values[0][0] / variances.mean.squareRoot()
    return TestResult(statistic: t, p: studentTwoSided(t, degrees: 5))
  }

  /// All ten differences over their spread, nearly F with 10 and 5 degrees.
  ///
  /// - Source: Alpaydin, *Combined 5 × 2 cv F test for comparing supervised classification learning
  ///   algorithms*, Neural Computation, 1999.
  var combinedF: TestResult {
    let squares = values.joined().reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return TestResult(statistic: 0, p: 1) }
    let f = squares / (2 * variances.reduce(0, +))
    return TestResult(statistic: f, p: fisherTail(f, 10, 5))
  }

  /// The mean of the ten differences.
  var mean: Double { Array(values.joined()).mean }
}
