import Foundation
import Torch

/// Neighbours from the nearest cells, made better by neighbours of neighbours until a sample finds enough of its own.
struct ApproximateSearch {
  private let points: Tensor
  private let k: Int
  private let goal: Double
  private let seed: Seed
  private let partition: CellPartition
  private let search: ExactSearch
  /// Cells that the points of each cell look in, at first.
  private static let probes = 8
  /// Sweeps over neighbours of neighbours before more cells are looked in.
  private static let sweeps = 5

  init(_ points: Tensor, _ k: Int, goal: Double, seed: Seed) throws {
    (self.points, self.k, self.goal, self.seed) = (points, k, goal, seed)
    let n = points.size(0)
    let cells = max(2, min(n / 8, Int((Double(n) * Double(Self.probes)).squareRoot())))
    partition = try CellPartition(points, cells: cells, seed: seed.child("cells"))
    let laidOut = try PointCells(points, order: partition.order, starts: partition.starts)
    search = ExactSearch(points, laidOut)
  }

  /// Lists of neighbours and the recall of the sample.
  func find(_ progress: (Double) -> Bool) throws -> (lists: PointCells.Lists, recall: Double) {
    let sample = try Sample(search, k, seed: seed.child("recall"))
    var (probes, begun) = (Self.probes, 0.1)
    while true {
      // Most searches end with the first attempt.
      let room = 0.75 * (1 - begun)
      guard progress(begun) else { throw MapStopped() }
      var lists = try inCells(probes) { progress(begun + 0.5 * room * $0) }
      var recall = try sample.recall(of: lists)
      for sweep in 0..<Self.sweeps where recall < goal && probes < search.cells.count {
        let share = { 0.5 + 0.5 * (Double(sweep) + $0) / Double(Self.sweeps) }
        lists = try refined(lists) { progress(begun + room * share($0)) }
        let better = try sample.recall(of: lists)
        let gain = better - recall
        recall = better
        if gain < 0.005 { break }
      }
      if recall >= goal || probes >= search.cells.count { return (lists, recall) }
      // Where many dimensions matter, cells hold few neighbours, and all of them may take no longer than many.
      probes = canLookEverywhere ? search.cells.count : min(probes * 8, search.cells.count)
      begun += room
    }
  }

  private var canLookEverywhere: Bool {
    let (n, d) = (Double(points.size(0)), Double(points.size(1)))
    return n * n * max(d, 16) <= 10 * NearestNeighbours(k).exactWork
  }

  /// Neighbours in the `probes` cells nearest to each point's own.
  private func inCells(_ probes: Int, _ progress: (Double) -> Bool) throws -> PointCells.Lists {
    let n = points.size(0)
    let lists = PointCells.Lists(n, k)
    let near = try partition.nearest(probes, holding: 2 * k + 1)
    let labels = partition.labels.indexSelect(0, partition.order.to(.int64))
    let step = max(
      1024, Int(2e9 / Double(points.size(1)) / Double(n * probes) * Double(near.count)))
    for start in stride(from: 0, to: n, by: step) {
      let end = min(start + step, n)
      let inList = PointCells.Probes(lists: labels[start..<end].contiguous(), of: near)
      let rows = partition.order[start..<end].contiguous()
      try search.cells.search(points, rows: rows, in: inList, apart: true, into: lists)
      guard progress(Double(end) / Double(n)) else { throw MapStopped() }
    }
    return lists
  }

  private func refined(
    _ lists: PointCells.Lists, _ progress: (Double) -> Bool
  ) throws -> PointCells.Lists {
    let n = points.size(0)
    let better = PointCells.Lists(n, k)
    let reversed = try lists.reversed(most: k)
    for start in stride(from: 0, to: n, by: 20_000) {
      let range = start..<min(start + 20_000, n)
      try lists.refine(points, reversed: reversed, range, into: better)
      guard progress(Double(range.upperBound) / Double(n)) else { throw MapStopped() }
    }
    return better
  }
}

/// Some points with their true neighbours.
private struct Sample {
  private let rows: Tensor
  /// The distance of the last true neighbour of each.
  private let last: [Float]
  private let k: Int

  init(_ search: ExactSearch, _ k: Int, seed: Seed) throws {
    var random = SplitMix(seed)
    let chosen = drawn(1000, of: search.points.size(0), &random)
    rows = Tensor(chosen.map { Int64($0) })
    self.k = k
    let distances = try search.distancesAndPlaces(of: chosen, k).distances
    last = stride(from: k - 1, to: distances.count, by: k).map { distances[$0] }
  }

  func recall(of lists: PointCells.Lists) throws -> Double {
    let found: [Float] = try lists.distances.indexSelect(0, rows).values()
    var hits = 0
    for (row, limit) in last.enumerated() {
      // Sums are taken in another order by the sweeps.
      hits += found[row * k..<(row + 1) * k].count { $0 <= limit * (1 + 1e-5) }
    }
    return Double(hits) / Double(max(1, found.count))
  }
}

/// `count` different numbers below `n`, rising; all of them where there are fewer.
public func drawn(_ count: Int, of n: Int, _ random: inout SplitMix) -> [Int] {
  guard count < n else { return Array(0..<n) }
  var chosen = Set<Int>()
  // Floyd's way: every set is equally likely.
  for top in n - count..<n {
    let one = Int(random.uniform() * Double(top + 1))
    chosen.insert(chosen.contains(one) ? top : one)
  }
  return chosen.sorted()
}
