import Evaluation
import Learning
import Torch

/// Regions of responses that grow with one number: a place is in the region of radius r where its score is at most r.
protocol NestedRegions {
  /// Scores of `places`, `[m, q]`, at one row of features, `[1, d]`; none is above 0 in the region before calibration.
  ///
  /// - Throws: `TensorError`.
  func scores(_ places: Tensor, at x: Tensor) throws -> [Double]
}

/// Nested regions with the radius that holds the asked share of new responses.
///
/// - Source: Feldman, Bates & Romano, *Calibrated multiple-output quantile regression with representation learning*,
///   JMLR 2023, algorithm 2 and theorem 1.
struct CalibratedRegions {
  let regions: any NestedRegions
  /// Infinite where there are too few rows to know it.
  let radius: Double

  /// - Throws: `TensorError`.
  init(_ regions: any NestedRegions, _ data: PairedRows, level: Double) throws {
    self.regions = regions
    let scores = try Self.scores(regions, data).sorted()
    // Less a hair, so that a product that should be whole is not rounded past itself.
    let rank = Int((level * Double(scores.count + 1) - 1e-9).rounded(.up))
    radius = rank <= scores.count ? scores[max(rank, 1) - 1] : .infinity
  }

  /// The score of each row's own response.
  ///
  /// - Throws: `TensorError`.
  static func scores(_ regions: any NestedRegions, _ data: PairedRows) throws -> [Double] {
    try (0..<data.count).map { row in
      let own = data.rows(row..<row + 1)
      return try regions.scores(own.y, at: own.x).first ?? .infinity
    }
  }

  /// 1 for each row whose response its region holds, else 0; and the same before calibration.
  ///
  /// - Throws: `TensorError`.
  func covered(_ data: PairedRows) throws -> (calibrated: [Double], before: [Double]) {
    let scores = try Self.scores(regions, data)
    return (scores.map { $0 <= radius ? 1 : 0 }, scores.map { $0 <= 0 ? 1 : 0 })
  }

  /// Which places of the grid are in the region at one row of features, `[1, d]`.
  ///
  /// - Throws: `TensorError`.
  func members(_ grid: Grid, at x: Tensor) throws -> [Bool] {
    try regions.scores(grid.places, at: x).map { $0 <= radius }
  }

  /// Areas of the regions of each row, counted on the grid.
  ///
  /// - Throws: `TensorError`.
  func areas(_ data: PairedRows, _ grid: Grid) throws -> [Double] {
    try (0..<data.count).map { row in
      let inside = try members(grid, at: data.x.sliced(0, row, row + 1)).count { $0 }
      return grid.volume * Double(inside) / Double(grid.places.size(0))
    }
  }
}

extension CoordinateQuantiles: NestedRegions {
  /// How far a place is outside the box, along the worst response.
  func scores(_ places: Tensor, at x: Tensor) throws -> [Double] {
    try withoutGradients {
      let (low, high) = ends(x)
      return try (low - places).maximum(places - high).max(over: 1).values(as: Double.self)
    }
  }
}
