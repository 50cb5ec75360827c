import Files
import Foundation

/// Where the maps of some points are kept: of a space's codes in the folder `maps` of its bundle, of a file's rows in that
/// of this machine.
///
/// What is kept is found without libtorch, the network and the data: by the bytes of the file, or by the weights and what
/// `space.json` says of method, settings and data.
public struct MapShelf: Sendable {
  public let cache: MapCache
  /// What identifies the points.
  public let content: String

  /// Bytes of the weights that count; of larger files also the size.
  private static let budget = 64 << 20

  /// The maps of the rows of the file at `path`.
  ///
  /// - Throws: ``UserError`` where it cannot be read.
  public init(ofFile path: String) throws {
    var digest = Digest()
    let file = try MappedFile(path)
    withExtendedLifetime(file) { digest.add(file.bytes) }
    (cache, content) = (MapCache(), digest.hex())
  }

  /// The maps of the codes that the space at `folder` gives the examples of `split`.
  ///
  /// - Throws: ``UserError`` where it is no bundle, or has no weights yet.
  public init(ofSpace folder: String, split: String = "test") throws {
    let path = folder + "/space.json"
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError("\(folder) is not a space: it holds no space.json")
    }
    let said = try? JSONDecoder().decode(JSONValue.self, from: MappedFile(path).data)
    guard FileManager.default.fileExists(atPath: folder + "/weights.safetensors") else {
      throw UserError("\(folder) has no weights yet; finish its fit first")
    }
    let weights = try MappedFile(folder + "/weights.safetensors")
    var digest = Digest()
    withExtendedLifetime(weights) {
      digest.add("\(weights.bytes.count)")
      digest.add(UnsafeRawBufferPointer(rebasing: weights.bytes.prefix(Self.budget)))
    }
    digest.add(split)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for name in ["format", "method", "settings", "source"] {
      guard let value = said?[[name]] else {
        throw UserError("\(path) is not the description of a space: it says no \(name)")
      }
      digest.add(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
    (cache, content) = (MapCache(space: folder), digest.hex())
  }

  /// The kept map; nothing where there is none.
  public func kept(_ request: MapRequest) -> KeptMap? { cache.kept(request, of: content) }
}
