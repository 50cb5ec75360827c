import Files
import Foundation
import Learning

/// Items that a person picked of a space and named: a file in the space's folder.
public struct Selection: Codable, Equatable, Sendable {
  /// Small letters, digits and hyphens.
  public var name: String
  /// Places of the items, in order.
  public var items: [Int]
  /// What the items are of: the fingerprint of the space's source.
  public var fingerprint: String
  /// The part of the data that the places count in; the test part where it is not said.
  public var split: String?

  /// Where the selections of a space are.
  static func folder(of space: String) -> String { space + "/selections" }

  static func path(_ name: String, of space: String) -> String {
    "\(folder(of: space))/\(name).json"
  }

  /// The selection called `name` of the space in `folder`.
  ///
  /// - Throws: ``UserError`` where there is none, or it cannot be read.
  public init(_ name: String, of folder: String) throws {
    guard Schema.isSlug(name) else {
      throw UserError("a selection's name is \(Schema.slug.sentence), not \(printable(name))")
    }
    let path = Self.path(name, of: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      let names = try Self.all(of: folder).map(\.name)
      throw UserError(
        "\(folder) has no selection \(name); "
          + (names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"))
    }
    let file = try MappedFile(path)
    guard let selection = try? JSONDecoder().decode(Self.self, from: file.data) else {
      throw UserError("\(path) is not a selection")
    }
    self = selection
  }

  init(_ name: String, _ items: [Int], _ space: Space, split: String) {
    (self.name, self.items, self.split) = (name, items, split)
    fingerprint = space.description.source.fingerprint
  }

  /// All selections of the space in `folder` that can be read, by name.
  public static func all(of folder: String) throws -> [Selection] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: self.folder(of: folder))) ?? []
    return names.sorted().compactMap { name in
      guard name.hasSuffix(".json"), Schema.isSlug(String(name.dropLast(5))) else { return nil }
      return try? Selection(String(name.dropLast(5)), of: folder)
    }
  }

  /// Writes the selection into the space's folder and nowhere else; the file's path.
  ///
  /// - Throws: ``UserError`` where that cannot be.
  func write(to space: String) throws -> String {
    let folder = Self.folder(of: space)
    try makeFolder(folder)
    // A link would lead elsewhere.
    let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    let home = URL(fileURLWithPath: space).resolvingSymlinksInPath().path
    try require(real == home + "/selections", "\(folder) is a link to another place")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let path = Self.path(name, of: space)
    try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: path)
    return path
  }
}
