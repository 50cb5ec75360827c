import Catalog
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Reporting
import Torch

/// What a comparison found, from the scores that its runs left.
struct CompareResult {
  private let folder: String
  let plan: ComparePlan
  let standings: [Standing]
  let costs: [Cost]

  /// What an arm took, the mean over its seeds, and which of them failed.
  struct Cost {
    let name: String
    let seconds: Double
    let bytes: Double
    let size: Int
    let failures: [(seed: UInt64, reason: String)]
  }

  init(_ folder: String, _ plan: ComparePlan) throws {
    (self.folder, self.plan) = (folder, plan)
    let scores = plan.arms.map { arm in
      (
        arm,
        plan.seeds.compactMap { seed in CompareScore.read(folder, arm, seed).map { (seed, $0) } }
      )
    }
    standings = try plan.measures.map { id in
      let figures = scores.map { arm, runs in
        (
          name: arm.name,
          seeds: Dictionary(
            uniqueKeysWithValues: runs.compactMap { seed, run in run.scores[id].map { (seed, $0) } }
          )
        )
      }
      return try Standing(
        .named(id), figures, seed: Seed(0), threads: ProcessInfo.processInfo.activeProcessorCount)
    }
    costs = scores.map { arm, runs in
      let whole = runs.map(\.1).filter { $0.failure == nil }
      func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
      }
      return Cost(
        name: arm.name, seconds: mean(whole.map(\.seconds)),
        bytes: mean(whole.map { Double($0.peakBytes) }), size: whole.first?.size ?? 0,
        failures: runs.compactMap { seed, run in run.failure.map { (seed, $0) } })
    }
  }

  /// The finding in a sentence: by the measure that decides.
  private var conclusion: String {
    let failed = costs.filter { !$0.failures.isEmpty }
      .map { "\($0.name) failed with \($0.failures.count) of \(plan.seeds.count) seeds." }
    let rough =
      plan.seeds.count < 3 ? ["With two seeds each the intervals are rough; three are better."] : []
    return ([standings.first?.conclusion ?? "Nothing was measured."] + failed + rough).joined(
      separator: " ")
  }

  func print(_ arguments: Arguments, _ console: Console) throws {
    let report = folder + "/report"
    try page.write(to: report, plotly: Share.file("plotly.min.js"))
    try AtomicFile.write(Data((json.pretty + "\n").utf8), to: folder + "/result.json")
    console.say("the report is \(report)/index.html")
    try console.result(json, text: text)
  }

  private var text: String {
    var parts: [String] = []
    for standing in standings {
      var table = TextTable(["method", standing.measure, "95% interval", "behind the best by", "p"])
      for row in rows(standing) { table.add(row) }
      parts.append("\(standing.title), \(standing.direction.rawValue) is better\n" + table.text())
    }
    var table = TextTable(["method", "seconds", "peak MB", "numbers", "failed"])
    for row in costRows { table.add(row) }
    parts.append("one run\n" + table.text())
    for cost in costs {
      for failure in cost.failures {
        parts.append("\(cost.name), seed \(failure.seed): \(failure.reason)")
      }
    }
    return (parts + [conclusion]).joined(separator: "\n\n")
  }

  /// Each arm, best first, with how far it is behind the best; a star where that is more than chance.
  private func rows(_ standing: Standing) -> [[String]] {
    let unit = standing.unit.isEmpty ? "" : " \(standing.unit)"
    return standing.arms.map { arm in
      let interval = arm.estimate.interval
      let pair = standing.pairs.first {
        $0.better == standing.arms.first?.name && $0.worse == arm.name
      }
      return [
        arm.name, format(value: arm.estimate.value) + unit,
        "\(format(value: interval.low)) … \(format(value: interval.high))",
        pair.map { format(value: $0.effect.estimate.value) + ($0.isReal ? " *" : "") } ?? "",
        pair.map { format(value: $0.adjusted) } ?? "",
      ]
    }
  }

  private var costRows: [[String]] {
    costs.map {
      [
        $0.name, format(value: $0.seconds), format(value: $0.bytes / 1e6), format(count: $0.size),
        $0.failures.isEmpty ? "" : "\($0.failures.count) of \(plan.seeds.count)",
      ]
    }
  }

  private var json: JSON {
    [
      ("conclusion", .string(conclusion)), ("folder", .string(folder)),
      ("source", .string(plan.source)),
      ("seeds", .array(plan.seeds.map { .int(Int(clamping: $0)) })),
      ("measures", .array(standings.map(Self.json))),
      ("front", .array(front.map { .string($0) })),
      (
        "runs",
        .array(
          costs.map { cost in
            [
              ("method", .string(cost.name)), ("seconds", .number(cost.seconds)),
              ("peakBytes", .number(cost.bytes)), ("size", .int(cost.size)),
              (
                "failures",
                .array(
                  cost.failures.map {
                    [("seed", .int(Int(clamping: $0.seed))), ("reason", .string($0.reason))].json
                  })
              ),
            ].json
          })
      ), ("report", .string(folder + "/report/index.html")),
    ].json
  }

  private static func json(_ standing: Standing) -> JSON {
    func bounds(_ interval: Interval) -> JSON {
      .array([.number(interval.low), .number(interval.high)])
    }
    return [
      ("measure", .string(standing.measure)), ("title", .string(standing.title)),
      ("unit", .string(standing.unit)), ("direction", .string(standing.direction.rawValue)),
      (
        "arms",
        .array(
          standing.arms.map {
            [
              ("method", .string($0.name)), ("value", .number($0.estimate.value)),
              ("interval", bounds($0.estimate.interval)),
              ("bySeed", .array($0.bySeed.map { .number($0) })),
            ].json
          })
      ),
      (
        "pairs",
        .array(
          standing.pairs.map {
            [
              ("better", .string($0.better)), ("worse", .string($0.worse)),
              ("effect", .number($0.effect.estimate.value)),
              ("interval", bounds($0.effect.estimate.interval)), ("p", .number($0.effect.p)),
              ("adjusted", .number($0.adjusted)), ("isReal", .bool($0.isReal)),
            ].json
          })
      ),
    ].json
  }

  private var page: Page {
    let name = (plan.source as NSString).lastPathComponent
    var page = Page("Comparison on \(name)", subtitle: conclusion)
    page.blocks.append(
      .facts([
        ("seeds", "\(plan.seeds.count) for each method"), ("budget of a run", plan.allowance),
        ("threads of a run", "\(plan.threads)"),
        ("compared for", plan.task?.rawValue ?? "represent"),
        ("data fingerprint", String(plan.fingerprint.prefix(16))),
      ]))
    if let chart = pareto {
      let best = standings.first?.direction == .lower ? "below on the left" : "above on the left"
      page.blocks.append(
        .chart(
          chart,
          caption:
            "Each point is a run, and the best are \(best). No other method is both better and faster than "
            + front.joined(separator: ", ") + "."))
    }
    for standing in standings {
      page.blocks.append(.heading(standing.title))
      let columns = ["method", standing.measure, "95% interval", "behind the best by", "p"]
      page.blocks.append(.table(Reporting.Table(columns: columns, rows: rows(standing))))
    }
    page.blocks.append(
      .paragraph(
        "A star says that the difference is more than chance: paired by seed and item, with Holm's correction "
          + "for all pairs of the measure. Intervals are for new seeds and new items."))
    page.blocks.append(.heading("What a run takes"))
    let columns = ["method", "seconds", "peak MB", "numbers", "failed"]
    page.blocks.append(.table(Reporting.Table(columns: columns, rows: costRows)))
    page.blocks.append(.code("latent compare --again \(folder)", caption: "Makes this page again."))
    return page
  }

  /// The arms than which no other is both better in the deciding measure and faster.
  private var front: [String] {
    guard let standing = standings.first else { return [] }
    let sign = standing.direction == .higher ? 1.0 : -1.0
    let places = standing.arms.map { arm in
      (arm.name, sign * arm.estimate.value, costs.first { $0.name == arm.name }?.seconds ?? .nan)
    }
    return places.filter { mine in
      !places.contains { $0.1 > mine.1 && $0.2 < mine.2 }
    }.map(\.0)
  }

  /// The deciding measure against the time of a run, a point for each run.
  private var pareto: Chart? {
    guard let standing = standings.first, !standing.arms.isEmpty else { return nil }
    var x: [Double] = [], y: [Double] = [], classes: [Int] = []
    for (number, arm) in plan.arms.enumerated() {
      for seed in plan.seeds {
        guard let score = CompareScore.read(folder, arm, seed),
          let figures = score.scores[standing.measure], !figures.isEmpty
        else { continue }
        x.append(score.seconds)
        y.append(figures.reduce(0, +) / Double(figures.count))
        classes.append(number)
      }
    }
    return Chart(
      "\(standing.title) against time", x: "seconds of training", y: standing.measure,
      .points(Points(x: x, y: y, classes: classes, names: plan.arms.map(\.name))))
  }
}
