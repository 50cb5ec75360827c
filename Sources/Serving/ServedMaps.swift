import KeptMaps
import Learning
import Neighbours
import Synchronization
import Torch

/// Places of all items on a plane.
struct Places: Sendable {
  /// `[n, 2]` in row-major order.
  let values: [Float]

  var count: Int { values.count / 2 }
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
      let shelf = try? MapShelf(ofSpace: work.space.folder, split: split)
      if let kept = shelf?.kept(request), kept.count == work.items?.count,
        let map = PlaneMap(kept)
      {
        return Places(values: try map.places.values())
      }
      let codes = try work.codes.valueHere().tensor
      let made = try withoutGradients {
        try request.map(codes) { progress in
          report(progress.done)
          return true
        }
      }
      try? shelf?.keep(made)
      return Places(values: try made.places.values())
    }
  }
}
