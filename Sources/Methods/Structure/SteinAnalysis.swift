import Evaluation
import Torch

/// Directions with what they would be by chance and how sure they are.
struct SteinAnalysis {
  let estimator: SteinEstimator
  let isSelf: Bool
  let shuffles: Int
  let resamples: Int
  let level: Double

  /// What was found.
  struct Result {
    /// Eigenvalues, in units of their mean by chance.
    let values: [Double]
    /// The largest eigenvalue that chance gives, at the level.
    let limit: Double
    /// Share of shuffles whose largest eigenvalue reaches each.
    let p: [Double]
    /// How many stand out.
    let significant: Int
    /// Orthonormal, `[p, k]`, for standardised inputs.
    let directions: Tensor
    /// Distances of the resampled subspaces from it.
    let wobble: [Double]
  }

  /// The scores of standard normal inputs, in the coordinates of the inputs themselves.
  static func standardNormal(_ x: Tensor) -> SteinScore {
    let ones = Tensor.ones([x.size(0)], type: .float64)
    let identity = Tensor.identity(x.size(1), type: .float64)
    return SteinScore(
      first: x, parts: [.init(vectors: x, weights: ones, shifts: ones, precision: identity)],
      back: identity)
  }

  /// - Parameter directions: How many to give; 0 for those that stand out, and at least one.
  /// - Throws: `TensorError`.
  func result(directions: Int, _ room: StudyRoom) throws -> Result {
    let null = try shuffled(room)
    let scales = try SteinEstimator.scales(null)
    let tops = try null.map { try estimator.spectrum($0, scales: scales).values.first ?? 0 }
    let spectrum = try estimator.spectrum(estimator.matrices(), scales: scales)
    let limit = tops.quantile(level)
    let significant = spectrum.values.firstIndex { $0 <= limit } ?? spectrum.values.count
    let count = directions > 0 ? directions : max(1, significant)
    let found = estimator.directions(spectrum, count: count)
    let wobble = try resampled(found, scales, room)
    return Result(
      values: spectrum.values, limit: limit,
      p: spectrum.values.map { value in
        Double(1 + tops.count { $0 >= value }) / Double(tops.count + 1)
      }, significant: significant, directions: found, wobble: wobble)
  }

  private func shuffled(_ room: StudyRoom) throws -> [(first: Tensor, second: Tensor)] {
    let seed = room.seed.child("shuffles")
    guard isSelf else {
      return try estimator.shuffled(shuffles, seed) {
        room.progress($0, shuffles)
        return $0 < 20 || !room.shouldStop()
      }
    }
    // Without responses chance is columns that have nothing to do with each other.
    let x = estimator.responses
    return try (0..<shuffles).map { place in
      room.progress(place, shuffles)
      let random = RandomStream(seed.child(place))
      let columns = (0..<x.size(1)).map { column in
        x.selected(1, column).indexSelect(0, random.permutation(x.size(0)))
      }
      let mixed = Tensor.stack(columns, along: 1)
      var other = SteinEstimator(score: Self.standardNormal(mixed), responses: mixed)
      other.order = estimator.order
      let moments = other.matrices()
      return (try moments.first.checked(), try moments.second.checked())
    }
  }

  private func resampled(
    _ found: Tensor, _ scales: (Double, Double), _ room: StudyRoom
  ) throws -> [Double] {
    let n = estimator.responses.size(0)
    return try (0..<resamples).compactMap { place in
      guard !room.shouldStop() else { return nil }
      room.progress(place, resamples)
      let random = RandomStream(room.seed.child("resamples").child(place))
      let other = estimator.selected(random.integers(0..<n, [n]))
      let spectrum = try other.spectrum(other.matrices(), scales: scales)
      return try subspaceDistance(found, other.directions(spectrum, count: found.size(1)))
    }
  }
}
