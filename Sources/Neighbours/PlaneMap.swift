import Datasets
import Files
import Foundation
import KeptMaps
import Torch

/// A map and what is known of it.
public struct PlaneMap: Sendable {
  /// float32 `[n, 2]`.
  public let places: Tensor
  public var facts: MapFacts

  init(places: Tensor, _ facts: MapFacts) { (self.places, self.facts) = (places, facts) }

  /// A kept map; nothing where its places cannot be read.
  public init?(_ kept: KeptMap) {
    guard let places = try? NPY.read(kept.path), places.shape == [kept.count, 2] else { return nil }
    self.init(places: places, kept.facts)
  }
}

extension MapRequest {
  /// Makes the map of `points`, `[n, d]`.
  ///
  /// - Throws: as ``NeighbourEmbedding/places(of:seed:progress:)``.
  public func map(
    _ points: Tensor, progress: (MapProgress) -> Bool = { _ in true }
  ) throws -> PlaneMap {
    let start = ContinuousClock.now
    var map: PlaneMap
    switch kind {
    case .pca:
      let principal = try PrincipalMap(points)
      map = PlaneMap(places: principal.places, MapFacts(request: self))
      map.facts.share = principal.share
    case .neighbours:
      let made = try (embedding ?? NeighbourEmbedding()).map(
        points, seed: Seed(seed ?? 0), progress: progress)
      map = PlaneMap(places: made.places, MapFacts(request: self))
      (map.facts.recall, map.facts.epochs) = (made.recall, made.epochs)
    }
    map.facts.seconds = (ContinuousClock.now - start) / .seconds(1)
    return map
  }
}

extension MapCache {
  /// Keeps `map` of the points that `content` identifies.
  ///
  /// - Throws: `UserError` where the folder cannot be written, or the error that the map carries.
  public func keep(_ map: PlaneMap, of content: String) throws {
    try keep(map.facts, of: content) { try NPY.write(map.places, to: $0) }
  }
}

extension MapShelf {
  /// Keeps a map that was made of the points.
  ///
  /// - Throws: `UserError` where the folder cannot be written, or the error that the map carries.
  public func keep(_ map: PlaneMap) throws { try cache.keep(map, of: content) }

  /// The kept map, or a new one of the points, `[n, k]`, which is kept.
  ///
  /// - Parameters:
  ///   - progress: Told how far the work is; false stops it.
  ///   - codes: The points; asked for only where no map is kept.
  /// - Throws: `MapStopped`, `UserError`, or what `codes` throws.
  public func map(
    _ request: MapRequest, progress: (MapProgress) -> Bool = { _ in true },
    codes: () throws -> Tensor
  ) throws -> PlaneMap {
    if let kept = kept(request).flatMap({ PlaneMap($0) }) { return kept }
    let made = try request.map(try codes(), progress: progress)
    // On a disk that cannot be written it is made anew each time.
    try? keep(made)
    return made
  }
}
