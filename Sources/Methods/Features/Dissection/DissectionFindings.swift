import Evaluation
import Foundation

/// What a dissection found, to be told.
struct DissectionFindings {
  let layer: DissectedLayer
  let own: UnitDissection
  /// How far axes were turned, as shares of whole rotations, the last one 1.
  let shares: [Double]
  /// For each share the dissection of each rotation.
  let turned: [[UnitDissection]]
  /// With the masks of other pictures.
  var chance: UnitDissection?
  var untrained: UnitDissection?

  /// Concepts of a kind, or of any, with a detector, over the rotations of one share.
  private func mean(_ dissections: [UnitDissection], _ kind: String? = nil) -> Double {
    dissections.map { Double($0.unique(kind)) }.mean
  }

  /// All of it, with pictures of so many detectors.
  func findings(showing count: Int) throws -> Findings {
    let whole = turned.last ?? []
    var findings = Findings(
      String(
        format:
          "%d of %d concepts have a detector among %d units; along random axes of the same space it is %.1f.",
        own.unique(), own.concepts.count, own.units.count, mean(whole)))
    findings.add("concepts with a detector", Double(own.unique()))
    findings.add("along random axes", mean(whole))
    if let untrained { findings.add("before training", Double(untrained.unique())) }
    if let chance { findings.add("with the masks of other pictures", Double(chance.unique())) }
    findings.add("units that are detectors", Double(own.detectors.count))
    findings.add("mean overlap of a unit", own.units.map(\.overlap).mean)
    if let accuracy = layer.accuracy { findings.add("accuracy of the network", accuracy) }
    findings.add(
      table: "Concepts with a detector",
      ["kind", "concepts", "units", "random axes"] + (untrained == nil ? [] : ["untrained"]),
      layer.masks.kinds.map { kind -> [Findings.Cell] in
        var row: [Findings.Cell] = [
          .word(kind), .number(Double(own.concepts.count { $0.kind == kind })),
          .number(Double(own.unique(kind))), .number(mean(whole, kind)),
        ]
        if let untrained { row.append(.number(Double(untrained.unique(kind)))) }
        return row
      })
    findings.add(
      table: "The best detectors", ["concept", "kind", "unit", "overlap"],
      own.best.prefix(40).map { unit -> [Findings.Cell] in
        [
          .word(own.concepts[unit.concept].name), .word(own.concepts[unit.concept].kind),
          .number(Double(unit.unit + 1)), .number(unit.overlap),
        ]
      })
    // At 0 the axes are the units themselves.
    let counts = ([[own]] + turned).map { $0.map { Double($0.unique()) } }
    let curve = Findings.Curve(
      "concepts with a detector", x: [0] + shares, y: counts.map(\.mean),
      low: counts.map { $0.min() ?? 0 }, high: counts.map { $0.max() ?? 0 })
    findings.add(
      chart: "Concepts with a detector as the axes turn", x: "share of a random rotation",
      y: "concepts", [curve])
    let pictures = try UnitPictures(layer: layer, dissection: own)
      .strips(Array(own.best.prefix(count)))
    if !pictures.isEmpty {
      findings.add(
        gallery: "What units detect",
        caption: "The pictures at which a unit is most active, dark where it is not.", pictures)
    }
    return findings
  }
}
