import Evaluation
import Learning
import Neighbours
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

/// The maps of a space's items, each made when it is first asked for, or found where `latent map` left it.
final class ServedMaps: Sendable {
  private let work: SpaceWork
  private let split: String
  private let principal: Computed<Places>
  private let embedded = Mutex<[UInt64: Computed<Places>]>([:])
  /// Seeds whose maps are held in memory.
  private static let mostSeeds = 16
  static let names = ["pca", "neighbours"]

  /// Maps of the part `split` of the space's data.
  init(_ work: SpaceWork, split: String) {
    (self.work, self.split) = (work, split)
    principal = Self.map(.pca, work, split)
  }

  /// The map called `name`.
  ///
  /// - Throws: ``Refusal`` where there are too many.
  func map(_ name: String, seed: UInt64) throws -> Computed<Places> {
    guard name == "neighbours" else { return principal }
    return try embedded.withLock { maps in
      if let map = maps[seed] { return map }
      guard maps.count < Self.mostSeeds else {
        throw Refusal(409, "maps of \(Self.mostSeeds) seeds are kept already")
      }
      let map = Self.map(.neighbours(NeighbourEmbedding(), seed: seed), work, split)
      maps[seed] = map
      return map
    }
  }

  private static func map(
    _ request: MapRequest, _ work: SpaceWork, _ split: String
  ) -> Computed<Places> {
    Computed(by: work.workers) { report in
      // A space without weights on its disk, or on one that cannot be written, has maps all the same.
      let kept = try? SpaceMaps(space: work.space.folder, split: split)
      if let places = kept?.kept(request)?.places, places.size(0) == work.items?.count {
        return Places(values: try places.values())
      }
      let codes = try work.codes.valueHere().tensor
      let made = try withoutGradients {
        try request.map(codes) { progress in
          report(progress.done)
          return true
        }
      }
      try? kept?.keep(made)
      return Places(values: try made.places.values())
    }
  }
}
