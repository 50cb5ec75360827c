import Datasets
import Evaluation
import Files
import Testing
import Torch

@testable import Acquisition

@Suite struct IcalTests {
  @Test func dependenceAgreesWithTheCentredKernels() throws {
    let fixture = try Fixtures.read().dependence
    let classes = Tensor(fixture.classes.map(Int64.init), shape: [9, 5])
    let dependence = CrossDependence(classes: classes, of: 3)
    #expect(near(try doubles(dependence.between(Array(0..<5))), fixture.between, 1e-6))
    #expect(near(try doubles(dependence.with(averageOf: [0, 2, 2])), fixture.average, 1e-6))
  }

  @Test func informationAndBatchesAgreeWithTheAuthorsPackage() throws {
    let fixture = try Fixtures.read().information
    let information = PosteriorInformation(
      Tensor(fixture.predictions, shape: [12, 25, 3]))
    let each = try doubles(information.ofEach())
    #expect(near(fixture.single.map { each[$0] }, fixture.information, 1e-9))
    let batch = try information.jointly(
      4, among: Array(0..<25), outcomes: 100_000, RandomStream(1))
    #expect(batch == fixture.batch)
    // Drawn outcomes choose the same first, which are exact, and come near afterwards.
    let drawn = try information.jointly(
      4, among: Array(0..<25), outcomes: 3000, RandomStream(1))
    #expect(drawn.prefix(3) == fixture.batch.prefix(3))
  }

  /// Draws of two coins that decide six points between them: 0 to 3 the first, 4 and 5 the second, 6 none.
  private func coins() throws -> Tensor {
    let first = [0, 1, 0, 1, 0, 1, 0, 1], second = [0, 0, 1, 1, 0, 0, 1, 1]
    let values = (0..<8).flatMap { draw -> [Double] in
      (0..<7).flatMap { point -> [Double] in
        let side = point < 4 ? first[draw] : point < 6 ? second[draw] : 0
        return side == 0 ? [1, 0] : [0, 1]
      }
    }
    return Tensor(values, shape: [8, 7, 2])
  }

  @Test func aBatchCoversWhatThePoolDependsOn() throws {
    var study = Ical()
    study.batch = 2
    for rule in [Ical.Rule.icalPointwise, .batchbald] {
      study.rule = rule
      let chosen = try study.select(coins(), RandomStream(2))
      // One of each coin: a second point of the first says nothing new.
      #expect(chosen.filter { $0 < 4 }.count == 1, "\(rule)")
      #expect(chosen.filter { $0 == 4 || $0 == 5 }.count == 1, "\(rule)")
    }
    // The first coin decides more of the pool, which only dependence sees.
    study.rule = .icalPointwise
    study.condensed = 1000
    #expect(try study.select(coins(), RandomStream(2))[0] < 4)
  }

  @Test(arguments: Ical.Rule.allCases) func everyRuleChoosesDifferentPoints(
    _ rule: Ical.Rule
  ) throws {
    let p = (RandomStream(4).normal([6, 30, 4], type: .float64) * 2).softmax()
    let files = try arrays([("predictions", doubles(p), [6, 30, 4])])
    var study = Ical()
    study.rule = rule
    study.outcomes = 50
    let findings = try study.run(StudyRoom(files, seed: Seed(1)))
    let points = places(findings)
    #expect(points.count == 10 && Set(points).count == 10)
    #expect(try study.run(StudyRoom(files, seed: Seed(1))) == findings)
    study.batch = 100
    #expect(try study.run(StudyRoom(files, seed: Seed(1))).tables[0].rows.count == 30)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    #expect(
      throws: UserError(
        "predictions has shape [2, 2]; [draws, points, classes] with two draws and classes is needed"
      )
    ) {
      try Ical().run(
        StudyRoom(try arrays([("predictions", [1, 0, 0, 1], [2, 2])]), seed: Seed(1)))
    }
    #expect(
      throws: UserError(
        "predictions holds a number below 0; probabilities of classes are needed, not logits")
    ) {
      try Ical().run(
        StudyRoom(try arrays([("predictions", [-1, 2, 0, 1], [2, 1, 2])]), seed: Seed(1)))
    }
  }
}
