import GoldenFixtures
import Learning
import TestSupport
import Testing
import Torch

@testable import Prediction

/// Calibrated boxes of one response are conformalised quantile regression, which MAPIE has too.
@Suite struct ConformalTests {
  /// What MAPIE made of two straight lines; `Tests/Golden/conformal.py` wrote it.
  struct Case: Decodable {
    let level: Double, calibration: Int
    let x: [Float], y: [Float]
    let radius: Double, coverage: Double, width: Double

    static func all() throws -> [Case] { try golden("conformal") }
  }

  @Test func boxesCoverageAndWidthAreThoseOfMAPIE() throws {
    let lines = CoordinateQuantiles(features: 1, responses: 1, hidden: [], RandomStream(1))
    try withoutGradients {
      try lines.parameters[0].assign(Tensor([0.25, 0.5] as [Float], shape: [2, 1]))
      try lines.parameters[1].assign(Tensor([-0.5, 0.75] as [Float]))
    }
    for each in try Case.all() {
      let rows = each.x.count
      let data = PairedRows(
        x: Tensor(each.x, shape: [rows, 1]), y: Tensor(each.y, shape: [rows, 1]))
      let (known, new) = (data.rows(0..<each.calibration), data.rows(each.calibration..<rows))
      let fitted = try CalibratedRegions(lines, known, level: each.level)
      #expect(near(fitted.radius, each.radius, 1e-6))
      let covered = try fitted.covered(new).calibrated
      #expect(near(covered.reduce(0, +) / Double(covered.count), each.coverage, 1e-6))
      let (low, high) = lines.ends(new.x)
      #expect(near(try (high - low).mean().value() + 2 * fitted.radius, each.width, 1e-6))
    }
  }

  /// 0.55 · 20 is a hair above 11 in floating point, and eleven of nineteen scores are enough.
  @Test func theRankIsThatOfTheExactProduct() throws {
    struct Line: NestedRegions {
      func scores(_ places: Tensor, at x: Tensor) throws -> [Double] {
        try places.flattened().values(as: Double.self)
      }
    }
    let places = Tensor((1...19).map { Float($0) }, shape: [19, 1])
    let fitted = try CalibratedRegions(Line(), PairedRows(x: places, y: places), level: 0.55)
    #expect(fitted.radius == 11)
  }
}
