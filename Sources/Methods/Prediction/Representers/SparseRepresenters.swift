import Foundation

/// The predictions of an L1 logistic regression as sums over the rows it was fitted to.
///
/// Where the weights w are optimal, Σᵢ αᵢ xᵢ with αᵢ = (yᵢ − pᵢ) / penalty is a subgradient of Σ |w|: the sign of each
/// weight that is not 0. Hence w = |w| · Σᵢ αᵢ xᵢ, column by column, and the log-odds of a row x are
/// Σᵢ αᵢ Σⱼ |wⱼ| xᵢⱼ xⱼ: what row i weighs in all, times how like x it is in what the model looks at.
///
/// - Source: Tsai, Zhang, Chien, Yu, Hsieh & Ravikumar, *Representer point selection for explaining regularized
///   high-dimensional models*, ICML 2023, the theorem for L1.
struct SparseRepresenters: Sendable {
  let x: DesignColumns
  /// ±1 for each row.
  let classes: [Double]
  let model: SparseLogistic
  /// The fitted weight of every column.
  let weights: [Double]
  /// The probability of +1 of each row.
  let probabilities: [Double]
  /// α: how much each row weighs in all, towards +1 where positive.
  let importances: [Double]

  /// The model fitted to the rows.
  ///
  /// - Parameter classes: ±1 for each row.
  init(
    _ x: DesignColumns, _ classes: [Double], _ model: SparseLogistic, from start: [Double]? = nil
  ) {
    self.x = x
    self.classes = classes
    self.model = model
    weights = model.fit(x, classes, from: start)
    let probabilities = x.product(weights).map { 1 / (1 + exp(-$0)) }
    self.probabilities = probabilities
    importances = zip(probabilities, classes).map { ((1 + $1) / 2 - $0) / model.penalty }
  }

  /// The log-odds of +1 of a row, with its 1.
  func logOdds(_ row: [Double]) -> Double { inner(weights, row) }

  /// How like `row` each row is: the inner product over columns, each counted as much as its weight is large.
  func likeness(to row: [Double]) -> [Double] {
    x.product(zip(weights, row).map { abs($0) * $1 })
  }

  /// What each row contributes to the log-odds of `row`; they add up to ``logOdds(_:)``.
  func contributions(to row: [Double]) -> [Double] {
    zip(importances, likeness(to: row)).map { $0 * $1 }
  }

  /// The log-odds of `row` after the first rows of `order` are left out, for each of `counts`, which ascend.
  func logOdds(_ row: [Double], without order: [Int], _ counts: [Int]) -> [Double] {
    var again = model
    // Far below what the curve shows.
    again.tolerance = 1e-5
    var start = weights
    return counts.map { count in
      start = again.fit(x, classes, without: Array(order.prefix(count)), from: start)
      return inner(start, row)
    }
  }
}

extension [Double] {
  /// The places of the largest numbers first, or of the smallest; the earlier of equals first.
  func order(largestFirst: Bool) -> [Int] {
    indices.sorted {
      (largestFirst ? -self[$0] : self[$0], $0) < (largestFirst ? -self[$1] : self[$1], $1)
    }
  }
}
