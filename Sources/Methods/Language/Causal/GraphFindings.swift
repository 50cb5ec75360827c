import Evaluation
import Foundation

extension TransformerCausalStructure {
  /// What one graph shows.
  struct Result {
    /// Share of the places with a parent whose attention is at it, by what was learned.
    var found: [Arm: Double] = [:]
    /// Share of them whose largest first gradient is at the parent.
    var pulled = 0.0
    /// The same by chance.
    var chance = 0.0
    /// Rank correlation of the first gradient with the information that places share, and with that of another order.
    var ranked = 0.0
    var shuffled = 0.0
    /// Losses: the transformer's, that of the tokens' frequencies, and that of the law itself, nats.
    var loss = 0.0
    var frequencies = 0.0
    var law = 0.0
    var graph: [Int?] = []
    var looked: [Int] = []
  }
}

extension TransformerCausalStructure.Result {
  /// The same in words, figures and a table.
  var findings: Findings {
    var findings = Findings(
      String(
        format:
          "Attention is at the parent of %.0f%% of the places that have one, and of %.0f%% where sequences have no parents.",
        100 * (found[.structured] ?? 0), 100 * (found[.independent] ?? 0)))
    findings.add("parents found by attention", found[.structured] ?? 0)
    findings.add("parents found without structure", found[.independent] ?? 0)
    findings.add("parents found by the first gradient", pulled)
    findings.add("parents found by chance", chance)
    findings.add("rank correlation of the first gradient with shared information", ranked)
    findings.add("loss", loss, unit: "nats")
    findings.add("loss of frequencies", frequencies, unit: "nats")
    findings.add("loss of the law", law, unit: "nats")
    findings.add(
      table: "Places and where they look", ["place", "parent", "looks at"],
      graph.enumerated().map { place, parent in
        [
          .number(Double(place)), parent.map { .number(Double($0)) } ?? .word("none"),
          .number(Double(looked[place])),
        ]
      })
    return findings
  }
}
