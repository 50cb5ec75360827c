import Evaluation
import Foundation

/// What students over scales, curvatures and ratios say.
struct LazyRichFindings {
  let study: GrokkingLazyRich
  let cells: [(arm: LazyRichSweep.Arm, runs: [LazyRichSweep.Run])]

  var findings: Findings {
    var findings = Findings(conclusion)
    let pairs = cells.compactMap { cell -> (Double, Double)? in
      guard let measured = time(cell.runs.map(\.measured.grokking.generalisation)),
        let predicted = time(cell.runs.map(\.predicted.grokking.generalisation))
      else { return nil }
      return (measured, predicted)
    }
    if !pairs.isEmpty {
      findings.add(
        "median error of the predicted time of generalising",
        pairs.map { abs(log10($0.0 / $0.1)) }.median, unit: "decades")
    }
    findings.add(
      table: "Epochs until a loss is below \(study.goal) of the target's variance",
      [
        "scale", "curvature", "examples an input", "fit", "generalise", "predicted", "lazy loss",
        "kernel alignment, fit", "generalised", "features along target",
      ], cells.map(row))
    addCharts(to: &findings)
    return findings
  }

  private func time(_ times: [Double]) -> Double? {
    times.allSatisfy(\.isFinite) ? pow(10, times.map { log10(max(1, $0)) }.mean) : nil
  }

  private func row(_ cell: (arm: LazyRichSweep.Arm, runs: [LazyRichSweep.Run])) -> [Findings.Cell] {
    func epochs(_ time: (LazyRichSweep.Run) -> Double) -> Findings.Cell {
      self.time(cell.runs.map(time)).map { .number($0.rounded()) } ?? "never"
    }
    func at(
      _ curve: (QuadraticCourse) -> [Double], _ time: (GrokkingTime) -> Double
    ) -> Findings.Cell {
      .number(
        cell.runs.map { $0.measured.value(curve($0.measured), at: time($0.measured.grokking)) }.mean
      )
    }
    return [
      .number(cell.arm.student.scale), .number(cell.arm.student.curvature),
      .number(cell.arm.ratio), epochs { $0.measured.grokking.fit },
      epochs { $0.measured.grokking.generalisation },
      epochs { $0.predicted.grokking.generalisation }, .number(cell.runs.map(\.lazyError).mean),
      at(\.kernelAlignment, \.fit), at(\.kernelAlignment, \.generalisation),
      at(\.featureAlignment, \.generalisation),
    ]
  }

  private var conclusion: String {
    let byScale = cells.filter { same($0.arm, but: \.student.scale) }
      .sorted { $0.arm.student.scale < $1.arm.student.scale }
    func gap(_ runs: [LazyRichSweep.Run]) -> Double? {
      guard let fit = time(runs.map(\.measured.grokking.fit)),
        let end = time(runs.map(\.measured.grokking.generalisation))
      else { return nil }
      return end - fit
    }
    guard let rich = byScale.first, let lazy = byScale.last, let short = gap(rich.runs) else {
      return "No network generalised within \(study.horizon) epochs."
    }
    let long =
      gap(lazy.runs).map { String(format: "%.0f epochs", $0) }
      ?? "more than \(study.horizon) epochs"
    return String(
      format:
        "At an output scale of %g the network generalises %.0f epochs after it fits, at %g %@; kernel "
        + "regression with its first features would stay at a loss of %.2f.",
      rich.arm.student.scale, short, lazy.arm.student.scale, long,
      lazy.runs.map(\.lazyError).mean)
  }

  /// Whether an arm is the middle one but for `setting`.
  private func same(
    _ arm: LazyRichSweep.Arm, but setting: WritableKeyPath<LazyRichSweep.Arm, Double>
  ) -> Bool {
    var arm = arm
    arm[keyPath: setting] = study.middle[keyPath: setting]
    return arm == study.middle
  }

  private func addCharts(to findings: inout Findings) {
    guard let cell = cells.first(where: { $0.arm == study.middle }), let run = cell.runs.first
    else { return }
    func curve(_ name: String, _ course: QuadraticCourse, _ values: [Double]) -> Findings.Curve {
      let points = zip(course.epochs, values).dropFirst().filter { $0.1 > 0 }
      return Findings.Curve(
        name, x: points.map { log10($0.0) }, y: points.map { log10($0.1) })
    }
    findings.add(
      chart: "Loss at the middle scale", x: "log₁₀ epochs", y: "log₁₀ loss over variance",
      [
        curve("training", run.measured, run.measured.trainingLoss),
        curve("new examples", run.measured, run.measured.loss),
        curve("new examples, from the moments", run.measured, run.measured.closedForm),
        curve("new examples, mean field of another sample", run.predicted, run.predicted.loss),
      ])
    findings.add(
      chart: "Alignment at the middle scale", x: "log₁₀ epochs", y: "log₁₀ alignment",
      [
        curve("kernel with target", run.measured, run.measured.kernelAlignment),
        curve("neurons with target", run.measured, run.measured.featureAlignment),
      ])
  }
}
