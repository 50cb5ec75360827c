import Evaluation
import Files
import Torch

/// A logistic regression that reads a label from few neurons: those whose means differ the most between its classes.
///
/// - Source: Gurnee et al., *Finding neurons in a haystack*, TMLR 2023: the difference of means is one of its ways
///   to choose neurons.
/// - Departs: differences are divided by the deviation within classes, so that loud neurons are not preferred.
public enum SparseProbe {
  /// The neurons of activations `[n, d]` in the order in which they tell a label of 0 or 1.
  ///
  /// - Throws: `UserError` where only one of the labels is there, `TensorError` that `x` carries.
  public static func ranked(_ x: Tensor, _ labels: [Int]) throws -> [Int] {
    let x = x.to(.float64)
    func part(_ label: Int) -> Tensor {
      let rows = labels.indices.filter { labels[$0] == label }.map { Int64($0) }
      return x.indexSelect(0, Tensor(rows))
    }
    try require(
      labels.contains(0) && labels.contains(1),
      "all labels are of one class; a probe needs two to tell apart")
    let (no, yes) = (part(0), part(1))
    let within = no.variance(over: 0, correction: 0) + yes.variance(over: 0, correction: 0)
    // A neuron that never moves tells nothing.
    let gap =
      (yes.mean(over: 0) - no.mean(over: 0)).abs() / (within * 0.5 + 1e-12).squareRoot()
    return try gap.sorted(along: 0, descending: true).indices.places()
  }

  /// How well the label of test activations is read from `neurons` after training on others: the F1 of label 1.
  ///
  /// - Throws: `UserError` where only one of the labels is there, `TensorError` that activations carry.
  public static func score(
    train: (x: Tensor, labels: [Int]), test: (x: Tensor, labels: [Int]), neurons: [Int]
  ) throws -> Double {
    let chosen = Tensor(neurons.map { Int64($0) })
    let hits = try LinearProbe().hits(
      train: train.x.indexSelect(1, chosen), train.labels, test: test.x.indexSelect(1, chosen),
      test.labels, classes: 2)
    return f1(hits, test.labels)
  }

  /// The harmonic mean of precision and recall of label 1; 0 where nothing was found rightly.
  static func f1(_ hits: [Double], _ labels: [Int]) -> Double {
    var (right, found) = (0.0, 0.0)
    for (hit, label) in zip(hits, labels) {
      if hit == 1, label == 1 { right += 1 }
      if (hit == 1) == (label == 1) { found += 1 }
    }
    let all = found + Double(labels.count { $0 == 1 })
    return all > 0 ? 2 * right / all : 0
  }
}
