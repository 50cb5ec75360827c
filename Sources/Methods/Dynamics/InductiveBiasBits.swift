import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How many bits of inductive bias a task needs: how rare hypotheses that generalise are among those that fit.
///
/// - Source: Boopathy et al., *Towards Exact Computation of Inductive Bias*, IJCAI 2024, arXiv:2406.15941, §3.
/// - Departs: linear functions of white inputs, whose bits have a closed form to hold the estimate against.
public struct InductiveBiasBits: Study {
  public static let card = Card(
    id: "inductive-bias-bits", title: "Bits of inductive bias",
    source:
      "Boopathy et al., Towards Exact Computation of Inductive Bias, IJCAI 2024, arXiv:2406.15941",
    system: "S419",
    summary:
      "Random hypotheses that fit the examples are sampled, the tail of their test errors is fitted, and minus the "
      + "log of the share that generalises is what a learner must bring along.")
  public static let inputs: [StudyInput] = []

  /// Dimensions of the task, each with worlds of its own.
  public var dimensions = [12, 16, 24, 32, 48]
  /// Training examples; fewer than any dimension.
  public var examples = 8
  /// Mean squared error that counts as generalising; the truth has variance 1.
  public var target = 0.2
  /// Random hypotheses for each estimate.
  public var hypotheses = 2000
  /// Numbers of hypotheses between which convergence is shown, at the last dimension.
  public var counts = [50, 200, 1000, 5000]
  /// Truths with examples of their own.
  public var repeats = 5

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let total = (dimensions.count + counts.count) * repeats
    var done = 0
    func trials(_ d: Int, _ count: Int) throws -> [BitsTrial] {
      try (0..<repeats).map { index in
        try require(!room.shouldStop(), "stopped")
        let trial = try BitsTrial(
          LinearHypotheses(
            inputs: d, examples: examples,
            RandomStream(room.seed.child("world").child(d).child(index))),
          hypotheses: count, target: target,
          RandomStream(room.seed.child("hypotheses").child(count).child(index)))
        done += 1
        room.progress(done, total)
        return trial
      }
    }
    let byDimension = try dimensions.map { try trials($0, hypotheses) }
    let last = dimensions.last ?? 0
    let byCount = try counts.map { try trials(last, $0) }
    return try findings(byDimension, byCount)
  }

  private func findings(
    _ byDimension: [[BitsTrial]], _ byCount: [[BitsTrial]]
  ) throws -> Findings {
    let all = byDimension.flatMap { $0 }
    let means = byDimension.map { $0.map(\.exact).mean }
    let (first, last) = (means.first ?? 0, means.last ?? 0)
    let errors = all.map(\.error)
    func text(_ value: Double) -> String { String(format: "%.1f", value) }
    var findings = Findings(
      "With \(examples) examples, an error of \(target) takes \(text(first)) bits of inductive bias in "
        + "\(dimensions.first ?? 0) dimensions and \(text(last)) in \(dimensions.last ?? 0); the fitted tail of "
        + "\(hypotheses) random hypotheses misses them by \(text(errors.median)) bits in the median, though it may "
        + "hold no hypothesis as good.")
    findings.add("median error of the estimate", errors.median, unit: "bits")
    findings.add("share of 95% intervals that hold the truth", all.map { $0.covers ? 1 : 0 }.mean)
    findings.add(
      table: "Bits of inductive bias, means over \(repeats) worlds",
      ["dimensions", "closed form", "estimated", "by counting", "median error"],
      zip(dimensions, byDimension).map { d, trials in
        [
          .number(Double(d)), .number(trials.map(\.exact).mean),
          .number(trials.map(\.tail.value).mean), .number(trials.map(\.counted).mean),
          .number(trials.map(\.error).median),
        ]
      })
    findings.add(
      chart: "Bits over the dimensions of the task", x: "dimensions", y: "bits",
      [
        Findings.Curve("closed form", x: dimensions.map(Double.init), y: means),
        estimated(dimensions.map(Double.init), byDimension),
        Findings.Curve(
          "counting", x: dimensions.map(Double.init),
          y: byDimension.map { $0.map(\.counted).mean }),
      ])
    findings.add(
      chart: "Error of the estimate in \(dimensions.last ?? 0) dimensions",
      x: "log₁₀ hypotheses", y: "bits",
      [
        Findings.Curve(
          "fitted tail", x: counts.map { log10(Double($0)) },
          y: byCount.map { $0.map(\.error).mean }),
        Findings.Curve(
          "counting", x: counts.map { log10(Double($0)) },
          y: byCount.map { $0.map { abs($0.counted - $0.exact) }.mean }),
      ])
    return findings
  }

  /// Mean estimates, in a band of the mean interval.
  private func estimated(_ x: [Double], _ trials: [[BitsTrial]]) -> Findings.Curve {
    Findings.Curve(
      "estimated", x: x, y: trials.map { $0.map(\.tail.value).mean },
      low: trials.map { $0.map(\.tail.interval.low).mean },
      high: trials.map { $0.map(\.tail.interval.high).mean })
  }

  private func validate() throws {
    try require(examples >= 1, "--examples \(examples): must be at least 1")
    try require(!dimensions.isEmpty, "--dimensions: must be one or more whole numbers")
    for d in dimensions {
      try require(
        d > examples && d <= 2000,
        "--dimensions \(d): must be above \(examples), the examples, which would settle it, and at most 2000"
      )
    }
    try require(target > 0, "--target \(target): must be above 0")
    for count in [hypotheses] + counts {
      try require(20...1_000_000 ~= count, "--counts \(count): must lie from 20 to a million")
    }
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
  }
}
