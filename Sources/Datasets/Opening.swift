import Files
import Foundation
import Torch

/// From a name or path to what a reader found there.
extension Opened {
  /// How a space wants its inputs, for data that is opened for it.
  typealias Like = (preprocessing: Preprocessing, domain: Domain)

  static func read(_ spec: String, _ options: SourceOptions, like: Like?) throws -> Opened {
    try checkWindow(spec, options)
    try checkText(spec, options)
    if let world = try world(spec, options) { return world }
    if let known = try known(spec, options, like: like) { return known }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: spec, isDirectory: &isFolder) else {
      throw unknown(spec)
    }
    return try path(spec, isFolder: isFolder.boolValue, options, like: like)
  }

  private static func unknown(_ spec: String) -> UserError {
    if spec.contains("/") || spec.contains(".") {
      return UserError("there is no file or folder \(spec)")
    }
    let hint = nearest(to: spec, among: Source.known().map(\.name)).map { "; did you mean \($0)?" }
    return UserError(
      "there is no source called \(spec), and no such file or folder\(hint ?? "")"
        + " (`latent data` lists the known sources)")
  }

  /// A world, made from the seed.
  private static func world(_ spec: String, _ options: SourceOptions) throws -> Opened? {
    let seed = Seed(options.seed).child("world")
    let reading: Reading
    var identity = "\(spec) 1 \(options.seed)"
    if let plane = Plane(rawValue: spec) {
      reading = plane.reading(count: options.limit ?? 10_000, seed: seed)
    } else if spec == "sprites" {
      let size = options.size?[0] ?? 32
      try require(
        (options.size ?? [size, size]) == [size, size] && (8...1024).contains(size),
        "sprites come in squares of 8 to 1024 pixels")
      reading = SpriteStore.reading(count: options.limit ?? 20_000, size: size, seed: seed)
      identity += " \(size)"
    } else if spec == "sentences" {
      reading = Sentences.reading(count: options.limit ?? 20_000, seed: seed)
    } else if spec == Superposition.name {
      reading = try Superposition(seed: seed).reading(count: options.limit ?? 20_000)
    } else if let texts = TextWorlds.reading(spec, count: options.limit ?? 20_000, seed: seed) {
      reading = texts
    } else {
      return nil
    }
    var fingerprint = Fingerprint()
    fingerprint.add("\(identity) \(reading.count)")
    return Opened(name: spec, train: reading, fingerprint: fingerprint.hex())
  }

  private static func path(
    _ path: String, isFolder: Bool, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    if isFolder {
      if IDXFolder(path) != nil { return try idxFolder(path, name: path) }
      if TimeSeriesFolder(path) != nil {
        return try timeSeriesFolder(path, name: path, like: like)
      }
      return try media(MediaFolder(folder: path), name: path, options, like: like)
    }
    if let column = textColumn(path, options, like) {
      return try texts(in: column, of: path, options, like: like)
    }
    if isTable(path) {
      guard let window = window(options, like) else {
        return try tables(train: [path], name: path, options, like: like)
      }
      return try series(path, name: path, window: window, options, like: like)
    }
    let name = unpacked(path)
    switch (name as NSString).pathExtension.lowercased() {
    case "npy": return try npy(path)
    case "npz": return try npz(path)
    case "tar", "tgz", "tbz2": return try textFiles(path, name: path, options, like: like)
    case "txt", "text": return try text(path, name: path, like: like)
    case "zip":
      return try media(MediaFolder(zip: MappedFile(path)), name: path, options, like: like)
    case "h5ad": return try cells(path, name: path, options, like: like)
    case "ts": return try timeSeries(train: path, name: path, like: like)
    case "wav", "wave": return try media(MediaFolder(file: path), name: path, options, like: like)
    case "mat": return try matrix(path, name: path)
    default: break
    }
    if lastPart(path).contains("idx") || lastPart(name).hasSuffix("-ubyte") { return try idx(path) }
    throw UserError(
      "\(path) is of no kind that can be read: "
        + "IDX, .npy, .npz, .csv, .tsv, .txt, .mat, .h5ad, .ts, .wav, a .tar of text files, "
        + "or a folder or zip of PNG, JPEG, WAV or .txt files")
  }

  /// Whether the name of the file at `path` says that it holds a table.
  static func isTable(_ path: String) -> Bool {
    ["csv", "tsv"].contains((unpacked(path) as NSString).pathExtension.lowercased())
  }

  /// The path without the ending that a compression gave it.
  private static func unpacked(_ path: String) -> String {
    [".gz", ".bz2"].first { path.hasSuffix($0) }.map { String(path.dropLast($0.count)) } ?? path
  }

  static func idx(_ path: String) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let array = try IDX.read(path, &fingerprint)
    var reading = try Reading(NPY.Array(array), name: lastPart(path), notes: &notes)
    if let sibling = IDX.labelsPath(for: path) {
      let labels = try IDX.labels(sibling, count: reading.count, &fingerprint)
      if let (parts, names) = classes(of: [labels]) {
        (reading.labels, reading.classes) = (parts[0], names)
        notes.append("classes read from \(lastPart(sibling))")
      }
    }
    return Opened(name: path, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  static func npy(_ path: String) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let array = try NPY.read(path, &fingerprint)
    let reading = try Reading(array, name: lastPart(path), notes: &notes)
    return Opened(name: path, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  static func text(_ path: String, name: String, like: Like?) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let bytes = try contents(path, &fingerprint)
    let store = try TextStore(
      bytes, name: lastPart(path), length: like?.preprocessing.length, notes: &notes)
    let reading = Reading(store, support: .tokens)
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  /// The pictures, the sounds or the texts of a folder or an archive.
  static func media(
    _ folder: MediaFolder, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    switch folder.kind {
    case .pictures: try pictures(folder, name: name, options, like: like)
    case .sounds: try sounds(folder, name: name, options, like: like)
    case .texts: try texts(folder, name: name, options, like: like)
    }
  }

  static func pictures(
    _ folder: MediaFolder, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var folder = folder, notes: [String] = [], fingerprint = Fingerprint()
    let channels = like.flatMap { $0.domain.isImage ? $0.domain.shape.first : nil }
      .flatMap { [1, 3].contains($0) ? $0 : nil }
    let store = try folder.store(
      size: options.size, channels: channels, strict: options.strict, notes: &notes)
    for item in folder.items {
      try item.place.withBytes { fingerprint.add($0, named: item.name) }
    }
    var reading = Reading(store, support: .unit)
    reading.divisor = 255
    if let (labels, classes) = folder.labels() {
      (reading.labels, reading.classes) = (labels, classes)
    }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  /// A table of the rows of all `train` files, and of `test` files where there is an official split.
  static func tables(
    train: [String], test: [String] = [], header: String? = nil, name: String,
    _ options: SourceOptions, like: Like?, label: String? = nil
  ) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    func reading(_ paths: [String], _ notes: inout [String]) throws -> Reading {
      let text =
        try paths.count == 1 && header == nil
        ? contents(paths[0], &fingerprint) : joined(paths, header, &fingerprint)
      return try Self.reading(
        table: text, title: lastPart(paths[0]), label: label, options, like: like, notes: &notes)
    }
    let first = try reading(train, &notes)
    var second: Reading?
    if !test.isEmpty {
      var unsaid: [String] = []
      second = try reading(test, &unsaid).withClasses(first.classes)
    }
    return Opened(
      name: name, train: first, test: second, fingerprint: fingerprint.hex(), notes: notes)
  }

  /// A table in memory, its label column apart: the one asked for, that of a space, or `label`.
  static func reading(
    table text: Bytes, title: String, label: String?, _ options: SourceOptions, like: Like?,
    notes: inout [String]
  ) throws -> Reading {
    let asked = options.labelColumn ?? like?.preprocessing.labelColumn ?? label
    var table = try text.withUnsafeBytes { try Table($0, name: title, labelColumn: asked) }
    let labels = try table.removeLabels(options, like: like, asked, notes: &notes)
    var reading = Reading(table)
    (reading.labels, reading.classes) = (labels?.labels, labels?.classes ?? [])
    reading.labelColumn = labels?.column
    return reading
  }

  private static func joined(
    _ paths: [String], _ header: String?, _ fingerprint: inout Fingerprint
  ) throws -> Bytes {
    var all = header.map { Array(($0 + "\n").utf8) } ?? []
    for path in paths {
      try contents(path, &fingerprint).withUnsafeBytes { all += $0 }
      if all.last != 10 { all.append(10) }
    }
    return .owned(all)
  }

  /// A file's bytes, decompressed where gzip or bzip2 wrote it.
  static func contents(_ path: String, _ fingerprint: inout Fingerprint) throws -> Bytes {
    let file = try MappedFile(path)
    fingerprint.add(file.bytes, named: lastPart(path))
    return try withExtendedLifetime(file) {
      if isGzip(file.bytes) {
        return .owned(try InflateStream(file.bytes, .gzip, name: lastPart(path)).rest())
      }
      if path.hasSuffix(".bz2") || isBzip2(file.bytes) {
        return .owned(try BunzipStream(file.bytes, name: lastPart(path)).rest())
      }
      return .mapped(file)
    }
  }
}

extension Reading {
  /// The same with class places among `names`; labels are dropped where one is unknown.
  func withClasses(_ names: [String]) -> Reading {
    var reading = self
    // Adult's official test file ends its labels with a full stop.
    let places = classes.map { name in
      names.firstIndex(of: name) ?? names.firstIndex(of: String(name.dropLast())) ?? -1
    }
    let moved = labels.map { $0.map { places[$0] } }
    reading.labels = moved.flatMap { $0.contains(-1) ? nil : $0 }
    reading.classes = names
    return reading
  }
}

extension NPY.Array {
  init(_ array: IDX.Array) {
    self.init(
      bytes: array.bytes, offset: array.offset, shape: array.shape, element: array.element,
      swapped: array.element.width > 1)
  }
}

extension IDX {
  /// The labels in the file at `path`, one for each of `count` examples.
  static func labels(
    _ path: String, count: Int, _ fingerprint: inout Fingerprint
  ) throws -> [Int] {
    try labels(read(path, &fingerprint), count: count, lastPart(path))
  }

  static func labels(_ array: Array, count: Int, _ name: String) throws -> [Int] {
    guard array.shape.count == 1, let labels = NPY.Array(array).integers() else {
      throw UserError("\(name) does not hold a list of labels")
    }
    try require(
      labels.count == count, "\(name) holds \(labels.count) labels for \(counted(count, "example"))"
    )
    return labels
  }
}
