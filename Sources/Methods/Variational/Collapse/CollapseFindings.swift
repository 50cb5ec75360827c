import Evaluation
import Foundation

/// Predicted and measured collapse as figures, a table and charts.
struct CollapseFindings {
  let study: PosteriorCollapse
  /// Repeats of each setting.
  let cells: [[CollapseSweep.Cell]]

  private typealias Cell = CollapseSweep.Cell

  var findings: Findings {
    let all = cells.flatMap(\.self)
    var findings = Findings(conclusion)
    findings.add(
      "mean error of singular values, in units of the data's largest deviation",
      all.map { $0.error(of: $0.predicted, largest: study.strongest) }.mean)
    findings.add(
      "models with as many dimensions in use as predicted",
      Double(all.count { Cell.active($0.measured) == Cell.active($0.predicted) })
        / Double(all.count))
    findings.add("mean excess of the loss over the least", all.map(\.excess).mean, unit: "nats")
    findings.add(
      table: "Dimensions in use, of the second level where there are two",
      [
        "model", "first variance", "second variance", "weight", "noise", "correlation",
        "predicted", "measured", "error",
      ], cells.map(row))
    for (title, model) in [
      ("Plain", CollapseSweep.Model.plain), ("Conditional", .conditional),
      ("Two levels, the second", .hierarchical),
    ] {
      findings.add(
        chart: "\(title): singular values of the decoder", x: "predicted", y: "measured",
        curves(model))
    }
    return findings
  }

  private func row(_ repeats: [CollapseSweep.Cell]) -> [Findings.Cell] {
    guard let setting = repeats.first?.setting else { return [] }
    let isDeep = setting.model == .hierarchical
    return [
      .word(setting.model.rawValue), .word(setting.learnsFirst ? "learnt" : "fixed"),
      .word(!isDeep ? "" : setting.learnsSecond ? "learnt" : "fixed"), .number(setting.beta),
      .number(setting.noise),
      setting.model == .conditional ? .number(setting.correlation) : .word(""),
      .number(repeats.map { Double(Cell.active($0.predicted)) }.mean),
      .number(repeats.map { Double(Cell.active($0.measured)) }.mean),
      .number(repeats.map { $0.error(of: $0.predicted, largest: study.strongest) }.mean),
    ]
  }

  /// Measured over predicted values for each weight, in order, and the line on which they agree.
  private func curves(_ model: CollapseSweep.Model) -> [Findings.Curve] {
    let mine = cells.flatMap(\.self).filter { $0.setting.model == model }
    let most = mine.flatMap(\.predicted).max() ?? 1
    let measured = study.betas.map { beta in
      let points = mine.filter { $0.setting.beta == beta }
        .flatMap { Array(zip($0.predicted, $0.measured)) }.sorted { $0.0 < $1.0 }
      return Findings.Curve("weight \(beta)", x: points.map(\.0), y: points.map(\.1))
    }
    return [Findings.Curve("closed form", x: [0, most], y: [0, most])] + measured
  }

  private var conclusion: String {
    func active(_ keep: (CollapseSweep.Setting) -> Bool) -> Double? {
      let counts = cells.flatMap(\.self).filter { keep($0.setting) }
        .map { Double(Cell.active($0.measured)) }
      return counts.isEmpty ? nil : counts.mean
    }
    func text(_ value: Double) -> String { String(format: "%.1f", value) }
    var sentences: [String] = []
    if let least = study.correlations.min(), let most = study.correlations.max(), least < most,
      let free = active({ $0.model == .conditional && $0.correlation == least }),
      let bound = active({ $0.model == .conditional && $0.correlation == most })
    {
      sentences.append(
        "With a condition that correlates \(most) instead of \(least) with the data, "
          + "\(text(bound)) instead of \(text(free)) dimensions are in use on average.")
    }
    let deep = { (setting: CollapseSweep.Setting) in
      setting.model == .hierarchical && !setting.learnsFirst
    }
    if let fixed = active({ deep($0) && !$0.learnsSecond }),
      let learnt = active({ deep($0) && $0.learnsSecond })
    {
      sentences.append(
        "Of two levels the second uses \(text(learnt)) dimensions where its encoder's variance is learnt, and "
          + "\(text(fixed)) where it is fixed at \(text(study.deviation * study.deviation * 100))% of the prior's."
      )
    }
    return sentences.joined(separator: " ")
  }
}
