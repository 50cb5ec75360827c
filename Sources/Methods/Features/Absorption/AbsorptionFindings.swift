import Evaluation
import Foundation
import Sparse

/// What a grid of dictionaries found in a world and in its control.
struct AbsorptionFindings {
  struct Part {
    let name: String
    let world: ProbedConcepts
    let rows: [AbsorptionGrid.Row]
  }

  let parts: [Part]

  var findings: Findings {
    let texts = parts.map { part in
      let rates = part.rows.map(\.summary.rate)
      return "\(part.name): "
        + String(
          format: "from %.3f to %.3f of what probes find is absorbed", rates.min() ?? .nan,
          rates.max() ?? .nan)
        + String(
          format: ", units find %.2f of a concept at best and probes %.2f",
          part.rows.map(\.summary.recall).max() ?? .nan,
          part.rows.first?.summary.probeRecall ?? .nan)
    }
    var findings = Findings(texts.joined(separator: "; ") + ".")
    findings.add(
      table: "Absorption by dictionary",
      [
        "activations", "units", "kept", "active", "error", "absorbed", "absorbed in part",
        "recall of units", "recall of probes", "units of a concept",
      ],
      parts.flatMap { part in part.rows.map { cells(part.name, $0) } })
    if let part = parts.first, let row = part.rows.max(by: { $0.summary.rate < $1.summary.rate }) {
      findings.add(
        table: "What is absorbed most, with \(row.latents) units, \(rule(row))",
        ["row", "concept", "unit", "share of the direction"],
        row.summary.scores.flatMap(\.cases).sorted { $0.share > $1.share }.prefix(50).map {
          found -> [Findings.Cell] in
          [
            .word(part.world.names.rows[found.row]),
            .word(part.world.names.concepts[found.concept]), .number(Double(found.unit)),
            .number(found.share),
          ]
        })
    }
    return findings
  }

  private func cells(_ name: String, _ row: AbsorptionGrid.Row) -> [Findings.Cell] {
    let numbers = [
      row.scores.active, row.scores.error, row.summary.rate, row.summary.partial,
      row.summary.recall, row.summary.probeRecall, row.summary.units,
    ]
    return [.word(name), .number(Double(row.latents)), .word(rule(row))]
      + numbers.map { Findings.Cell.number($0) }
  }

  private func rule(_ row: AbsorptionGrid.Row) -> String {
    switch row.rule {
    case .largest(let count): "the \(count) largest"
    case .penalty(let weight): "L1 of \(weight)"
    }
  }
}
