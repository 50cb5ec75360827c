import Files
import Foundation
import Synchronization

/// The pictures, sounds or texts that a folder or an archive holds, before they are checked.
struct MediaFolder {
  /// Where a file's bytes are.
  enum Place: Sendable {
    case file(String)
    case entry(Zip, Zip.Entry)

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
      switch self {
      case .file(let path):
        let file = try MappedFile(path)
        return try withExtendedLifetime(file) { try body(file.bytes) }
      case .entry(let zip, let entry):
        return try zip.contents(of: entry, limit: 1 << 28).withUnsafeBytes(body)
      }
    }
  }

  /// One file: its name inside the folder, and where its bytes are.
  struct Item: Sendable {
    let name: String
    let place: Place
  }

  /// What the files are: pictures where there is one, else sounds, else texts.
  enum Kind: CaseIterable, Sendable {
    case pictures, sounds, texts

    var endings: [String] {
      switch self {
      case .pictures: ["png", "jpg", "jpeg"]
      case .sounds: ["wav", "wave"]
      case .texts: ["txt", "text"]
      }
    }
  }

  let name: String
  let kind: Kind
  var items: [Item]

  /// The files below the folder at `path`, by name.
  init(folder path: String) throws {
    guard let walk = FileManager.default.enumerator(atPath: path) else {
      throw UserError("cannot read the folder \(path)")
    }
    let items = walk.compactMap { $0 as? String }.map {
      Item(name: $0, place: .file((path as NSString).appendingPathComponent($0)))
    }
    try self.init(name: lastPart(path), items, said: path)
  }

  /// The files of a zip archive, by name.
  init(zip file: MappedFile) throws {
    let zip = try Zip(file), name = lastPart(file.path)
    let items = zip.entries.map { Item(name: $0.name, place: .entry(zip, $0)) }
    try self.init(name: name, items, said: name)
  }

  /// The file at `path` alone.
  init(file path: String) throws {
    let name = lastPart(path)
    try self.init(name: name, [Item(name: name, place: .file(path))], said: path)
  }

  private init(name: String, _ all: [Item], said: String) throws {
    self.name = name
    func those(of kind: Kind) -> [Item] {
      all.filter { item in
        !lastPart(item.name).hasPrefix(".")
          && kind.endings.contains((item.name as NSString).pathExtension.lowercased())
      }
    }
    let kinds = Kind.allCases.map { ($0, those(of: $0)) }
    guard let (kind, found) = kinds.first(where: { !$0.1.isEmpty }) else {
      throw UserError("\(said) holds no PNG, JPEG, WAV or .txt files")
    }
    self.kind = kind
    items = found.sorted { $0.name < $1.name }
  }

  /// The class of each file, its sub-folder; nothing where all lie in one folder.
  func labels() -> (labels: [Int], classes: [String])? {
    guard let found = folderClasses(items.map(\.name)) else { return nil }
    let classes = Set(found).sorted()
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    return (found.map { places[$0] ?? 0 }, classes)
  }

  /// What `look` finds at each file, or why it cannot.
  func survey<R: Sendable>(
    _ look: @Sendable (Place, String) throws -> R
  ) -> [Result<R, UserError>] {
    let items = items
    let found = Mutex([Result<R, UserError>?](repeating: nil, count: items.count))
    DispatchQueue.concurrentPerform(iterations: items.count) { i in
      let result = Result { try look(items[i].place, items[i].name) }
        .mapError { $0 as? UserError ?? UserError("\(items[i].name): \($0)") }
      found.withLock { $0[i] = result }
    }
    return found.withLock { $0.compactMap { $0 } }
  }

  mutating func dropBroken(
    _ found: [Result<Void, UserError>], _ strict: Bool, _ notes: inout [String]
  ) throws {
    var broken: [UserError] = []
    var kept: [Item] = []
    for (item, result) in zip(items, found) {
      if case .failure(let error) = result { broken.append(error) } else { kept.append(item) }
    }
    guard let first = broken.first else { return }
    try require(!strict && !kept.isEmpty, "\(first) (in \(name))")
    notes.append("\(counted(broken.count, "broken file")) of \(name) skipped; the first: \(first)")
    items = kept
  }
}
