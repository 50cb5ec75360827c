import Files
import Foundation
import KeptMaps
import Torch

/// Places in the plane at which points that are neighbours lie together: a neighbour embedding.
///
/// Weights between neighbours, and the likeness of places, are UMAP's, and so is what is minimised: the cross-entropy of
/// the one against the other, with repulsion from points drawn at random. The same points, settings and seed give the
/// same bits for any number of threads.
/// - Source: McInnes, Healy & Melville, *UMAP: uniform manifold approximation and projection for dimension reduction*,
///   2018.
/// - Departs: sweeps move all points at once on the places before the sweep; each takes all of its edges by weight, and a
///   fixed number of draws, where UMAP draws edges; a step is divided by half the pull that the point feels, where that
///   is above 1, for sums of many pulls would throw it about; places begin along the two directions of most variance,
///   where UMAP takes the graph's eigenvectors; a point does not count among its own neighbours.
extension NeighbourEmbedding {
  /// Points that repel for each that attracts, and points drawn for it in a sweep.
  static let repulsion = 5.0, draws = 32

  /// A map and how it came about.
  public struct Result: Sendable {
    /// float32 `[n, 2]`.
    public let places: Tensor
    /// The share of true neighbours that the search found, on a sample; 1 where it was exact.
    public let recall: Double
    /// Sweeps that were made.
    public let epochs: Int
  }

  /// Places, float32 `[n, 2]`, for `points`, `[n, d]`.
  ///
  /// - Parameter progress: Told how far the work is; false stops it before the next sweep.
  /// - Throws: ``MapStopped``, `UserError` for points that are not finite or settings out of range, `TensorError`.
  public func places(
    of points: Tensor, seed: Seed, progress: (MapProgress) -> Bool = { _ in true }
  ) throws -> Tensor {
    try map(points, seed: seed, progress: progress).places
  }

  /// The map of `points`, `[n, d]`, as ``places(of:seed:progress:)`` makes it.
  ///
  /// - Throws: as ``places(of:seed:progress:)``.
  public func map(
    _ points: Tensor, seed: Seed, progress: (MapProgress) -> Bool = { _ in true }
  ) throws -> Result {
    try validate()
    let (points, _) = try NearestNeighbours.scaled(points)
    let n = points.size(0)
    guard n > 1 else { return Result(places: Tensor.zeros([n, 2]), recall: 1, epochs: 0) }
    let start = ContinuousClock.now
    let search = NearestNeighbours(neighbours)
    let sweeps = epochs ?? (n <= 10_000 ? 500 : 200)
    let share = searchShare(search, n, points.size(1), sweeps)
    func tell(_ stage: MapProgress.Stage, _ done: Double) -> Bool {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      return progress(MapProgress(stage: stage, done: min(done, 1), seconds: seconds))
    }
    let found = try search.find(among: points, seed: seed.child("neighbours")) {
      tell(.neighbours, share * $0)
    }
    let graph = try WeightedGraph(fuzzy: found.places, distances: found.distances)
    let places = try descend(
      graph, from: try Self.start(points, seed: seed.child("start")), sweeps: sweeps,
      seed: seed.child("draws")
    ) { tell(.places, share + (1 - share) * $0) }
    return Result(places: places, recall: found.recall, epochs: sweeps)
  }

  /// - Throws: `UserError` for a setting out of range.
  func validate() throws {
    try require(neighbours > 1, "neighbours is \(neighbours); it must be at least 2")
    try require(
      minDistance >= 0 && minDistance <= 1, "min-distance is \(minDistance); it must lie in 0 to 1")
    try require(epochs ?? 1 > 0, "epochs is \(epochs ?? 0); it must be at least 1")
  }

  /// The share of the time that the search takes, about: both counted in numbers looked at.
  private func searchShare(_ search: NearestNeighbours, _ n: Int, _ d: Int, _ sweeps: Int) -> Double
  {
    let (n, d) = (Double(n), Double(d))
    let looked =
      search.isExact(Int(n), Int(d)) ? n * n * d / 16 : n * (n * 200).squareRoot() * d / 16
    let swept = n * Double(sweeps) * Double(20 * neighbours / 15 + 2 * Self.draws) * 5
    return looked / (looked + swept)
  }

  /// Places along the two directions of most variance, 10 from end to end along the first, moved by a trace of noise so
  /// that equal points part.
  static func start(_ points: Tensor, seed: Seed) throws -> Tensor {
    let places = try PrincipalMap(points).places
    let span = try (places.max(over: 0) - places.min(over: 0)).max().value()
    let noise = RandomStream(seed).normal(places.shape) * 1e-3
    return try (span > 0 ? places * (10 / span) + noise : noise).contiguous().checked()
  }

  private func descend(
    _ graph: WeightedGraph, from start: Tensor, sweeps: Int, seed: Seed,
    _ progress: (Double) -> Bool
  ) throws -> Tensor {
    let curve = LikenessCurve(minDistance: minDistance)
    var (now, next) = (start, start.copied())
    for sweep in 0..<sweeps {
      let left = 1 - Double(sweep) / Double(sweeps)
      try graph.sweep(
        now,
        WeightedGraph.Sweep(
          a: curve.a, b: curve.b, rate: left, repulsion: Self.repulsion, draws: Self.draws,
          seed: seed.child(sweep)), into: next)
      (now, next) = (next, now)
      guard progress(Double(sweep + 1) / Double(sweeps)) else { throw MapStopped() }
    }
    return try now.checked()
  }
}
