import Evaluation
import Torch

/// What a linear classifier reads from the vectors of single pixels or patches.
struct DenseProbe {
  private let model: LogisticRegression.Model
  private let mean: Tensor
  private let deviation: Tensor

  /// The probe of places with vectors `[m, k]`, each number scaled to deviation 1, and classes from 0.
  ///
  /// - Throws: as `LogisticRegression`.
  init(_ vectors: Tensor, _ labels: [Int], classes: Int) throws {
    let wide = vectors.to(.float64)
    mean = wide.mean(over: 0, keep: true)
    deviation = wide.standardDeviation(over: 0, keep: true).clamped(atLeast: 1e-12)
    model = try LogisticRegression().fit((wide - mean) / deviation, labels, classes: classes)
  }

  /// The likeliest class of each place, `[m, k]` to m places.
  ///
  /// - Throws: `TensorError`.
  func classes(_ vectors: Tensor) throws -> [Int] {
    try model.classes((vectors.to(.float64) - mean) / deviation)
  }
}

/// How well found classes of pixels or patches cover the true ones.
enum ClassOverlap {
  /// Places of a class in both lists over those in either, of each class that is in one of them.
  static func ofEachClass(found: [Int], truth: [Int], classes: Int) -> [Double] {
    precondition(found.count == truth.count, "\(found.count) found and \(truth.count) true places")
    var both = [Int](repeating: 0, count: classes), either = both
    for (found, wanted) in zip(found, truth) {
      either[found] += 1
      if found == wanted { both[found] += 1 } else { either[wanted] += 1 }
    }
    return zip(both, either).compactMap { $1 > 0 ? Double($0) / Double($1) : nil }
  }
}
