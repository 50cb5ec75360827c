import Files
import Foundation

/// The list of data sets in the folder that `LATENT_DATA` names.
struct Manifest: Decodable {
  /// One data set of the list.
  struct Entry: Decodable {
    struct File: Decodable {
      let path: String
    }
    let name: String
    let description: String?
    let shape: String?
    let licence: String?
    let original_source: String?
    let files: [File]
  }
  let datasets: [Entry]

  /// The folder, where the variable is set.
  static var folder: String? { Places.environment("LATENT_DATA") }

  static func read(_ folder: String) throws -> Manifest {
    let path = (folder as NSString).appendingPathComponent("MANIFEST.json")
    let file = try MappedFile(path)
    try require(file.bytes.count <= 1 << 26, "\(path) is too large to be a list of data sets")
    do {
      return try withExtendedLifetime(file) {
        try JSONDecoder().decode(Manifest.self, from: file.data)
      }
    } catch {
      throw UserError(
        "\(path) is not a list of data sets: it needs `datasets` with names and files")
    }
  }

  /// What the list offers; nothing where there is none.
  static func known() -> [KnownSource] {
    guard let folder, let manifest = try? read(folder) else {
      return KnownSet.all.filter(\.isListed).map { set in
        KnownSource(
          name: set.name, what: set.said(set.title), size: "", licence: "", origin: "",
          how: "set LATENT_DATA to a folder of data sets with a MANIFEST.json", isHere: false)
      }
    }
    let readable = KnownSet.all.filter(\.isListed).compactMap { set -> KnownSource? in
      guard let entry = manifest.datasets.first(where: { $0.name == set.title }) else { return nil }
      return entry.known(
        as: set.name, what: set.said(entry.description ?? set.title), how: "in LATENT_DATA",
        isHere: set.isHere(folder))
    }
    let titles = Set(KnownSet.all.map(\.title))
    let others = manifest.datasets.filter { !titles.contains($0.name) }
    return readable + others.map { $0.known(as: $0.slug, how: "not readable yet", isHere: false) }
  }
}

extension Manifest.Entry {
  fileprivate func known(
    as name: String, what: String? = nil, how: String, isHere: Bool
  ) -> KnownSource {
    KnownSource(
      name: name, what: what ?? description ?? self.name, size: shape ?? "",
      licence: licence ?? "unknown",
      origin: original_source ?? "unknown", how: how, isHere: isHere)
  }

  /// The name in lower case, with hyphens.
  fileprivate var slug: String {
    name.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
  }
}

/// A data set of the list that some reader reads.
struct KnownSet {
  /// How its files are opened.
  enum Form {
    case idx(String)
    case npz(String)
    case table(train: [String], test: [String] = [], header: String? = nil, label: String)
    case series(String, window: Int)
    case text(String)
    case pictures(String, size: [Int]? = nil)
    case matrix(String)
    /// Read in a way of its own; `window` is set where it is a series.
    case special([String], window: Int? = nil, Special)
    case texts(TextSet)
    case turned(String)
    case ratings(String, most: Int)
    case pair(String, in: String)
  }

  /// Opens the first of a set's files or folders: its path, the set's name, the steps of a window.
  typealias Special =
    @Sendable (
      _ path: String, _ name: String, _ window: Int, SourceOptions, Opened.Like?
    ) throws -> Opened

  /// The name to open it by.
  let name: String
  /// Its name in the list.
  let title: String
  let form: Form
  /// Whether lists name it; of many parts of one set the first stands for all.
  var isListed = true
  /// What lists say beside what the set is.
  var about: String?

  fileprivate func said(_ what: String) -> String { about.map { "\(what): \($0)" } ?? what }

  private var paths: [String] {
    switch form {
    case .idx(let path), .npz(let path), .series(let path, _), .text(let path),
      .pictures(let path, _), .matrix(let path):
      [path]
    case .table(let train, let test, _, _): train + test
    case .special(let paths, _, _): paths
    case .texts(let set): set.places.map(Member.archive)
    case .turned(let path), .ratings(let path, _), .pair(_, let path): [path]
    }
  }

  var isSeries: Bool {
    switch form {
    case .series: true
    case .special(_, let window, _): window != nil
    default: false
    }
  }

  func isHere(_ folder: String) -> Bool {
    paths.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  func open(in folder: String, _ options: SourceOptions, like: Opened.Like?) throws -> Opened {
    func place(_ path: String) -> String { (folder as NSString).appendingPathComponent(path) }
    switch form {
    case .idx(let path): return try Opened.idxFolder(place(path), name: name)
    case .npz(let path): return try Opened.npz(place(path), name: name)
    case .text(let path): return try Opened.text(place(path), name: name, like: like)
    case .matrix(let path): return try Opened.matrix(place(path), name: name)
    case .special(let paths, let window, let open):
      let window = Opened.window(options, like) ?? window ?? 1
      return try open(place(paths[0]), name, window, options, like)
    case .texts(let set):
      return try TextReader.open(
        set.placed(place), name: name, title: title, strict: options.strict, like: like)
    case .turned(let path):
      return try Opened.turned(place(path), name: name, options, like: like)
    case .ratings(let path, let most):
      return try Opened.ratings(place(path), name: name, most: most)
    case .pair(let pair, let path):
      return try Opened.pair(pair, in: place(path), name: name, options, like: like)
    case .series(let path, let window):
      return try Opened.series(
        place(path), name: name, window: Opened.window(options, like) ?? window, options,
        like: like)
    case .table(let train, let test, let header, let label):
      return try Opened.tables(
        train: train.map(place), test: test.map(place), header: header, name: name, options,
        like: like, label: label)
    case .pictures(let path, let size):
      var options = options
      options.size = options.size ?? size
      let isZip = path.hasSuffix(".zip")
      let pictures =
        try isZip
        ? MediaFolder(zip: MappedFile(place(path))) : MediaFolder(folder: place(path))
      return try Opened.pictures(pictures, name: name, options, like: like)
    }
  }
}

extension Opened {
  /// The source with a name, where `spec` is one.
  static func known(_ spec: String, _ options: SourceOptions, like: Like?) throws -> Opened? {
    if spec == "fashion-mnist" { return try fashion() }
    if spec == "digits" { return try digits() }
    guard let set = KnownSet.all.first(where: { $0.name == spec }) else {
      let unread = Manifest.known().first { $0.name == spec }
      if let unread { throw UserError("\(spec) is known but not readable yet: \(unread.size)") }
      return nil
    }
    guard let folder = Manifest.folder else {
      throw UserError(
        "\(spec) is in the folder that LATENT_DATA names: set it, as in LATENT_DATA=/path/to/data")
    }
    try require(
      set.isHere(folder), "\(spec) is not in \(folder), the folder that LATENT_DATA names")
    return try set.open(in: folder, options, like: like)
  }
}
