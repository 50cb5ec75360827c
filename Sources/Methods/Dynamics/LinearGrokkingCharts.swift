import Evaluation
import Foundation

/// Pictures of predicted over measured grokking.
struct LinearGrokkingCharts {
  let study: LinearGrokking
  let cells: [GrokkingSweep.Cell]

  func add(to findings: inout Findings) throws {
    let plain = cells.filter { $0.arm == Students.Arm(decay: 0, scale: 1) }
    findings.add(
      chart: "Delay between fitting and generalising", x: "inputs for each example",
      y: "log₁₀ delay", [predictedDelays(plain), try measuredDelays(plain)])
    guard let cell = plain.last(where: { $0.delays != nil }) ?? plain.last else { return }
    let ratio = String(format: "%.2f", cell.ratio)
    findings.add(
      chart: "Loss at \(ratio) inputs an example", x: "log₁₀ time", y: "log₁₀ squared error",
      losses(cell))
    findings.add(
      chart: "Accuracy at \(ratio) inputs an example, tolerance \(study.tolerance)",
      x: "log₁₀ time", y: "share within the tolerance", accuracies(cell))
    findings.add(
      chart: "The same loss judged by other tolerances", x: "log₁₀ tolerance", y: "log₁₀ delay",
      [tolerances(cell)])
  }

  private func predictedDelays(_ plain: [GrokkingSweep.Cell]) -> Findings.Curve {
    let least = plain.first?.ratio ?? 0.1
    let most = plain.last { $0.predicted.delay.isFinite }?.ratio ?? least
    let ratios = (0...60).map { least + (most - least) * Double($0) / 60 }
    let delays = ratios.map { ratio in
      let flow = LinearFlow(
        spectrum: .marchenkoPastur(ratio: ratio), outputs: study.outputs)
      return log10(flow.grokking(study.students.accuracy, at: study.goal).delay)
    }
    return Findings.Curve("predicted", x: ratios, y: delays)
  }

  private func measuredDelays(_ plain: [GrokkingSweep.Cell]) throws -> Findings.Curve {
    var curve = Findings.Curve("measured", x: [], y: [])
    for cell in plain {
      guard let delays = cell.delays else { continue }
      curve.x.append(cell.ratio)
      curve.y.append(delays.mean)
      guard delays.count > 1 else { continue }
      let interval = try Estimate.mean(of: delays).interval
      curve.low.append(interval.low)
      curve.high.append(interval.high)
    }
    return curve
  }

  private func losses(_ cell: GrokkingSweep.Cell) -> [Findings.Curve] {
    let course = cell.course
    return [
      curve("training, predicted", course) { _, t in log10(cell.flow.loss(.training, at: t)) },
      curve("training, measured", course) { index, _ in log10(course.trainingLoss[index]) },
      curve("new examples, predicted", course) { _, t in
        log10(cell.flow.loss(.generalisation, at: t))
      },
      curve("new examples, measured", course) { index, _ in log10(course.loss[index]) },
    ]
  }

  private func accuracies(_ cell: GrokkingSweep.Cell) -> [Findings.Curve] {
    let course = cell.course
    let accuracy = study.students.accuracy
    return [
      curve("training, predicted", course) { _, t in
        accuracy.share(at: cell.flow.loss(.training, at: t))
      },
      curve("training, measured", course) { index, _ in course.trainingAccuracy[index] },
      curve("new examples, predicted", course) { _, t in
        accuracy.share(at: cell.flow.loss(.generalisation, at: t))
      },
      curve("new examples, measured", course) { index, _ in course.accuracy[index] },
    ]
  }

  private func tolerances(_ cell: GrokkingSweep.Cell) -> Findings.Curve {
    let decades = (0...24).map { -6 + Double($0) / 4 }
    let delays = decades.map { decade in
      let accuracy = ToleranceAccuracy(outputs: study.outputs, tolerance: pow(10, decade))
      return log10(max(cell.flow.grokking(accuracy, at: study.goal).delay, 1e-3))
    }
    let reached = delays.indices.filter { delays[$0].isFinite }
    return Findings.Curve(
      "predicted", x: reached.map { decades[$0] }, y: reached.map { delays[$0] })
  }

  /// A curve over the recorded times, whose logarithms leave the start out; at most 150 points.
  private func curve(
    _ name: String, _ course: Students.Course, _ value: (_ index: Int, _ t: Double) -> Double
  ) -> Findings.Curve {
    let places = Array(course.times.indices.dropFirst())
    let stride = Swift.max(1, places.count / 150)
    let kept = places.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    let points = kept.map { (log10(course.times[$0]), value($0, course.times[$0])) }
      .filter(\.1.isFinite)
    return Findings.Curve(name, x: points.map(\.0), y: points.map(\.1))
  }
}
