import Datasets
import Evaluation
import Files
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import Prediction

@Suite struct RegionTests {
  @Test func thePinballLossIsLeastAtItsQuantile() throws {
    let values = RandomStream(1).normal([2001], type: .float64)
    let sorted = try values.values(as: Double.self).sorted()
    func loss(_ at: Double) throws -> Double { try pinball(values - at, 0.2).value() }
    let least = try loss(sorted[400])
    for place in [300, 380, 420, 500, 1000] { #expect(try loss(sorted[place]) > least) }
    // By hand: 0.2 · 3 above and 0.8 · 2 below, over two numbers.
    #expect(near(try pinball(Tensor([3.0, -2.0]), 0.2).value(), (0.6 + 1.6) / 2, 1e-12))
  }

  @Test func theLossesHaveTheirDerivatives() throws {
    let random = RandomStream(2)
    let data = PairedRows(x: random.normal([6, 2]), y: random.normal([6, 2]))
    let network = ConditionalVAE(
      features: 2, responses: 2, latents: 2, hidden: [5], random.child("network"))
    let weight = network.parameters[0]
    func loss() -> Tensor { network.loss(data, weight: 0.3, RandomStream(3)) }
    let gradient = try loss().gradients(for: [weight])[0].values(as: Double.self)
    let start = weight.detached().copied()
    for place in [0, 3, 7] {
      func moved(_ by: Double) throws -> Double {
        var values = try start.values(as: Double.self)
        values[place] += by
        return try withoutGradients {
          try weight.assign(Tensor(values, shape: start.shape).to(.float32))
          let found = try loss().value()
          try weight.assign(start)
          return found
        }
      }
      let slope = (try moved(0.01) - moved(-0.01)) / 0.02
      #expect(near(gradient[place], slope, 2e-3))
    }
  }

  @Test func halfSpacesOfANormalMeetInADisc() throws {
    // Quantiles of the standard normal along any direction are −1.645: a network that knows it is a constant.
    let random = RandomStream(4)
    let data = PairedRows(x: random.normal([4000, 1]), y: random.normal([4000, 2]))
    let grid = try Grid(around: data.y, count: 2500, margin: 0.1)
    var settings = RegionSettings()
    settings.training.steps = 400
    let splits = RegionSplits(
      train: data.rows(0..<2500), validation: data.rows(2500..<3000),
      calibration: data.rows(3000..<3100), test: data.rows(3100..<3200))
    let regions = try settings.raw(splits, grid, Seed(1))
    let points = try regions.points(at: data.x.sliced(0, 0, 1)).points
    let lengths = try points.norm(over: 1).values(as: Double.self)
    #expect(abs((lengths.max() ?? 0) - 1.645) < 0.3)
  }

  @Test func scoresAreSignedDistances() throws {
    struct Disc: NestedRegions {
      func scores(_ places: Tensor, at x: Tensor) throws -> [Double] {
        try (places.norm(over: 1) - 1).values(as: Double.self)
      }
    }
    let random = RandomStream(5)
    let data = PairedRows(x: random.normal([99, 1]), y: random.normal([99, 2]))
    let fitted = try CalibratedRegions(Disc(), data, level: 0.9)
    let lengths = try (data.y.norm(over: 1) - 1).values(as: Double.self).sorted()
    #expect(fitted.radius == lengths[89])
    let grid = try Grid(
      around: Tensor([-3, -3, 3, 3] as [Float], shape: [2, 2]), count: 40_000, margin: 0)
    let area = try fitted.areas(data.rows(0..<1), grid)[0]
    let reach = 1 + fitted.radius
    #expect(near(area, Double.pi * reach * reach, 0.02))
    let few = try CalibratedRegions(Disc(), data.rows(0..<5), level: 0.9)
    #expect(few.radius == .infinity)
  }

  @Test func calibrationHoldsTheLevelOfAnyRegion() throws {
    // Boxes of an untrained network, on 200 sets: the mean coverage is the level, to 1 / (n + 1).
    let network = CoordinateQuantiles(
      features: 1, responses: 2, hidden: [4], RandomStream(6))
    let held = try (0..<200).map { set -> Double in
      let random = RandomStream(7).child(set)
      let data = PairedRows(x: random.normal([90, 1]), y: random.normal([90, 2]))
      let fitted = try CalibratedRegions(network, data.rows(0..<40), level: 0.8)
      return try fitted.covered(data.rows(40..<90)).calibrated.mean
    }
    #expect(abs(held.mean - 33.0 / 41) < 0.015)
  }

  private var quick: StDQR {
    var study = StDQR()
    study.steps = 30
    study.cells = 225
    study.directions = 16
    study.responses = "a,b"
    return study
  }

  private func table(_ rows: Int, asked: Int = 0) throws -> NamedArrays {
    let (x, y) = CurvedResponses(features: 1, isShifted: true).draw(rows, Seed(8))
    func hidden(_ column: Int) throws -> [Double] {
      let values = try y.selected(1, column).values(as: Double.self)
      return values.enumerated().map { $0 < rows - asked ? $1 : .nan }
    }
    return try arrays([
      ("x", x.squeezed(1).values(as: Double.self)), ("a", hidden(0)), ("b", hidden(1)),
    ])
  }

  @Test func rowsWithoutResponsesGetRegions() throws {
    let found = try quick.run(StudyRoom(table(160, asked: 3), seed: Seed(1)))
    let asked = try #require(found.tables.first { $0.title.contains("without") })
    #expect(asked.rows.count == 3 && asked.columns.count == 6)
    #expect(found.conclusion.contains("90% were asked"))
    #expect(try quick.run(StudyRoom(table(160, asked: 3), seed: Seed(1))) == found)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func message(_ arrays: NamedArrays, _ study: StDQR) -> String {
      do {
        _ = try study.run(StudyRoom(arrays, seed: Seed(1)))
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(try table(30), quick).contains("30 rows with all responses"))
    var one = quick
    one.responses = "a"
    #expect(message(try table(160), one).contains("there are 1 responses"))
    one.responses = "a,c"
    #expect(message(try table(160), one).contains("hold no c"))
    one.responses = ","
    #expect(message(try table(160), one).contains("--responses"))
    let flat = try arrays([
      ("x", (0..<80).map(Double.init)), ("a", (0..<80).map(Double.init)),
      ("b", (0..<80).map { _ in 1 }),
    ])
    #expect(message(flat, quick).contains("the response b is the same"))
    let bare = try arrays([("a", (0..<80).map(Double.init)), ("b", (0..<80).map(Double.init))])
    #expect(message(bare, quick).contains("columns with features"))
  }
}
