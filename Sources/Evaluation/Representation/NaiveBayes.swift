import Foundation
import Torch

/// Labelled codes for a classifier.
public struct LabelledCodes {
  /// `[n, d]`, in double precision.
  public var x: Tensor
  /// Classes as places, one for each row.
  public var labels: [Int]
  /// How many classes there are.
  public var classes: Int

  public init(x: Tensor, labels: [Int], classes: Int) {
    (self.x, self.labels, self.classes) = (x, labels, classes)
  }

  /// The examples of `rows`.
  public func rows(_ rows: [Int]) -> Self {
    let index = Tensor(rows.map(Int64.init))
    return Self(x: x.indexSelect(0, index), labels: rows.map { labels[$0] }, classes: classes)
  }

  /// 1 in the column of an example's class, `[n, classes]`.
  public var indicators: Tensor { Tensor(labels.map(Int64.init)).oneHot(classes).to(.float64) }

  /// Share of the examples whose highest score `[n, classes]` is not their class.
  ///
  /// - Throws: `TensorError`.
  public func error(_ scores: Tensor) throws -> Double {
    let chosen = try scores.argmax(over: 1).places()
    return Double(zip(chosen, labels).count { $0 != $1 }) / Double(labels.count)
  }
}

/// A classifier of independent normal features: the generative head.
///
/// - Source: Ng & Jordan, *On Discriminative vs. Generative Classifiers*, NeurIPS 2001, §2; variances and smoothing as
///   scikit-learn's `GaussianNB`.
public struct GaussianNaiveBayes {
  private let center: Tensor  // [1, d]
  private let linear: Tensor  // [classes, d]
  private let square: Tensor  // [classes or 1, d]
  private let offset: Tensor  // [1, classes]

  /// Fitted to examples; a class without any is never the likeliest.
  ///
  /// - Parameters:
  ///   - shared: Whether all classes have the same variances, the mean over the examples of the classes' own; the
  ///     classifier is linear then.
  ///   - smoothing: Share of the largest variance that is added to all.
  public init(_ data: LabelledCodes, shared: Bool, smoothing: Double = 1e-9) {
    // Squares are taken around the mean of all, so that they do not cancel.
    center = data.x.mean(over: 0, keep: true)
    let x = data.x - center
    let y = data.indicators
    let counts = y.sum(over: 0).unsqueezed(1).clamped(atLeast: 1e-9)  // [classes, 1]
    let means = y.transposed().matmul(x) / counts
    let extra = x.variance(over: 0, correction: 0).max() * smoothing
    let spread = (x - y.matmul(means)).squared()  // [n, d]
    let variance =
      extra
      + (shared
        ? spread.mean(over: 0, keep: true) : y.transposed().matmul(spread) / counts)
    square = variance.reciprocal() * -0.5
    linear = means / variance
    let priors = (counts / Double(data.labels.count)).log()  // [classes, 1]
    let norms = (variance * (2 * Double.pi)).log() + means.squared() / variance  // [classes, d]
    offset = (priors - norms.sum(over: 1, keep: true) * 0.5).transposed()
  }

  /// log p(x, class), `[n, classes]`.
  public func logJoint(_ x: Tensor) -> Tensor {
    let x = x - center
    return x.squared().matmul(square.transposed()) + x.matmul(linear.transposed()) + offset
  }
}
