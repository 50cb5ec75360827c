import Evaluation
import Torch

/// Regions made of points: codes in which all directional half-spaces meet, decoded.
///
/// Outside, a place's score is its distance to the nearest point; inside, how far it is from what is outside, as a
/// negative number.
///
/// - Source: Feldman, Bates & Romano, 2023, §3.2 and §4.
/// - Departs: one signed score, where the authors choose from the calibration rows whether to grow or to shrink; where
///   no code is in all half-spaces the one that lies deepest stands for the region.
struct PointRegions: NestedRegions {
  private let map: ResponseMap
  private let quantiles: DirectionalQuantiles
  private let directions: Tensor  // [u, k]
  private let codes: Grid
  private let depths: Tensor  // [m, u], of each code along each direction
  private let responses: Grid
  /// Most points that a region is made of.
  private let most = 800

  /// - Parameters:
  ///   - codes: Places of the space that quantiles are taken in.
  ///   - responses: Places of the space of responses, from which what is outside is known.
  init(
    _ map: ResponseMap, _ quantiles: DirectionalQuantiles, directions: Tensor, codes: Grid,
    responses: Grid
  ) {
    self.map = map
    self.quantiles = quantiles
    self.directions = directions
    self.codes = codes
    self.responses = responses
    depths = codes.places.matmul(directions.transposed())
  }

  /// The points of the region at one row of features, `[m, q]`, and the distance within which a place is inside.
  ///
  /// - Throws: `TensorError`.
  func points(at x: Tensor) throws -> (points: Tensor, reach: Double) {
    try withoutGradients {
      let margins = (depths - quantiles(x, directions)).min(over: 1)  // [m]
      let values = try margins.values()
      var inside = values.indices.filter { values[$0] >= 0 }
      if inside.isEmpty { inside = [values.indices.max { values[$0] < values[$1] } ?? 0] }
      if inside.count > most {
        let step = Double(inside.count) / Double(most)
        inside = (0..<most).map { inside[Int(Double($0) * step)] }
      }
      let picked = codes.places.indexSelect(0, Tensor(inside.map(Int64.init)))
      let points = map.decode(picked, at: x)
      guard inside.count > 1 else { return (points, 0) }
      let far = Tensor.identity(inside.count) * 1e6
      let gaps = try (points.distances(to: points) + far).min(over: 1).values(as: Double.self)
      return (points, gaps.quantile(0.9))
    }
  }

  func scores(_ places: Tensor, at x: Tensor) throws -> [Double] {
    try withoutGradients {
      let (points, reach) = try points(at: x)
      func distances(_ places: Tensor) throws -> [Double] {
        try places.distances(to: points).min(over: 1).values(as: Double.self)
      }
      var scores = try distances(places)
      let inside = scores.indices.filter { scores[$0] <= reach }
      guard !inside.isEmpty else { return scores }
      let around = try distances(responses.places)
      let outside = around.indices.filter { around[$0] > reach }
      guard !outside.isEmpty else {
        for place in inside { scores[place] = -responses.volume }
        return scores
      }
      let depth = try places.indexSelect(0, Tensor(inside.map(Int64.init)))
        .distances(to: responses.places.indexSelect(0, Tensor(outside.map(Int64.init))))
        .min(over: 1).values(as: Double.self)
      for (place, value) in zip(inside, depth) { scores[place] = -value }
      return scores
    }
  }
}
