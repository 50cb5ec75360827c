import Evaluation
import Foundation

/// The figures of one seed of students.
struct LinearGrokkingTrial {
  let study: LinearGrokking
  let cells: [GrokkingSweep.Cell]

  func scores() throws -> Scoreboard {
    var board = Scoreboard()
    let correlation = LinearGrokking.correlation.name
    board[correlation, "closed form"] = [
      cells.correlation { log10($0.predicted.delay) } ?? .nan
    ]
    board[correlation, "own spectrum"] = [
      cells.correlation { $0.sampledDelays?.mean ?? .infinity } ?? .nan
    ]
    board[correlation, "slowest eigenvalue"] = [cells.correlation(slowest) ?? .nan]
    board[correlation, "0.95"] = [0.95]
    board[LinearGrokking.error.name, "closed form"] = [error { log10($0.predicted.delay) }]
    board[LinearGrokking.error.name, "slowest eigenvalue"] = [error(slowest)]
    let plain = cells.filter { $0.arm == Students.Arm(decay: 0, scale: 1) }
    for ratio in [0.5, 0.95] {
      let cell = plain.min { abs($0.ratio - ratio) < abs($1.ratio - ratio) }
      // A student that never generalised waited at least until it was given up.
      board[LinearGrokking.delay.name, "ratio \(ratio)"] = [
        cell?.delays?.mean ?? log10(study.horizon)
      ]
    }
    guard let near = plain.min(by: { abs($0.ratio - 0.9) < abs($1.ratio - 0.9) }) else {
      return board
    }
    board[LinearGrokking.steepness.name, "accuracy"] = [steepness(near, near.course.accuracy)]
    board[LinearGrokking.steepness.name, "log loss"] = [
      steepness(near, near.course.loss.map { log10($0) })
    ]
    for tolerance in [1, study.tolerance] {
      let name = "tolerance \(tolerance == 1 ? "1" : "\(tolerance)")"
      board[LinearGrokking.tolerances.name, name] = [near.course.delay(study, tolerance)]
    }
    return board
  }

  /// Median distance of measured log delays from those that `predicted` has, over cells where both are finite.
  private func error(_ predicted: (GrokkingSweep.Cell) -> Double) -> Double {
    cells.compactMap { cell in cell.delays.map { abs($0.mean - predicted(cell)) } }
      .filter(\.isFinite).median
  }

  private func slowest(_ cell: GrokkingSweep.Cell) -> Double {
    let edge = pow(1 - cell.ratio.squareRoot(), 2)
    return -log10(4 * (edge + cell.arm.decay))
  }

  private func steepness(_ cell: GrokkingSweep.Cell, _ curve: [Double]) -> Double {
    let times = cell.course.times
    let (fit, end) = (cell.course.grokking.fit, cell.course.grokking.generalisation)
    guard end.isFinite, fit > 0 else { return .nan }
    let (low, high) = (log(fit / 10), log(end))
    func value(_ at: Double) -> Double {
      let index = times.firstIndex { $0 > 0 && log($0) >= at } ?? times.count - 1
      return curve[index]
    }
    let points = (0...100).map { value(low + (high - low) * Double($0) / 100) }
    let whole = abs(points[100] - points[0])
    return (0...90).map { abs(points[$0 + 10] - points[$0]) }.max().map { $0 / whole } ?? .nan
  }
}

extension Students.Course {
  /// log₁₀ of the delay when the recorded losses are judged by `tolerance`, at least one step's time.
  func delay(_ study: LinearGrokking, _ tolerance: Double) -> Double {
    let goal = ToleranceAccuracy(outputs: 1, tolerance: tolerance).loss(at: study.goal)
    func reached(_ losses: [Double]) -> Double {
      losses.firstIndex { $0 <= goal }.map { times[$0] } ?? study.horizon
    }
    return log10(max(reached(loss) - reached(trainingLoss), study.students.step))
  }
}
