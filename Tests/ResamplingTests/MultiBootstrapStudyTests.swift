import Datasets
import Evaluation
import Files
import Testing
import Torch

@testable import Resampling

@Suite struct MultiBootstrapStudyTests {
  /// Two arms, three seeds, four items in long form; every score of `new` is 1 above that of `old`.
  private func table() throws -> NamedArrays {
    var arrays = NamedArrays()
    var rows: [(String, Double, Double, Double)] = []
    for (arm, lift) in [("new", 1.0), ("old", 0.0)] {
      for seed in 0..<3 {
        for item in 0..<4 { rows.append((arm, Double(seed), Double(item), lift + Double(item))) }
      }
    }
    let shape = [rows.count]
    try arrays.add("arm", .words(rows.map(\.0)))
    try arrays.add("seed", .numbers(rows.map(\.1), shape: shape))
    try arrays.add("item", .numbers(rows.map(\.2), shape: shape))
    try arrays.add("score", .numbers(rows.map(\.3), shape: shape))
    return arrays
  }

  @Test func aConstantLiftIsFoundFromATableInLongForm() throws {
    var study = MultiBootstrapStudy()
    study.replicates = 200
    study.against = "old"
    let findings = try study.run(StudyRoom(try table(), seed: Seed(1)))
    let figure = try #require(findings.figures.first)
    #expect(figure.name == "new − old")
    #expect(abs(figure.value - 1) < 1e-12)
    #expect(figure.interval.map { abs($0.low - 1) < 1e-12 && abs($0.high - 1) < 1e-12 } == true)
  }

  @Test func matricesOfTheirOwnServeAsWell() throws {
    var arrays = NamedArrays()
    try arrays.add("system", .numbers([1, 2, 3, 4], shape: [2, 2]))
    try arrays.add("baseline", .numbers([0, 1, 2, 3], shape: [2, 2]))
    let findings = try MultiBootstrapStudy().run(StudyRoom(arrays, seed: Seed(1)))
    #expect(abs((findings.figures.first?.value ?? 0) - 1) < 1e-12)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    var study = MultiBootstrapStudy()
    study.against = "oldest"
    #expect(throws: UserError.self) { try study.run(StudyRoom(try table(), seed: Seed(1))) }
    #expect(throws: UserError("the files hold no baseline; they hold system")) {
      var arrays = NamedArrays()
      try arrays.add("system", .numbers([1, 2], shape: [1, 2]))
      _ = try MultiBootstrapStudy().run(StudyRoom(arrays, seed: Seed(1)))
    }
  }
}
