import Datasets
import Files
import Foundation
import Learning
import Neighbours
import Torch

/// Maps of a space's codes of its test examples, kept in the folder `maps` of the bundle.
///
/// What is kept is found without the network and without the data: by the weights and what `space.json` says of the data.
public struct SpaceMaps: Sendable {
  /// Where maps are kept.
  public let cache: MapCache
  /// What identifies the codes.
  private let content: String

  /// Bytes of the weights that count; of larger files also the size.
  private static let budget = 64 << 20

  /// The maps of the bundle at `folder`, of the split `split`.
  ///
  /// - Throws: `UserError` where it is no bundle, or has no weights yet.
  public init(space folder: String, split: String = "test") throws {
    let description = try SpaceDescription(opening: folder)
    let path = folder + "/weights.safetensors"
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError("\(folder) has no weights yet; finish its fit first")
    }
    let weights = try MappedFile(path)
    var digest = Digest()
    withExtendedLifetime(weights) {
      digest.add("\(weights.bytes.count)")
      digest.add(UnsafeRawBufferPointer(rebasing: weights.bytes.prefix(Self.budget)))
    }
    for text in [
      description.method, description.source.spec, description.source.fingerprint, split,
    ] {
      digest.add(text)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for value in [
      try encoder.encode(description.settings), try encoder.encode(description.source.options),
    ] {
      digest.add(String(decoding: value, as: UTF8.self))
    }
    content = digest.hex()
    cache = MapCache(space: folder)
  }

  /// The kept map; nothing where there is none.
  public func kept(_ request: MapRequest) -> PlaneMap? { cache.map(request, of: content) }

  /// Keeps a map that was made of the codes.
  ///
  /// - Throws: `UserError` where the bundle's folder cannot be written.
  public func keep(_ map: PlaneMap) throws { try cache.keep(map, of: content) }

  /// The kept map, or a new one of the codes, `[n, k]`, which is kept.
  ///
  /// - Parameters:
  ///   - codes: Codes of the examples; asked for only where no map is kept.
  ///   - progress: Told how far the work is; false stops it.
  /// - Throws: `MapStopped`, `UserError`, or what `codes` throws.
  public func map(
    _ request: MapRequest, progress: (MapProgress) -> Bool = { _ in true },
    codes: () throws -> Tensor
  ) throws -> PlaneMap {
    if let kept = kept(request) { return kept }
    let made = try request.map(try codes(), progress: progress)
    try keep(made)
    return made
  }
}
