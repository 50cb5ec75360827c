import Evaluation
import Files

extension Tarp {
  func findings(
    _ inputs: PosteriorFiles, _ curves: [(name: String, curve: CoverageCurve)], _ room: StudyRoom
  ) throws -> Findings {
    var findings = Findings("")
    var lines = [Findings.Curve("right", x: [0, 1], y: [0, 1])]
    var sentences: [String] = []
    for (name, curve) in curves {
      let seed = room.seed.child(name)
      let area = curve.area(level, replicates: replicates, seed: seed)
      let p = try curve.test.p()
      findings.add("area to the diagonal, \(name)", area)
      findings.add("Kolmogorov distance, \(name)", curve.test.distance)
      findings.add("p, \(name)", p)
      lines.append(
        curve.curve(name, points: points, level: level, replicates: replicates, seed: seed))
      sentences.append(sentence(name, p, area))
    }
    findings.add("simulations", Double(inputs.count))
    findings.add("draws of each posterior", Double(inputs.posterior.samples.size(1)))
    findings.add(
      chart: "Expected coverage", x: "credibility", y: "share of truths within", lines)
    try addRanks(inputs, room, &findings)
    room.progress(2, 2)
    let needsMore =
      inputs.observations == nil && inputs.references == nil
      ? [
        "Points that do not depend on the observations cannot tell a posterior from the prior: give "
          + "observations for that."
      ] : []
    findings.conclusion = (sentences + needsMore).joined(separator: " ")
    return findings
  }

  private func sentence(_ name: String, _ p: Double, _ area: Estimate) -> String {
    let start = name.prefix(1).uppercased() + name.dropFirst()
    guard p < 1 - level else {
      return "\(start): no sign that the posteriors are wrong."
    }
    let how =
      area.interval.high < 0
      ? "the truth is too often far out, so they are too narrow or displaced"
      : area.interval.low > 0
        ? "the truth is too seldom far out, so they are too wide" : "they are skewed or displaced"
    return "\(start): the posteriors are wrong; \(how)."
  }

  /// Ranks of the truth in each dimension, which say where a fault lies.
  private func addRanks(
    _ inputs: PosteriorFiles, _ room: StudyRoom, _ findings: inout Findings
  ) throws {
    let ranks = try inputs.posterior.ranks(seed: room.seed.child("ranks"))
    let p = try ranks.map { try UniformityTest($0).p() }
    let adjusted = try Multiplicity.holm.adjusted(p)
    findings.add(
      table: "Ranks of the truth by dimension (one half is right)",
      ["dimension", "mean rank", "p", "p corrected (Holm)"],
      ranks.indices.prefix(100).map { at in
        [
          .number(Double(at + 1)), .number(ranks[at].mean), .number(p[at]), .number(adjusted[at]),
        ]
      })
  }
}
