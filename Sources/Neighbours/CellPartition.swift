import Torch

/// Points in cells, each with the centre that is nearest: Lloyd's iteration on a sample, then all points.
struct CellPartition {
  /// The centres, `[c, d]`.
  let centres: Tensor
  /// The cell of each point, int32 `[n]`.
  let labels: Tensor
  /// The places of the points, cell by cell, int32 `[n]`.
  let order: Tensor
  /// Where each cell starts in `order`, and its end.
  let starts: [Int]

  /// Points in `cells` cells.
  ///
  /// - Throws: `TensorError`.
  init(_ points: Tensor, cells: Int, seed: Seed) throws {
    let n = points.size(0)
    var random = SplitMix(seed)
    let sample = points.indexSelect(0, Self.index(drawn(20 * cells, of: n, &random)))
    let first = drawn(cells, of: sample.size(0), &random)
    var centres = sample.indexSelect(0, Self.index(first)).contiguous()
    for _ in 0..<4 {
      let label = try Self.labels(sample, centres).to(.int64)
      let sums = centres.zerosLike().indexAdd(0, label, sample)
      let counts = label.bincount(length: cells).to(.float32).unsqueezed(1)
      // A centre that lost all its points stays where it is.
      centres = (counts .> 0).choose(sums / counts.clamped(atLeast: 1), centres)
    }
    self.centres = centres
    labels = try Self.labels(points, centres)
    (order, starts) = try Self.sorted(labels, cells)
  }

  private static func index(_ places: [Int]) -> Tensor { Tensor(places.map { Int64($0) }) }

  /// The centre nearest to each of `points`, int32 `[n]`.
  private static func labels(_ points: Tensor, _ centres: Tensor) throws -> Tensor {
    let search = ExactSearch(centres, try PointCells(centres))
    return try search.nearest(to: points, 1).places.squeezed(1)
  }

  private static func sorted(_ labels: Tensor, _ cells: Int) throws -> (Tensor, [Int]) {
    let labels = try labels.values(as: Int32.self)
    var starts = [Int](repeating: 0, count: cells + 1)
    for label in labels { starts[Int(label) + 1] += 1 }
    for cell in 0..<cells { starts[cell + 1] += starts[cell] }
    var next = starts
    var order = [Int32](repeating: 0, count: labels.count)
    for (place, label) in labels.enumerated() {
      order[next[Int(label)]] = Int32(place)
      next[Int(label)] += 1
    }
    return (Tensor(order), starts)
  }

  /// For each cell the `count` whose centres are nearest to its own, and more until they hold `least` points.
  ///
  /// - Throws: `TensorError`.
  func nearest(_ count: Int, holding least: Int) throws -> [[Int]] {
    let cells = starts.count - 1
    let far = min(cells, 4 * count)
    let search = ExactSearch(centres, try PointCells(centres))
    let places = try search.nearest(to: centres, far).places.values(as: Int32.self)
    return (0..<cells).map { cell in
      var (list, held) = ([Int](), 0)
      for place in places[cell * far..<(cell + 1) * far].map(Int.init) {
        if list.count >= count && held >= least { break }
        list.append(place)
        held += starts[place + 1] - starts[place]
      }
      // Equal centres may push a cell off its own list.
      return list.contains(cell) ? list : [cell] + list
    }
  }
}
