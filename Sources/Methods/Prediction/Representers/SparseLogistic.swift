import Foundation

/// Logistic regression of two classes whose weights are pulled to 0 by their absolute values.
///
/// Minimises Σ log(1 + exp(−y xᵀw)) + penalty · Σ |w| over rows with classes y of ±1, to a precision at which sums
/// over rows explain it. `SparseRegression` of the evaluations has no start to go on from, without which thousands of
/// fits to nearly the same rows take too long.
///
/// - Source: Friedman, Hastie & Tibshirani, *Regularization paths for generalized linear models via coordinate
///   descent*, 2010; the line search of Yuan, Ho & Lin, *An improved GLMNET for L1-regularized logistic
///   regression*, 2012.
struct SparseLogistic: Sendable {
  /// Weight of the absolute values against the sum of the losses; above 0.
  var penalty: Double
  /// How far from optimal any weight's slope may be, as a share of the penalty.
  var tolerance = 1e-9
  /// Most quadratic approximations.
  var iterations = 200
  /// Asked before each of them whether to leave it at that.
  var shouldStop: @Sendable () -> Bool = { false }

  /// The weight of every column, fitted to the rows that are not `left` out, from `start` on.
  ///
  /// - Parameter classes: ±1 for each row.
  func fit(
    _ x: DesignColumns, _ classes: [Double], without left: [Int] = [], from start: [Double]? = nil
  ) -> [Double] {
    var descent = CoordinateDescent(x, classes, left, start)
    for _ in 0..<iterations where !shouldStop() {
      let gap = descent.approximate(penalty)
      if gap <= tolerance * penalty { break }
      descent.solve(penalty, until: max(0.01 * gap, 0.1 * tolerance * penalty))
      if !descent.move(penalty) { break }
    }
    return descent.weights
  }

  /// The least penalty at which every weight is 0.
  static func largestPenalty(_ x: DesignColumns, _ classes: [Double]) -> Double {
    let n = x.count
    return (0..<x.width).map { column in
      abs((0..<n).reduce(0) { $0 + classes[$1] * x.values[column * n + $1] }) / 2
    }.max() ?? 0
  }
}
