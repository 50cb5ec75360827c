import Evaluation
import Foundation
import Torch

/// Grokking times of linear students over ratios, decays and scales, predicted and measured.
struct GrokkingSweep: Sendable {
  /// One combination: what the theory says, and what students do.
  struct Cell: Sendable {
    let ratio: Double
    let arm: Students.Arm
    /// The flow in the limit of many inputs.
    let flow: LinearFlow
    let predicted: GrokkingTime
    /// The prediction from each seed's own eigenvalues.
    var sampled: [GrokkingTime] = []
    var measured: [GrokkingTime] = []
    /// The course of the first seed.
    var course = Students.Course()

    /// log₁₀ of the measured delays; nothing where a student never generalised.
    var delays: [Double]? { Self.decades(measured) }
    /// log₁₀ of the delays predicted from the seeds' eigenvalues.
    var sampledDelays: [Double]? { Self.decades(sampled) }

    private static func decades(_ times: [GrokkingTime]) -> [Double]? {
      guard !times.isEmpty, times.allSatisfy({ $0.delay.isFinite && $0.delay > 0 }) else {
        return nil
      }
      return times.map { log10($0.delay) }
    }
  }

  /// The students of each ratio, whose `samples` are overwritten.
  var students: Students
  var seeds: Int

  /// The cells of `arms` at each ratio.
  ///
  /// - Throws: as ``Students/train(_:seed:shouldStop:)``.
  func cells(
    _ plan: [(ratio: Double, arms: [Students.Arm])], seed: Seed,
    progress: (Int, Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
  ) throws -> [Cell] {
    var done = 0
    return try plan.flatMap { ratio, arms in
      var students = students
      students.samples = max(1, Int((Double(students.inputs) / ratio).rounded()))
      let exact = Double(students.inputs) / Double(students.samples)
      let limit = CovarianceSpectrum.marchenkoPastur(ratio: exact)
      var cells = arms.map { arm in
        let flow = flow(limit, arm)
        return Cell(ratio: exact, arm: arm, flow: flow, predicted: times(flow))
      }
      for index in 0..<seeds {
        let at = seed.child("students").child(index).child("\(students.samples)")
        let (courses, eigenvalues) = try students.train(arms, seed: at, shouldStop: shouldStop)
        let spectrum = CovarianceSpectrum(sampled: eigenvalues)
        for (place, course) in courses.enumerated() {
          cells[place].measured.append(course.grokking)
          cells[place].sampled.append(times(flow(spectrum, arms[place])))
          if index == 0 { cells[place].course = course }
        }
        done += 1
        progress(done, plan.count * seeds)
      }
      return cells
    }
  }

  private func flow(_ spectrum: CovarianceSpectrum, _ arm: Students.Arm) -> LinearFlow {
    LinearFlow(
      spectrum: spectrum, decay: arm.decay, scale: arm.scale, outputs: students.outputs)
  }

  private func times(_ flow: LinearFlow) -> GrokkingTime {
    flow.grokking(students.accuracy, at: students.goal)
  }
}

extension [GrokkingSweep.Cell] {
  /// Correlation over cells of log measured delay with log delay as `predicted` has it; nothing for fewer than
  /// three cells where both are finite.
  func correlation(_ predicted: (GrokkingSweep.Cell) -> Double) -> Double? {
    let pairs = compactMap { cell -> (Double, Double)? in
      let value = predicted(cell)
      guard let delays = cell.delays, value.isFinite else { return nil }
      return (value, delays.mean)
    }
    guard pairs.count >= 3 else { return nil }
    let (x, y) = (pairs.map(\.0), pairs.map(\.1))
    let products = zip(x, y).map { ($0 - x.mean) * ($1 - y.mean) }
    return products.reduce(0, +) / Double(x.count - 1) / (x.variance * y.variance).squareRoot()
  }
}
