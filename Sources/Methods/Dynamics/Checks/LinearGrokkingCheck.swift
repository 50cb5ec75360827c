import Evaluation
import Foundation
import Learning
import Torch

extension LinearGrokking {
  /// Re-tests what Levi et al., 2024, say of grokking in linear estimators.
  static let check = Check(
    "S176",
    protocol: """
      Linear students with 400 inputs of linear teachers with variance 1, on white normal examples; full-batch \
      gradient descent with steps of 0.05 until 95% of 2,000 new examples are within the tolerance, or 6,000 units of \
      time. Plain students at 0.3, 0.5, 0.7, 0.8, 0.9 and 0.95 inputs an example and a tolerance of 0.001; at 0.8 also \
      scales of 0.1, 3 and 10 without decay, and decays of 1e-5, 1e-4 and 1e-3 at scale 1; one teacher, sample and \
      start a seed. The closed form takes the Marchenko–Pastur law and knows nothing of the seed. The slowest \
      eigenvalue's delay is 1/(4(1 − √ratio)² + 4 · decay). Steepness is the largest share of its whole change that a curve \
      makes within a tenth of the run, in log time from a tenth of the time of fit to that of \
      generalisation, of the plain student at 0.9.
      """,
    minutes: 1, seeds: 5,
    claims: [
      Claim(
        "Measured and closed-form delays correlate above 0.95 over ratios, decays and scales",
        at: "§3 and fig. 2", metric: correlation, system: "closed form", over: "0.95"),
      Claim(
        "The whole spectrum predicts the delay better than its slowest eigenvalue",
        at: "§3", metric: correlation, system: "closed form", over: "slowest eigenvalue"),
      Claim(
        "In size, too, the whole spectrum predicts the delay better than its slowest eigenvalue",
        at: "§3", metric: error, system: "closed form", over: "slowest eigenvalue", margin: 0.1),
      Claim(
        "The accuracy on new examples jumps while their loss falls smoothly",
        at: "§3, fig. 1", metric: steepness, system: "accuracy", over: "log loss", margin: 0.1),
      Claim(
        "The delay diverges as examples become as few as inputs: from 0.5 inputs an example to 0.95 it grows tenfold "
          + "or more",
        at: "§3", metric: delay, system: "ratio 0.95", over: "ratio 0.5", margin: 1),
      Claim(
        "Judged by a tolerance of 1, a thousand times as loose, the delay over the same losses is a tenth or less",
        at: "§1 and §5", metric: tolerances, system: "tolerance 1", over: "tolerance 0.001",
        margin: 1),
    ],
    trial: { lab, seed in
      var study = LinearGrokking()
      study.dimension = lab.pick(full: 400, quick: 60)
      study.horizon = lab.pick(full: 6000, quick: 1000)
      var sweep = GrokkingSweep(students: study.students, seeds: 1)
      sweep.students.tests = lab.pick(full: 2000, quick: 500)
      let cells = try sweep.cells(study.plan, seed: seed, shouldStop: lab.shouldStop)
      return try LinearGrokkingTrial(study: study, cells: cells).scores()
    })

  static let correlation = Claim.Metric("correlation of log delays", unit: "", .higher)
  static let error = Claim.Metric("median error of the delay", unit: "decades of time", .lower)
  static let steepness = Claim.Metric("steepness", unit: "share of the change", .higher)
  static let delay = Claim.Metric("delay", unit: "decades of time", .higher)
  static let tolerances = Claim.Metric(
    "delay over the same losses", unit: "decades of time", .lower)
}

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
    let plain = cells.filter { $0.arm == LinearStudents.Arm(decay: 0, scale: 1) }
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
      board[LinearGrokking.tolerances.name, name] = [try delay(near.course, tolerance)]
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

  /// log₁₀ of the delay when the recorded losses are judged by `tolerance`, at least one step's time.
  private func delay(_ course: LinearStudents.Course, _ tolerance: Double) throws -> Double {
    let goal = ToleranceAccuracy(outputs: 1, tolerance: tolerance).loss(at: study.goal)
    func reached(_ losses: [Double]) -> Double {
      losses.firstIndex { $0 <= goal }.map { course.times[$0] } ?? study.horizon
    }
    return log10(max(reached(course.loss) - reached(course.trainingLoss), study.students.step))
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
