import Evaluation
import Foundation
import Torch

/// What learning curves of linear heads say of a number of labels.
struct ProbeAdvice {
  let curves: ProbeCurves
  /// Labels that there will be; the largest size where 0.
  let budget: Int
  let seed: Seed

  /// The place of the size nearest to the budget, by ratio.
  private var place: Int {
    guard budget > 0 else { return curves.sizes.count - 1 }
    func distance(_ place: Int) -> Double { abs(log(Double(curves.sizes[place]) / Double(budget))) }
    return curves.sizes.indices.min { distance($0) < distance($1) } ?? 0
  }

  func findings() throws -> Findings {
    var findings = Findings(try conclusion())
    for head in [ProbeHead.shared, .own] {
      let interval = curves.crossoverInterval(head, seed: seed)
      let crossing = curves.crossover(head)
      // JSON has no infinity; the words below say what these mean.
      if crossing.isFinite, crossing > 0, interval.high.isFinite {
        findings.add(
          "labels from which logistic regression beats \(head.rawValue)",
          Estimate(value: crossing, interval: interval), unit: "labels")
      }
    }
    findings.add(
      table: "Share of test examples in error, with 95% intervals over splits",
      ["labels"] + ProbeHead.allCases.flatMap { [$0.rawValue, "low", "high"] },
      try curves.sizes.indices.map { place in
        try [.number(Double(curves.sizes[place]))]
          + ProbeHead.allCases.flatMap { try cells(curves.errors[$0]?[place] ?? []) }
      })
    findings.add(
      table: "Error above that of logistic regression, paired by split",
      ["labels"] + [ProbeHead.shared, .own].flatMap { [$0.rawValue, "low", "high"] },
      try curves.sizes.indices.map { place in
        try [.number(Double(curves.sizes[place]))]
          + [ProbeHead.shared, .own].flatMap { try cells(curves.excess($0)[place]) }
      })
    findings.add(
      chart: "Learning curves", x: "log₁₀ labels", y: "share in error",
      try ProbeHead.allCases.map(curve))
    return findings
  }

  private func cells(_ values: [Double]) throws -> [Findings.Cell] {
    let estimate = try Estimate.mean(of: values)
    return [
      .number(estimate.value), .number(estimate.interval.low), .number(estimate.interval.high),
    ]
  }

  private func curve(_ head: ProbeHead) throws -> Findings.Curve {
    let estimates = try (curves.errors[head] ?? []).map { try Estimate.mean(of: $0) }
    return Findings.Curve(
      head.rawValue, x: curves.sizes.map { log10(Double($0)) }, y: estimates.map(\.value),
      low: estimates.map(\.interval.low), high: estimates.map(\.interval.high))
  }

  private func conclusion() throws -> String {
    let means = ProbeHead.allCases.map { ($0, curves.errors[$0]?[place].mean ?? .nan) }
      .sorted { $0.1 < $1.1 }
    let bayes: ProbeHead = means.first { $0.0 != .logistic }?.0 ?? .shared
    let size = curves.sizes[place]
    let excess = try Estimate.mean(of: curves.excess(bayes)[place])
    func percent(_ value: Double) -> String { String(format: "%.1f%%", 100 * value) }
    let sure = !excess.interval.contains(0)
    let (best, error) = (means[0].0.rawValue, percent(means[0].1))
    let verdict =
      sure
      ? "With \(size) labels take \(best), which errs on \(error) of new examples; the other kind errs on "
        + "\(percent(abs(excess.value))) more, on other splits of these examples too."
      : "With \(size) labels either kind serves: \(best) errs least, on \(error), but the difference of "
        + "\(percent(abs(excess.value))) may be chance."
    return verdict + " " + regimes(bayes) + beyond()
  }

  private func regimes(_ bayes: ProbeHead) -> String {
    let crossing = curves.crossover(bayes)
    if crossing == 0 { return "Logistic regression is ahead at every size that was tried." }
    if crossing == .infinity {
      return "Up to \(curves.sizes.last ?? 0) labels it does not overtake naive Bayes."
    }
    return
      "Naive Bayes (\(bayes == .own ? "own" : "shared") variances) is ahead with fewer than about "
      + "\(Int(crossing.rounded())) labels, logistic regression with more."
  }

  private func beyond() -> String {
    guard let last = curves.sizes.last, budget > 2 * last else { return "" }
    return " The curves end at \(last) labels; what holds at \(budget) is not known."
  }
}
