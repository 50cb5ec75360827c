import Files
import Foundation
import Synchronization

/// PNG and JPEG files, in a folder or in a zip archive, decoded each time one is fetched.
struct PictureStore: Store {
  /// Where a picture's bytes are.
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

  /// One picture: its name inside the folder, and where its bytes are.
  struct Item: Sendable {
    let name: String
    let place: Place
  }

  let items: [Item]
  let shape: [Int]
  var count: Int { items.count }
  var element: Element { .uint8 }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    let item = items[row]
    var image = try item.place.withBytes {
      try Image.decode($0, name: item.name, channels: shape[0])
    }
    image = image.resized(height: shape[1], width: shape[2])
    image.copyPlanes(to: out)
  }
}

/// The pictures that a folder or an archive holds, before they are checked.
struct PictureFolder {
  let name: String
  var items: [PictureStore.Item]
  private static let endings = ["png", "jpg", "jpeg"]

  /// The pictures below the folder at `path`, by name.
  init(folder path: String) throws {
    name = lastPart(path)
    guard let walk = FileManager.default.enumerator(atPath: path) else {
      throw UserError("cannot read the folder \(path)")
    }
    let names = walk.compactMap { $0 as? String }.filter(Self.isPicture)
    items = names.sorted().map {
      .init(name: $0, place: .file((path as NSString).appendingPathComponent($0)))
    }
    try require(!items.isEmpty, "\(path) holds no PNG or JPEG files")
  }

  /// The pictures of a zip archive, by name.
  init(zip file: MappedFile) throws {
    name = lastPart(file.path)
    let zip = try Zip(file)
    items = zip.entries.filter { Self.isPicture($0.name) }.sorted { $0.name < $1.name }
      .map { .init(name: $0.name, place: .entry(zip, $0)) }
    try require(!items.isEmpty, "\(name) holds no PNG or JPEG files")
  }

  private static func isPicture(_ name: String) -> Bool {
    !lastPart(name).hasPrefix(".")
      && endings.contains((name as NSString).pathExtension.lowercased())
  }

  /// The class of each picture, its sub-folder; nothing where all lie in one folder.
  func labels() -> (labels: [Int], classes: [String])? {
    guard let found = folderClasses(items.map(\.name)) else { return nil }
    let classes = Set(found).sorted()
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    return (found.map { places[$0] ?? 0 }, classes)
  }

  /// Decodes all pictures once, several at a time: into memory up to `budget` bytes, else for a check.
  ///
  /// - Parameter size: height and width asked for; without, all must be alike.
  /// - Parameter channels: 1 or 3; without, 3 where one picture has colour.
  mutating func store(
    size: [Int]?, channels: Int?, strict: Bool, notes: inout [String], budget: Int = 1 << 30
  ) throws -> any Store {
    let shapes = survey { place, name in try place.withBytes { try Image.shape($0, name: name) } }
    try dropBroken(shapes.map { $0.map { _ in } }, strict, &notes)
    let good = shapes.compactMap { try? $0.get() }
    let common = size ?? Array(good[0][1...])
    if size == nil, let other = good.firstIndex(where: { Array($0[1...]) != common }) {
      throw UserError(
        "\(items[0].name) has \(written(good[0].reversed().dropLast())) pixels and \(items[other].name) "
          + "\(written(good[other].reversed().dropLast())): give one size for all with --size")
    }
    let shape = [channels ?? good.map { $0[0] }.max() ?? 1] + common
    let onDisk = PictureStore(items: items, shape: shape)
    guard let bytes = product(shape + [items.count]), bytes <= budget else { return onDisk }
    let pixels = survey { place, name in
      try [UInt8](unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, filled in
        let one = PictureStore(items: [.init(name: name, place: place)], shape: shape)
        try one.copy(
          0, to: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: one.width))
        filled = one.width
      }
    }
    try dropBroken(pixels.map { $0.map { _ in } }, strict, &notes)
    return ArrayStore(
      .owned(pixels.flatMap { (try? $0.get()) ?? [] }), count: items.count, shape: shape,
      element: .uint8)
  }

  /// What `look` finds at each picture, or why it cannot.
  private func survey<R: Sendable>(
    _ look: @Sendable (PictureStore.Place, String) throws -> R
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

  private mutating func dropBroken(
    _ found: [Result<Void, UserError>], _ strict: Bool, _ notes: inout [String]
  ) throws {
    var broken: [UserError] = []
    var kept: [PictureStore.Item] = []
    for (item, result) in zip(items, found) {
      if case .failure(let error) = result { broken.append(error) } else { kept.append(item) }
    }
    guard let first = broken.first else { return }
    try require(!strict && !kept.isEmpty, "\(first) (in \(name))")
    notes.append("\(counted(broken.count, "broken file")) of \(name) skipped; the first: \(first)")
    items = kept
  }
}
