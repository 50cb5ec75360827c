import Files
import Foundation

/// Maps kept in a folder, each as a NumPy array and a JSON file of what is known of it, by what they follow from.
public struct MapCache: Sendable {
  public let folder: String
  /// The most maps that stay; the ones longest unused go first.
  private let most = 32

  /// The maps of the space whose bundle lies at `space`: in its folder `maps`.
  public init(space: String) { folder = space + "/maps" }

  /// The maps of points that belong to no space: ``Share/cache(_:_:)`` has their place.
  public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    folder = Share.cache("maps", environment)
  }

  /// Whether no map is kept at all.
  public var isEmpty: Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty ?? true
  }

  /// The kept map that `request` would make of the points that `content` identifies; nothing where there is none, or
  /// where its files are damaged.
  public func kept(_ request: MapRequest, of content: String) -> KeptMap? {
    guard let path = try? self.path(request, content),
      FileManager.default.fileExists(atPath: path + ".json"),
      let data = try? MappedFile(path + ".json").data,
      let facts = try? JSONDecoder().decode(MapFacts.self, from: data),
      facts.request == request, let places = try? MappedFile(path + ".npy"),
      let map = KeptMap(facts, places)
    else { return nil }
    // What was used last is thrown away last.
    utimes(path + ".json", nil)
    return map
  }

  /// Keeps a map of the points that `content` identifies, of which `facts` are known; `write` writes its places to the
  /// path it is given, as a NumPy array.
  ///
  /// - Throws: ``UserError`` where the folder cannot be written, or what `write` throws.
  public func keep(
    _ facts: MapFacts, of content: String, writing write: (String) throws -> Void
  ) throws {
    try makeFolder(folder)
    let path = try self.path(facts.request, content)
    try write(path + ".npy")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // The facts come last: without them a map is not there.
    try AtomicFile.write(try encoder.encode(facts) + Data("\n".utf8), to: path + ".json")
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

/// A map as it is kept: its places are the bytes of a NumPy array, so that it can be handed on without libtorch.
public struct KeptMap: Sendable {
  public let facts: MapFacts
  /// Points that have a place.
  public let count: Int
  private let file: MappedFile

  /// Nothing where `file` is not float32 `[n, 2]` row by row, as maps are written.
  init?(_ facts: MapFacts, _ file: MappedFile) {
    let bytes = file.bytes
    let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
    guard bytes.count >= 10, bytes.prefix(8).elementsEqual(magic) else { return nil }
    let start =
      10 + Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    guard bytes.count >= start, (bytes.count - start) % 8 == 0 else { return nil }
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let count = (bytes.count - start) / 8
    guard
      ["'descr': '<f4'", "'fortran_order': False", "'shape': (\(count), 2)"].allSatisfy({
        header.contains($0)
      })
    else { return nil }
    (self.facts, self.count, self.file) = (facts, count, file)
  }

  /// The path of the array.
  public var path: String { file.path }

  /// Writes the places as a NumPy array.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written.
  public func write(to path: String) throws {
    try withExtendedLifetime(file) {
      try AtomicFile.write(to: path) { try $0.append(file.bytes) }
    }
  }
}
