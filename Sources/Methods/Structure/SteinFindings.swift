import Evaluation
import Torch

/// Directions as figures, tables and a chart.
struct SteinFindings {
  let table: SteinTable
  let density: String
  let result: SteinAnalysis.Result
  let level: Double

  /// - Throws: `TensorError`.
  var findings: Findings {
    get throws {
      var findings = Findings(try conclusion)
      findings.add("directions that stand out", Double(result.significant))
      findings.add("rows", Double(table.inputs.rows))
      findings.add("inputs", Double(table.inputs.names.count))
      findings.add("responses", Double(table.responses.names.count))
      if !result.wobble.isEmpty {
        let bounds = result.wobble.quantiles([0.5 - level / 2, 0.5, 0.5 + level / 2])
        findings.add(
          "distance of resampled directions, 0 to 1",
          Estimate(
            value: bounds[1], interval: Interval(low: bounds[0], high: bounds[2], level: level)))
      }
      try addTables(&findings)
      let x = result.values.indices.map { Double($0 + 1) }
      findings.add(
        chart: "Spectrum, in units of its mean by chance", x: "direction", y: "eigenvalue",
        [
          .init("eigenvalue", x: x, y: result.values),
          .init("largest by chance", x: x, y: x.map { _ in result.limit }),
        ])
      return findings
    }
  }

  private var conclusion: String {
    get throws {
      let what = table.isSelf ? "The inputs vary together" : "The responses depend on the inputs"
      guard result.significant > 0 else {
        return "No direction stands out from chance"
          + (table.isSelf ? "." : ": no dependence of the responses on the inputs is seen.")
      }
      let noun = result.significant == 1 ? "one direction" : "\(result.significant) directions"
      let weights = try result.directions.selected(1, 0).contiguous().values(as: Double.self)
      let leaders = weights.indices.sorted { abs(weights[$0]) > abs(weights[$1]) }.prefix(3)
      let names = leaders.map { table.inputs.names[$0] }.joined(separator: ", ")
      var text =
        "\(what) along \(noun), with the score of a \(density); the first weighs \(names) most."
      if let wobble = result.wobble.isEmpty ? nil : result.wobble.median, wobble > 0.5 {
        text += " Resampled rows give quite other directions: more rows are needed."
      }
      return text
    }
  }

  private func addTables(_ findings: inout Findings) throws {
    let k = result.directions.size(1)
    let values = try result.directions.contiguous().values(as: Double.self)
    // Signs do not matter: each direction's largest weight is positive.
    let signs = (0..<k).map { column in
      let own = table.inputs.names.indices.map { values[$0 * k + column] }
      return (own.max { abs($0) < abs($1) } ?? 1) < 0 ? -1.0 : 1.0
    }
    findings.add(
      table: "Directions, for inputs in standard deviations",
      ["input"] + (1...k).map { "direction \($0)" },
      table.inputs.names.enumerated().map { row, name in
        [.word(name)] + (0..<k).map { .number(signs[$0] * values[row * k + $0]) }
      })
    findings.add(
      table: "Spectrum", ["direction", "eigenvalue", "p", "stands out"],
      result.values.indices.prefix(max(10, k + 2)).map {
        [
          .word("\($0 + 1)"), .number(result.values[$0]), .number(result.p[$0]),
          .word($0 < result.significant ? "yes" : "no"),
        ]
      })
  }
}
