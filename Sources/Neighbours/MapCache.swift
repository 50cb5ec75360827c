import Datasets
import Files
import Foundation
import Torch

/// Maps kept in a folder, each as a NumPy array and a JSON file of what is known of it, by what they follow from.
public struct MapCache: Sendable {
  public let folder: String
  /// The most maps that stay; the ones longest unused go first.
  private let most: Int

  /// The maps of the space whose bundle lies at `space`: in its folder `maps`.
  public init(space: String) {
    folder = space + "/maps"
    most = 32
  }

  /// The maps of points that belong to no space: in `$LATENT_HOME/maps`, else `$XDG_CACHE_HOME/latent/maps`, else
  /// `~/.cache/latent/maps`.
  public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let home = environment["LATENT_HOME"], !home.isEmpty {
      folder = home + "/maps"
    } else if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      folder = cache + "/latent/maps"
    } else {
      folder = (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/latent/maps"
    }
    most = 32
  }

  /// What identifies points by their bytes.
  public static func content(of points: Tensor) throws -> String {
    var digest = Digest()
    digest.add("\(points.shape)")
    try points.to(.float32).bytes().withUnsafeBytes { digest.add($0) }
    return digest.hex()
  }

  /// What identifies the bytes of a file.
  ///
  /// - Throws: `UserError` where it cannot be read.
  public static func content(ofFile path: String) throws -> String {
    var digest = Digest()
    let file = try MappedFile(path)
    withExtendedLifetime(file) { digest.add(file.bytes) }
    return digest.hex()
  }

  /// The kept map that `request` would make of the points that `content` identifies; nothing where there is none, or
  /// where its files are damaged.
  public func map(_ request: MapRequest, of content: String) -> PlaneMap? {
    guard let path = try? self.path(request, content),
      FileManager.default.fileExists(atPath: path + ".json"),
      let data = try? MappedFile(path + ".json").data,
      let facts = try? JSONDecoder().decode(PlaneMap.Facts.self, from: data),
      facts.request == request, let places = try? NPY.read(path + ".npy"), places.rank == 2,
      places.size(1) == 2
    else { return nil }
    // What was used last is thrown away last.
    utimes(path + ".json", nil)
    return PlaneMap(places: places, facts)
  }

  /// Keeps `map` of the points that `content` identifies.
  ///
  /// - Throws: `UserError` where the folder cannot be written, or the error that the map carries.
  public func keep(_ map: PlaneMap, of content: String) throws {
    try makeFolder(folder)
    let path = try self.path(map.facts.request, content)
    try NPY.write(map.places, to: path + ".npy")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // The facts come last: without them a map is not there.
    try AtomicFile.write(try encoder.encode(map.facts) + Data("\n".utf8), to: path + ".json")
    forget()
  }

  private func path(_ request: MapRequest, _ content: String) throws -> String {
    folder + "/" + (try request.name(for: content))
  }

  private func forget() {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let kept = files.filter { $0.hasSuffix(".json") }.map { folder + "/" + $0.dropLast(5) }
    guard kept.count > most else { return }
    func used(_ path: String) -> Date {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + ".json")
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }
    for path in kept.sorted(by: { used($0) < used($1) }).prefix(kept.count - most) {
      for kind in [".json", ".npy"] { unlink(path + kind) }
    }
  }
}
