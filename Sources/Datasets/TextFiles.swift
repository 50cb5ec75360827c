import Files
import Foundation

/// One file of an archive, in memory.
struct Member {
  let name: String
  let bytes: [UInt8]

  /// All files of the tar or zip archive at `path`, by name; hidden ones are passed over.
  static func all(of path: String, _ fingerprint: inout Fingerprint) throws -> [Member] {
    let isZip = path.hasSuffix(".zip")
    let members = try isZip ? zip(path, &fingerprint) : tar(path, &fingerprint)
    return members.filter { !lastPart($0.name).hasPrefix(".") }.sorted { $0.name < $1.name }
  }

  private static func zip(_ path: String, _ fingerprint: inout Fingerprint) throws -> [Member] {
    let file = try MappedFile(path)
    fingerprint.add(file.bytes, named: lastPart(path))
    let zip = try Zip(file)
    var total = 0
    return try zip.entries.map { entry in
      let bytes = try zip.contents(of: entry, limit: 1 << 28)
      total += bytes.count
      try requireMemory(total, for: lastPart(path))
      return Member(name: entry.name, bytes: bytes)
    }
  }

  private static func tar(_ path: String, _ fingerprint: inout Fingerprint) throws -> [Member] {
    try Opened.contents(path, &fingerprint).withUnsafeBytes { all in
      try Tar(all, name: lastPart(path)).entries.map {
        Member(name: $0.name, bytes: Array(all[$0.range]))
      }
    }
  }

  /// The bytes of the file at `path`, which may lie in a zip archive, as in `a.zip/b/c.txt`.
  static func contents(_ path: String, _ fingerprint: inout Fingerprint) throws -> Bytes {
    guard let inside = path.range(of: ".zip/") else {
      return try Opened.contents(path, &fingerprint)
    }
    let file = try MappedFile(archive(of: path))
    fingerprint.add(file.bytes, named: lastPart(path))
    let zip = try Zip(file), name = path[inside.upperBound...]
    guard let entry = zip.entries.first(where: { $0.name == name }) else {
      throw UserError("\(lastPart(file.path)) holds no file \(name)")
    }
    return .owned(try zip.contents(of: entry, limit: 1 << 30))
  }

  /// The file of the disk that holds what is at `path`.
  static func archive(of path: String) -> String {
    path.range(of: ".zip/").map { path[..<$0.upperBound].dropLast() }.map(String.init) ?? path
  }
}

/// The class of each of the files called `names`, its folder; nothing where all lie in one folder.
///
/// What all folders share is no class, as the one folder that an archive often holds.
func folderClasses(_ names: [String]) -> [String]? {
  // Foundation's part for this traps on a name of one letter.
  let folders = names.map { $0.split(separator: "/").dropLast().map(String.init) }
  guard let first = folders.first, folders.contains(where: { $0 != first }) else { return nil }
  let least = max(0, (folders.map(\.count).min() ?? 0) - 1)
  let shared = (0..<least).prefix { place in folders.allSatisfy { $0[place] == first[place] } }
    .count
  return folders.map { $0.dropFirst(shared).joined(separator: "/") }
}

extension TextReader {
  /// Appends each file as a text, its folder as the class.
  mutating func append(
    _ members: [Member], _ content: TextLayout.Content, strict: Bool,
    to corpus: inout Corpus
  ) throws {
    let texts = members.filter { !$0.bytes.contains(0) }
    if let first = members.first(where: { $0.bytes.contains(0) }) {
      try require(!strict, "\(first.name) in \(title) is no text: it holds bytes of 0")
      notes.append(
        "\(counted(members.count - texts.count, "file")) of \(title) left out as no text; "
          + "the first: \(first.name)")
    }
    let kept = content == .dated ? texts.filter { Self.year($0.name) != nil } : texts
    if kept.count < texts.count {
      notes.append(
        "\(counted(texts.count - kept.count, "file")) of \(title) without a year left out")
    }
    if content == .message {
      notes.append(
        "headers of the messages left out but for their subjects, since they name the class")
    }
    let classes = folderClasses(kept.map(\.name))
    for (i, member) in kept.enumerated() {
      let bytes = content == .message ? Self.body(of: member.bytes) : member.bytes
      bytes.withUnsafeBytes {
        corpus.append(
          [$0], class: classes?[i], value: content == .dated ? Self.year(member.name) : nil)
      }
    }
  }

  /// The year that a file's name starts with.
  private static func year(_ path: String) -> Float? {
    let digits = lastPart(path).prefix { $0.isASCII && $0.isNumber }
    return digits.count == 4 ? Float(digits) : nil
  }

  /// The subject of a message, and what is after its header.
  private static func body(of message: [UInt8]) -> [UInt8] {
    var subject: [UInt8] = [], body: [UInt8] = [], isHeader = true
    message.withUnsafeBytes { all in
      eachLine(of: all) { line in
        guard isHeader else { return }
        if line.isEmpty {
          isHeader = false
          body = Array(all[line.upperBound...])
        } else if all[line].starts(with: "Subject:".utf8) {
          subject = Array(all[line].dropFirst(8))
        }
      }
    }
    return isHeader ? message : subject + body
  }
}

extension Opened {
  /// The text files of a tar archive, the folder of each its class.
  static func textFiles(
    _ path: String, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint()
    let members = try Member.all(of: path, &fingerprint)
    return try texts(
      members, of: lastPart(path), fingerprint, name: name, options, like: like)
  }

  /// The text files of a folder or a zip archive, the folder of each its class.
  static func texts(
    _ folder: MediaFolder, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint(), total = 0
    let members = try folder.items.map { item in
      try item.place.withBytes { bytes in
        total += bytes.count
        try requireMemory(total, for: folder.name)
        fingerprint.add(bytes, named: item.name)
        return Member(name: item.name, bytes: Array(bytes))
      }
    }
    return try texts(members, of: folder.name, fingerprint, name: name, options, like: like)
  }

  private static func texts(
    _ members: [Member], of title: String, _ fingerprint: Fingerprint, name: String,
    _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    let set = TextSet(train: [], layout: .files(.text), longest: Corpus.longest)
    var reader = TextReader(set, title: title), corpus = Corpus()
    try reader.append(members, .text, strict: options.strict, to: &corpus)
    let parts = try corpora(train: corpus, set, title: title, like: like, notes: &reader.notes)
    return Opened(
      name: name, train: parts.train, fingerprint: fingerprint.hex(), notes: reader.notes)
  }
}
