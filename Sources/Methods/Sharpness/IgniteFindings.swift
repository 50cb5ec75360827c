import Evaluation
import Files
import Foundation
import Torch

extension Ignite {
  /// The proposals in a table, best prediction first, and what to think of them.
  func proposed(
    _ table: DesignTable, _ fitted: OfflineOptimiser.Fitted, _ found: Tensor, top: Double
  ) throws -> Findings {
    let predictions = fitted.predictions(found)
    let sign = minimise ? -1.0 : 1.0
    let expected = try (predictions.mean(over: 0) * sign).values(as: Double.self)
    let spread = try predictions.standardDeviation(over: 0, correction: 0).values(as: Double.self)
    let rows = try found.values(as: Double.self)
    let order = expected.indices.sorted { sign * expected[$0] > sign * expected[$1] }
    let seen = try sign * table.scores.max().value()
    let isEnsemble = fitted.surrogate.members > 1
    let width = table.names.count
    let best = order.first.map { expected[$0] } ?? .nan
    var findings = Findings(conclusion(best: best, seen: seen, top: top))
    findings.add("best score in the table", seen)
    findings.add("best predicted score", best)
    findings.add(
      table: "Proposals", table.names + ["predicted"] + (isEnsemble ? ["spread"] : []),
      order.map { row in
        (0..<width).map { .number(rows[row * width + $0]) } + [.number(expected[row])]
          + (isEnsemble ? [.number(spread[row])] : [])
      })
    return findings
  }

  private func conclusion(best: Double, seen: Double, top: Double) -> String {
    let trust =
      switch top {
      case 0.3...:
        "The surrogate orders the best fifth of the table without having seen it, so it can be"
          + " followed some way beyond the table"
      case 0.1..<0.3:
        "The surrogate hardly orders the best fifth of the table without having seen it: measure a"
          + " few proposals first"
      default:
        "The surrogate does not order the best fifth of the table without having seen it, so what it says"
          + " beyond the table is a guess"
      }
    return
      "The best of \(proposals) proposals is predicted to score \(brief(best)), where the table's best is "
      + "\(brief(seen)). \(trust) (rank correlation \(brief(top)))."
  }

  func validate() throws {
    try require((1...10_000) ~= proposals, "--proposals \(proposals): must be from 1 to 10000")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...10_000) ~= $0 },
      "--hidden: must be widths from 1 to 10000")
    try require((2...100) ~= members, "--members \(members): must be from 2 to 100")
    try require((1...100_000) ~= epochs, "--epochs \(epochs): must be from 1 to 100000")
    try require((1...1_000_000) ~= batch, "--batch \(batch): must be from 1 to a million")
    try require(
      (1...100_000) ~= searchSteps, "--search-steps \(searchSteps): must be from 1 to 100000")
    for (name, value) in [
      ("learning-rate", learningRate), ("search-rate", searchRate), ("radius", radius),
      ("step", step), ("threshold", threshold), ("multiplier-rate", multiplierRate),
    ] {
      try require(value > 0 && value.isFinite, "--\(name) \(value): must be above 0")
    }
    try require(0...10 ~= margin, "--margin \(margin): must lie from 0 to 10")
  }
}
