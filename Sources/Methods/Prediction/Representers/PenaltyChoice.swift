import Datasets
import Foundation
import Torch

extension SparseLogistic {
  /// The model whose penalty predicts rows that are left out best, of the largest that matters halved up to eight
  /// times; three parts of the rows are left out in turn.
  ///
  /// - Parameter classes: ±1 for each row.
  static func chosen(
    _ x: DesignColumns, _ classes: [Double], _ seed: Seed,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) -> Self {
    let largest = max(largestPenalty(x, classes), 1e-9)
    let penalties = (1...8).map { largest / pow(2, Double($0)) }
    let order = shuffled(x.count, seed)
    var losses = penalties.map { _ in 0.0 }
    for fold in 0..<3 {
      let left = stride(from: fold, to: order.count, by: 3).map { order[$0] }
      var weights: [Double]?
      for (place, penalty) in penalties.enumerated() {
        let fitted = Self(penalty: penalty, tolerance: 1e-5, shouldStop: shouldStop).fit(
          x, classes, without: left, from: weights)
        let margins = x.product(fitted)
        losses[place] += left.reduce(0) { $0 + log1p(exp(-classes[$1] * margins[$1])) }
        weights = fitted
      }
    }
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    return Self(penalty: penalties[best], shouldStop: shouldStop)
  }
}

extension RatingFactors {
  /// The model whose penalty predicts a tenth of the ratings that is left out best, of an eighth of the scale of noise
  /// up to twice it.
  static func chosen(
    _ table: RatingTable, rank: Int, _ seed: Seed,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) -> Self {
    let order = shuffled(table.count, seed.child("order"))
    let left = Array(order.prefix(max(1, table.count / 10)))
    var best = (error: Double.infinity, penalty: table.noise)
    for share in [0.125, 0.25, 0.5, 1, 2] {
      var model = Self(rank: rank, penalty: share * table.noise)
      (model.tolerance, model.shouldStop) = (1e-4, shouldStop)
      let fit = model.fit(table, without: left, from: model.start(table, seed.child("start")))
      let error = left.reduce(0) { sum, place in
        let gap = table.values[place] - fit(table.people[place], table.items[place])
        return sum + gap * gap
      }
      if error < best.error { best = (error, model.penalty) }
    }
    return Self(rank: rank, penalty: best.penalty, shouldStop: shouldStop)
  }
}
