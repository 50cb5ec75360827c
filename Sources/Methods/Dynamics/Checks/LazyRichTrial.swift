import Datasets
import Evaluation
import Foundation
import Torch

/// One seed of students and their mean fields.
struct LazyRichTrial {
  private let lab: Lab
  private let seed: Seed
  private let sweep: LazyRichSweep

  init(_ lab: Lab, _ seed: Seed) {
    (self.lab, self.seed) = (lab, seed)
    sweep = LazyRichSweep(
      dimension: lab.pick(full: 40, quick: 8), neurons: lab.pick(full: 200, quick: 20), rate: 0.5,
      goal: 0.1, horizon: lab.pick(full: 30_000, quick: 300))
  }

  func scores() throws -> Scoreboard {
    // First of all, so that a missing set of images is told before minutes are spent; the quick form needs no folder
    // of data sets.
    let images = try lab.source(lab.isQuick ? ["digits"] : ["mnist"])
    var board = Scoreboard()
    var times: [(measured: Double, predicted: Double)] = []
    for (names, arm) in arms {
      lab.say("scale \(arm.student.scale), curvature \(arm.student.curvature), ratio \(arm.ratio)")
      let run = try sweep.run(arm, seed: seed, shouldStop: lab.shouldStop)
      let time = run.measured.grokking
      let (fit, end) = (limited(time.fit), limited(time.generalisation))
      for name in names {
        board[GrokkingLazyRich.gap.name, name] = [log10(max(1, end - fit))]
        board[GrokkingLazyRich.ratio.name, name] = [log10(end / fit)]
      }
      times.append((log10(end), log10(limited(run.predicted.grokking.generalisation))))
      if names.contains("scale 0.125") {
        board[GrokkingLazyRich.rest.name, "scale 0.125"] = [log10(end / fit)]
        board[GrokkingLazyRich.rest.name, "0.1"] = [0.1]
      }
      guard names.contains("scale 2") else { continue }
      let course = run.measured
      board[GrokkingLazyRich.alignment.name, "fitted"] = [
        course.value(course.kernelAlignment, at: time.fit)
      ]
      board[GrokkingLazyRich.alignment.name, "generalised"] = [
        course.value(course.kernelAlignment, at: time.generalisation)
      ]
      board[GrokkingLazyRich.ends.name, "network"] = [log10(course.loss.last ?? .nan)]
      board[GrokkingLazyRich.ends.name, "first features"] = [log10(run.lazyError)]
    }
    let (x, y) = (times.map(\.predicted), times.map(\.measured))
    let products = zip(x, y).map { ($0 - x.mean) * ($1 - y.mean) }.reduce(0, +)
    let spread = (x.variance * y.variance).squareRoot() * Double(x.count - 1)
    board[GrokkingLazyRich.correlation.name, "mean field"] = [spread > 0 ? products / spread : 0]
    board[GrokkingLazyRich.correlation.name, "0.95"] = [0.95]
    try addSums(to: &board)
    try addImages(of: images, to: &board)
    return board
  }

  private func addSums(to board: inout Scoreboard) throws {
    var sums = ModularAddition()
    sums.horizon = lab.pick(full: 5000, quick: 100)
    for scale in [0.03, 0.1] {
      let time = try sums.run(scale: scale, seed: seed.child("sums"), shouldStop: lab.shouldStop)
        .grokking
      func limited(_ time: Double) -> Double { min(max(1, time), Double(sums.horizon)) }
      board[GrokkingLazyRich.sums.name, "scale \(scale)"] = [
        log10(limited(time.generalisation) / limited(time.fit))
      ]
    }
  }

  private func addImages(of source: Source, to board: inout Scoreboard) throws {
    var students = ImageStudents()
    students.images = lab.pick(full: 1000, quick: 200)
    students.tests = lab.pick(full: 1000, quick: 100)
    students.horizon = lab.pick(full: 1000, quick: 20)
    for scale in [0.001, 0.005, 0.01] {
      lab.say("images, scale \(scale)")
      let course = try students.run(
        source, scale: scale, seed: seed.child("images"), shouldStop: lab.shouldStop)
      let time = course.grokking(at: students.goal)
      func limited(_ time: Double) -> Double { min(max(1, time), Double(students.horizon)) }
      let (fit, end) = (limited(time.fit), limited(time.generalisation))
      board[GrokkingLazyRich.imageGap.name, "scale \(scale)"] = [log10(max(1, end - fit))]
      board[GrokkingLazyRich.imageRatio.name, "scale \(scale)"] = [log10(end / fit)]
      board[GrokkingLazyRich.imageEnds.name, "scale \(scale)"] = [course.test.last ?? .nan]
    }
    board[GrokkingLazyRich.imageEnds.name, "0.8"] = [0.8]
  }

  /// A time in epochs, at least one and at most the horizon.
  private func limited(_ time: Double) -> Double { min(max(1, time), Double(sweep.horizon)) }

  /// Arms with the names that claims know them by.
  private var arms: [([String], LazyRichSweep.Arm)] {
    func arm(_ scale: Double, _ curvature: Double = 0.25, _ ratio: Double = 6) -> LazyRichSweep.Arm
    {
      LazyRichSweep.Arm(
        student: QuadraticStudent(scale: scale, curvature: curvature), ratio: ratio)
    }
    return [
      (["scale 0.125"], arm(0.125)), (["scale 0.5"], arm(0.5)),
      (["scale 2", "curvature 0.25", "ratio 6"], arm(2)), (["scale 4"], arm(4)),
      (["curvature 1"], arm(2, 1)), (["ratio 12"], arm(2, 0.25, 12)),
      (["ratio 24"], arm(2, 0.25, 24)),
    ]
  }
}
