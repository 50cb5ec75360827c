import Evaluation
import Foundation
import Torch

/// One seed of students with a hidden layer.
struct TanhStudentsTrial {
  private let lab: Lab
  private let seed: Seed
  private let study: LinearGrokking

  init(_ lab: Lab, _ seed: Seed) {
    (self.lab, self.seed) = (lab, seed)
    var study = LinearGrokking()
    study.student = .tanh
    study.dimension = lab.pick(full: 100, quick: 20)
    study.neurons = lab.pick(full: 100, quick: 50)
    study.horizon = lab.pick(full: 6000, quick: 60)
    (study.ratio, study.ratios) = (0.9, [0.3, 0.5, 0.7, 0.8])
    (study.decays, study.scales) = ([0.0001], [])
    self.study = study
  }

  func run(_ board: inout Scoreboard) throws {
    var sweep = GrokkingSweep(students: study.students, seeds: 1)
    sweep.students.step = 0.1
    sweep.students.tests = lab.pick(full: 2000, quick: 300)
    let cells = try sweep.cells(
      study.plan, seed: seed,
      progress: { done, of in lab.say("tanh students, ratio \(done) of \(of)") },
      shouldStop: lab.shouldStop)
    for cell in cells {
      // A student that never generalised waited at least until it was given up.
      let delay = cell.delays?.mean ?? log10(study.horizon)
      if cell.arm.decay == 0 {
        board[LinearGrokking.tanhDelay.name, "ratio \(Self.tenths(cell.ratio))"] = [delay]
      }
      guard Self.tenths(cell.ratio) == 0.9 else { continue }
      let name = cell.arm.decay == 0 ? "no decay" : "decay 0.0001"
      board[LinearGrokking.tanhDecay.name, name] = [delay]
      guard cell.arm.decay == 0 else { continue }
      for (name, tolerance) in [("1", 1), ("0.001", study.tolerance)] {
        board[LinearGrokking.tanhTolerances.name, "tolerance \(name)"] = [
          cell.course.delay(study, tolerance)
        ]
      }
    }
    let plain = cells.filter { $0.arm.decay == 0 }
    board[LinearGrokking.tanhCorrelation.name, "closed form"] = [
      plain.correlation { log10($0.predicted.delay) } ?? 0
    ]
    board[LinearGrokking.tanhCorrelation.name, "0.9"] = [0.9]
  }

  private static func tenths(_ ratio: Double) -> Double { (ratio * 10).rounded() / 10 }
}
