import Evaluation
import Foundation

/// Measured alignments beside the predicted ones.
extension NestedMatrixTensor {
  /// What one strength gave.
  struct Row {
    let model: NestedModel
    var unfolding: [ClusterScore] = []
    var iterated: [ClusterScore] = []

    init(_ model: NestedModel) { self.model = model }
  }

  /// - Throws: `UserError` where there are too few worlds for an interval.
  func findings(_ rows: [Row], _ model: NestedModel) throws -> Findings {
    let misses = rows.map {
      abs($0.unfolding.map(\.alignment).mean - $0.model.unfoldingAlignment)
    }
    let threshold = model.unfoldingThreshold
    var text =
      threshold.isFinite
      ? String(format: "The unfolding shows the clusters above a strength of %.3f.", threshold)
      : "The matrix itself does not show the clusters at this separation, and no strength of views does."
    if let worst = misses.max() {
      text += String(
        format: " Measured alignments lie within %.3f of the predicted ones.", worst)
    }
    let gains = rows.map { $0.iterated.map(\.accuracy).mean - $0.unfolding.map(\.accuracy).mean }
    if let gain = gains.max(), let place = gains.firstIndex(of: gain), gain > 0 {
      text += String(
        format: " Tensor iteration adds most at a strength of %g: %.1f points of accuracy.",
        rows[place].model.strength, 100 * gain)
    }
    var findings = Findings(text)
    if threshold.isFinite { findings.add("threshold of the unfolding", threshold) }
    if !misses.isEmpty {
      findings.add("mean distance of measured from predicted alignment", misses.mean)
      findings.add("largest distance", misses.max() ?? 0)
    }
    try addTable(rows, &findings)
    try addCharts(rows, &findings)
    return findings
  }

  private func addTable(_ rows: [Row], _ findings: inout Findings) throws {
    findings.add(
      table: "Alignment and accuracy by strength",
      [
        "strength", "predicted alignment", "unfolding", "low", "high", "predicted accuracy",
        "accuracy of unfolding", "accuracy of iteration",
      ],
      try rows.map { row in
        let measured = try Estimate.mean(of: row.unfolding.map(\.alignment), level: level)
        let predicted = row.model.unfoldingAlignment
        let numbers = [
          row.model.strength, predicted, measured.value, measured.interval.low,
          measured.interval.high, NestedModel.accuracy(predicted),
          row.unfolding.map(\.accuracy).mean, row.iterated.map(\.accuracy).mean,
        ]
        return numbers.map { .number($0) }
      })
  }

  private func addCharts(_ rows: [Row], _ findings: inout Findings) throws {
    let x = rows.map(\.model.strength)
    func measured(_ name: String, _ values: [[Double]]) throws -> Findings.Curve {
      let means = try values.map { try Estimate.mean(of: $0, level: level) }
      return .init(
        name, x: x, y: means.map(\.value), low: means.map(\.interval.low),
        high: means.map(\.interval.high))
    }
    guard let last = x.last, var model = rows.first?.model else { return }
    let fine = (1...200).map { Double($0) * last / 200 }
    func predicted(_ name: String, _ value: (NestedModel) -> Double) -> Findings.Curve {
      .init(
        name, x: fine,
        y: fine.map {
          model.strength = $0
          return value(model)
        })
    }
    findings.add(
      chart: "Squared alignment with the clusters", x: "strength", y: "alignment",
      [
        predicted("unfolding, predicted", \.unfoldingAlignment),
        try measured("unfolding, measured", rows.map { $0.unfolding.map(\.alignment) }),
        predicted("views known, predicted", \.knownViewsAlignment),
        try measured("tensor iteration, measured", rows.map { $0.iterated.map(\.alignment) }),
      ])
    findings.add(
      chart: "Share of items in the right cluster", x: "strength", y: "accuracy",
      [
        predicted("unfolding, predicted") { NestedModel.accuracy($0.unfoldingAlignment) },
        try measured("unfolding, measured", rows.map { $0.unfolding.map(\.accuracy) }),
        try measured("tensor iteration, measured", rows.map { $0.iterated.map(\.accuracy) }),
      ])
  }
}
