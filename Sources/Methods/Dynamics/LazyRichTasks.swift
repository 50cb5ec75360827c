import Datasets
import Evaluation
import Foundation
import Torch

extension GrokkingLazyRich {
  /// Adds what networks of sums go through.
  func addSums(to findings: inout Findings, _ room: StudyRoom) throws {
    var sums = ModularAddition()
    sums.modulus = modulus
    let rows = try modularScales.map { scale -> [Findings.Cell] in
      let courses = try (0..<repeats).map {
        try sums.run(
          scale: scale, seed: room.seed.child("sums").child($0), shouldStop: room.shouldStop)
      }
      return row(scale, courses.map(\.grokking), courses.map(\.accuracy))
    }
    findings.add(
      table:
        "Sums modulo \(modulus): median epochs until \(sums.goal) are right, of \(sums.horizon)",
      ["scale", "fit", "generalise", "new sums right at the end"], rows)
  }

  /// Adds what networks of the images of `source` go through.
  ///
  /// - Throws: as ``ImageStudents/run(_:scale:seed:shouldStop:)``.
  func addImages(of source: Source, to findings: inout Findings, _ room: StudyRoom) throws {
    var students = ImageStudents()
    (students.images, students.horizon) = (images, epochs)
    var curves: [Findings.Curve] = []
    let rows = try imageScales.map { scale -> [Findings.Cell] in
      let courses = try (0..<repeats).map {
        try students.run(
          source, scale: scale, seed: room.seed.child("images").child($0),
          shouldStop: room.shouldStop)
      }
      for (name, side) in [("known", \AccuracyCourse.training), ("new", \.test)] {
        curves.append(
          Findings.Curve(
            "\(name), scale \(scale)", x: courses[0].epochs.map { log10($0 + 1) },
            y: courses[0][keyPath: side]))
      }
      return row(
        scale, courses.map { $0.grokking(at: students.goal) }, courses.map { $0.test.last ?? .nan })
    }
    findings.add(
      table:
        "Images of \(source.name): median epochs until \(students.goal) are right, of \(epochs)",
      ["scale", "fit", "generalise", "new images right at the end"], rows)
    findings.add(chart: "Images", x: "log₁₀ (epochs + 1)", y: "accuracy", curves)
  }

  private func row(
    _ scale: Double, _ times: [GrokkingTime], _ accuracies: [Double]
  ) -> [Findings.Cell] {
    func epochs(_ time: (GrokkingTime) -> Double) -> Findings.Cell {
      let median = times.map(time).median
      return median.isFinite ? .number(median) : "never"
    }
    return [
      .number(scale), epochs(\.fit), epochs(\.generalisation), .number(accuracies.mean),
    ]
  }
}
