import Evaluation
import Foundation

/// Risks with and without pretraining as figures, a table and charts.
struct PretrainingFindings {
  let grid: PretrainingGrid
  let level: Double

  private var cells: [(i: Int, j: Int)] {
    grid.unlabelled.indices.flatMap { i in grid.labelled.indices.map { (i, $0) } }
  }

  private var rivals: [String] { type(of: grid.world).rivals }

  /// - Throws: `UserError` where there are too few worlds for an interval.
  var findings: Findings {
    get throws {
      let wins = cells.filter {
        grid.pretrained($0.i, $0.j).mean < grid.alone($0.j)
      }
      let misses = cells.map {
        abs(decades(grid.pretrained($0.i, $0.j).mean) - decades(grid.predicted($0.i, $0.j)))
      }
      var text =
        "Pretraining wins in \(wins.count) of \(cells.count) pairs of sizes; measured risks are within a factor of "
        + String(format: "%.2f of the predicted ones.", pow(10, misses.max() ?? 0))
      for (i, m) in grid.unlabelled.enumerated() {
        let lost = grid.labelled.indices.first {
          grid.pretrained(i, $0).mean >= grid.alone($0)
        }
        guard let lost else { continue }
        text +=
          " With \(m) unlabelled examples it no longer pays from \(grid.labelled[lost]) labels on."
      }
      var findings = Findings(text)
      findings.add(
        "share of sizes where pretraining wins", Double(wins.count) / Double(cells.count))
      findings.add("mean distance from the prediction", misses.mean, unit: "powers of ten")
      try addTable(&findings)
      for (i, m) in grid.unlabelled.enumerated() { try addChart(i, m, &findings) }
      return findings
    }
  }

  private func addTable(_ findings: inout Findings) throws {
    findings.add(
      table: "Excess risk by numbers of examples",
      ["unlabelled", "labelled", "pretrained", "low", "high", "predicted"]
        + rivals.map { "\($0), labels alone" },
      try cells.map { i, j in
        let measured = try Estimate.mean(of: grid.pretrained(i, j), level: level)
        let numbers =
          [
            measured.value, measured.interval.low, measured.interval.high,
            grid.predicted(i, j),
          ] + rivals.indices.map { grid.alone($0, j).mean }
        return [.word("\(grid.unlabelled[i])"), .word("\(grid.labelled[j])")]
          + numbers.map { .number($0) }
      })
  }

  private func addChart(_ i: Int, _ m: Int, _ findings: inout Findings) throws {
    let x = grid.labelled.map { log10(Double($0)) }
    let estimates = try grid.labelled.indices.map {
      try Estimate.mean(of: grid.pretrained(i, $0), level: level)
    }
    // A band that reaches below 0 has no logarithm; it ends a hundredth below the mean.
    let low = estimates.map { decades(max($0.interval.low, $0.value / 100)) }
    findings.add(
      chart: "Excess risk with \(m) unlabelled examples", x: "labelled examples (log10)",
      y: "excess risk (log10)",
      [
        .init(
          "pretrained", x: x, y: estimates.map { decades($0.value) }, low: low,
          high: estimates.map { decades($0.interval.high) }),
        .init(
          "pretrained, predicted", x: x,
          y: grid.labelled.indices.map { decades(grid.predicted(i, $0)) }),
      ]
        + rivals.enumerated().map { place, name in
          .init(
            "\(name), labels alone", x: x,
            y: grid.labelled.indices.map { decades(grid.alone(place, $0).mean) })
        })
  }

  /// Logarithm to base ten of a risk; components that are far apart without noise leave one of 0.
  private func decades(_ risk: Double) -> Double { log10(max(risk, 1e-12)) }
}
