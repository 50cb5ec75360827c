import Files
import Synchronization
import Torch

/// Places of all items on a plane.
struct Places: Sendable {
  /// `[n, 2]` in row-major order.
  let values: [Float]

  var count: Int { values.count / 2 }

  /// The `most` items nearest to a place with weights that fall off by squared distance and sum to 1.
  func nearest(toX x: Double, y: Double, most: Int) -> (items: [Int], weights: [Double]) {
    var best: [(distance: Double, item: Int)] = []
    for item in 0..<count {
      let (dx, dy) = (Double(values[2 * item]) - x, Double(values[2 * item + 1]) - y)
      let distance = dx * dx + dy * dy
      if best.count == most, distance >= best[most - 1].distance { continue }
      let place = best.firstIndex { distance < $0.distance } ?? best.count
      best.insert((distance, item), at: place)
      if best.count > most { best.removeLast() }
    }
    // What lies on an item is that item.
    let floor = max(best.last?.distance ?? 1, 1e-30) * 1e-9
    let weights = best.map { 1 / ($0.distance + floor) }
    let total = weights.reduce(0, +)
    return (best.map(\.item), weights.map { $0 / total })
  }
}

/// The maps of a space's items, each computed when it is first asked for.
final class ServedMaps: Sendable {
  private let work: SpaceWork
  private let principal: Computed<Places>
  private let embedded = Mutex<[UInt64: Computed<Places>]>([:])
  /// Seeds whose maps are kept.
  private static let mostSeeds = 16

  init(_ work: SpaceWork) {
    self.work = work
    principal = Computed(by: work.workers) { _ in
      Places(values: try Self.principalPlaces(work.codes.valueHere().tensor))
    }
  }

  /// Names of the maps that there are.
  var names: [String] { NeighbourMap.isHere ? ["pca", "neighbours"] : ["pca"] }

  /// The map called `name`.
  ///
  /// - Throws: ``Refusal`` where there is none.
  func map(_ name: String, seed: UInt64) throws -> Computed<Places> {
    guard name == "neighbours" else { return principal }
    guard NeighbourMap.isHere else {
      throw Refusal(409, "this Latent has no neighbour map yet; the map pca is there")
    }
    return try embedded.withLock { maps in
      if let map = maps[seed] { return map }
      guard maps.count < Self.mostSeeds else {
        throw Refusal(409, "maps of \(Self.mostSeeds) seeds are kept already")
      }
      let work = self.work
      let map = Computed<Places>(by: work.workers) { report in
        try NeighbourMap.places(of: work.codes.valueHere().tensor, work.space, seed: seed, report)
      }
      maps[seed] = map
      return map
    }
  }

  /// The two directions of most variance of codes `[n, k]`, each towards the side of its largest part, `[n, 2]`.
  static func principalPlaces(_ codes: Tensor) throws -> [Float] {
    try withoutGradients {
      let k = codes.size(1), n = codes.size(0)
      let centred = (codes - codes.mean(over: 0, keep: true)).to(.float64)
      guard k > 1 else {
        return try Tensor.concatenate([centred, Tensor.zeros([n, 1], type: .float64)], along: 1)
          .to(.float32).contiguous().values()
      }
      let (_, vectors) = centred.transposed().matmul(centred).symmetricEigen()
      let two = vectors[.all, (k - 2)..<k].flipped(1)  // [k, 2]
      let parts: [Double] = try two.contiguous().values(as: Double.self)
      let signs = (0..<2).map { axis -> Double in
        let column = (0..<k).map { parts[$0 * 2 + axis] }
        return (column.max { abs($0) < abs($1) } ?? 1) < 0 ? -1 : 1
      }
      return try (centred.matmul(two) * Tensor(signs)).to(.float32).contiguous().values()
    }
  }
}

/// The seam to the neighbour embedding: all that serving knows of it.
enum NeighbourMap {
  /// Whether it is part of this Latent.
  static let isHere = false

  /// Places of codes `[n, k]`.
  ///
  /// - Throws: ``Refusal`` where there is none.
  static func places(
    of codes: Tensor, _ space: Any, seed: UInt64, _ report: (Double) -> Void
  ) throws -> Places {
    throw Refusal(409, "this Latent has no neighbour map yet")
  }
}
