import Files
import Torch

/// Linear models whose weights are pulled to 0 by their absolute values: the lasso and L1 logistic regression.
///
/// Both minimise the mean loss plus penalty · Σ |weights|, not counting intercepts, which is scikit-learn's `Lasso`
/// with `alpha` = penalty, and its L1 `LogisticRegression` with `C` = 1 / (n · penalty).
///
/// - Source: Beck & Teboulle, *A fast iterative shrinkage-thresholding algorithm for linear inverse problems*, 2009;
///   momentum restarts by O'Donoghue & Candès, 2015.
public struct SparseRegression: Sendable {
  /// Weight of the absolute values.
  public var penalty: Double
  /// Most steps.
  public var iterations = 5000
  /// The largest change of a weight in a step at which it is done.
  public var tolerance = 1e-9

  public init(penalty: Double = 0.01) { self.penalty = penalty }

  /// Weights of lines from columns `x`, `[n, k]`, to columns `y`, `[n, f]`, both of mean 0: `[k, f]`.
  ///
  /// - Throws: `TensorError` that either carries.
  public func lasso(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let n = Double(x.size(0))
    let (gram, pull) = (x.transposed().matmul(x) / n, x.transposed().matmul(y) / n)
    let start = Tensor.zeros([x.size(1), y.size(1)], type: .float64)
    let bound = try gram.symmetricEigenvalues().max().value()
    return try descend(from: start, bound: bound, penalties: start + penalty) {
      gram.matmul($0) - pull
    }
  }

  /// Weights of log-odds of classes from columns `x`, `[n, k]`, of mean 0: `[k + 1, classes]`, intercepts last.
  ///
  /// - Parameter truth: Classes, int64 `[n]`.
  /// - Throws: `TensorError` that either carries.
  public func logistic(_ x: Tensor, _ truth: Tensor, classes: Int) throws -> Tensor {
    let n = Double(x.size(0)), k = x.size(1)
    let rows = Tensor.concatenate([x, .ones([x.size(0), 1], type: .float64)], along: 1)
    let columns = rows.transposed().contiguous()
    let wanted = truth.oneHot(classes).to(.float64)
    let start = Tensor.zeros([k + 1, classes], type: .float64)
    let penalties = start + Tensor(Array(repeating: penalty, count: k) + [0], shape: [k + 1, 1])
    // The curvature of the softmax is at most 1/2.
    let bound = try (columns.matmul(rows) / n).symmetricEigenvalues().max().value() / 2
    return try descend(from: start, bound: bound, penalties: penalties) {
      columns.matmul(rows.matmul($0).softmax() - wanted) / n
    }
  }

  /// Accelerated proximal descent of a function whose curvature is at most `bound`.
  private func descend(
    from start: Tensor, bound: Double, penalties: Tensor, _ gradient: (Tensor) -> Tensor
  ) throws -> Tensor {
    guard bound > 0 else { return start }
    var (place, ahead, momentum) = (start, start, 1.0)
    for _ in 0..<iterations {
      let target = ahead - gradient(ahead) / bound
      let next = target.sign() * (target.abs() - penalties / bound).clamped(atLeast: 0)
      let step = next - place
      let moved = try step.abs().max().value()
      let uphill = try ((ahead - next) * step).sum().value() > 0
      place = next
      if moved < tolerance { break }
      let following = uphill ? 1 : (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
      ahead = uphill ? place : place + step * ((momentum - 1) / following)
      momentum = following
    }
    return place
  }
}
