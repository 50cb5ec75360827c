import Files
import Torch

/// Neighbours and ranks among some points, from all distances.
public struct ExactSearch: Sendable {
  let points: Tensor
  let cells: PointCells
  /// What the points were multiplied with.
  private let scale: Double

  /// A search among `points`, `[n, d]`.
  ///
  /// - Throws: `UserError` for points that are not finite, `TensorError`.
  public init(_ points: Tensor) throws {
    let (scaled, scale) = try NearestNeighbours.scaled(points)
    self.init(scaled, try PointCells(scaled), scale: scale)
  }

  init(_ points: Tensor, _ cells: PointCells, scale: Double = 1) {
    self.points = points
    self.cells = cells
    self.scale = scale
  }

  /// The places of the `k` points nearest to each of `others`, `[m, d]`, row by row, k ≤ n; nearest first, ties by place.
  ///
  /// - Throws: `UserError` for others that are not finite, or beyond all measure from the points; `TensorError`.
  public func places(nearestTo others: Tensor, _ k: Int) throws -> [Int32] {
    precondition(k <= points.size(0), "\(k) neighbours among \(points.size(0)) points")
    let others = (others.to(.float32) * scale).contiguous()
    let found = try nearest(to: others, k).places.values(as: Int32.self)
    if let lost = found.firstIndex(where: { $0 < 0 }) {
      throw UserError(
        "row \(lost / k) of \(others.size(0)) has no finite distance to the points it is to be among"
      )
    }
    return found
  }

  /// Every cell, for each of `count` rows.
  private func everywhere(_ count: Int) -> PointCells.Probes {
    PointCells.Probes(everyRow: count, in: Array(0..<cells.count))
  }

  /// The `k` neighbours of every point, as many points at a time as take a fraction of a second.
  func all(_ k: Int, _ progress: (Double) -> Bool) throws -> PointCells.Lists {
    let n = points.size(0)
    let lists = PointCells.Lists(n, k)
    let step = max(64, min(n, Int(2e9 / (Double(n) * Double(points.size(1))) + 1)))
    for start in stride(from: 0, to: n, by: step) {
      let end = min(start + step, n)
      let rows = Tensor.range(Double(start), Double(end), type: .int32)
      try cells.search(points, rows: rows, in: everywhere(end - start), apart: true, into: lists)
      guard progress(Double(end) / Double(n)) else { throw MapStopped() }
    }
    return lists
  }

  /// The `k` points nearest to each of `queries`, `[m, d]`: squared distances and places, `[m, k]`.
  func nearest(to queries: Tensor, _ k: Int) throws -> PointCells.Lists {
    let m = queries.size(0)
    let lists = PointCells.Lists(m, k)
    let rows = Tensor.range(0, Double(m), type: .int32)
    try cells.search(queries, rows: rows, in: everywhere(m), apart: false, into: lists)
    return lists
  }

  /// The places of the `k` neighbours of the points at `rows`, row by row, k < n; nearest first, ties by place.
  ///
  /// - Throws: `TensorError`.
  public func neighbours(of rows: [Int], _ k: Int) throws -> [Int32] {
    try distancesAndPlaces(of: rows, k).places
  }

  /// Squared distances to the `k` neighbours of the points at `rows`, and their places, row by row.
  func distancesAndPlaces(of rows: [Int], _ k: Int) throws -> (distances: [Float], places: [Int32])
  {
    let index = Tensor(rows.map { Int64($0) })
    let lists = try nearest(to: points.indexSelect(0, index), k + 1)
    let (near, found): ([Float], [Int32]) = (
      try lists.distances.values(), try lists.places.values(as: Int32.self)
    )
    var (distances, places) = ([Float](), [Int32]())
    for (number, row) in rows.enumerated() {
      let list = number * (k + 1)..<(number + 1) * (k + 1)
      // The point itself comes first, unless more than k others at its place come before it.
      let own = list.first { found[$0] == Int32(row) } ?? list.upperBound - 1
      for entry in list where entry != own {
        distances.append(near[entry])
        places.append(found[entry])
      }
    }
    return (distances, places)
  }

  /// How many points are nearer to the point at each of `rows` than each of its `others`, row by row and as many for
  /// each, itself apart and ties by place: from 0.
  ///
  /// - Throws: `TensorError`.
  public func ranks(_ rows: [Int], of others: [Int32]) throws -> [Int32] {
    let places = Tensor(rows.map { Int32($0) })
    let wanted = Tensor(others, shape: [rows.count, others.count / max(1, rows.count)])
    return try cells.ranks(points, rows: places, of: wanted).values(as: Int32.self)
  }
}
