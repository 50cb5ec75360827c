import Files
import Foundation

/// Reads the files of a text set.
struct TextReader {
  let set: TextSet
  /// What sentences call it.
  let title: String
  var fingerprint = Fingerprint()
  var notes: [String] = []
  /// Lines whose number is not given.
  private var unscored = 0

  /// The names of numbered classes, in their order.
  private var names: [String] = []

  init(_ set: TextSet, title: String) {
    self.set = set
    self.title = title
  }

  /// The examples of `set`, whose name in a list of data sets is `title`.
  static func open(
    _ set: TextSet, name: String, title: String, strict: Bool, like: Opened.Like?
  ) throws -> Opened {
    var reader = TextReader(set, title: title)
    if case .numbered(let path) = set.layout {
      reader.names = try lines(of: Opened.contents(path, &reader.fingerprint))
    }
    let train = try reader.corpus(set.train, strict)
    let test = try set.test.isEmpty ? nil : reader.corpus(set.test, strict)
    if reader.unscored > 0 {
      reader.notes.append(
        "\(counted(reader.unscored, "pair")) of \(title) without a score left out")
    }
    let parts = try Opened.corpora(
      train: train, test: test, set, classes: reader.names, title: title, like: like,
      notes: &reader.notes)
    if let note = set.note { reader.notes.append(note) }
    return Opened(
      name: name, train: parts.train, test: parts.test, fingerprint: reader.fingerprint.hex(),
      notes: reader.notes)
  }

  private static func lines(of bytes: Bytes) -> [String] {
    bytes.withUnsafeBytes { text in
      var lines: [String] = []
      eachLine(of: text) {
        if !$0.isEmpty { lines.append(String(decoding: text[$0], as: UTF8.self)) }
      }
      return lines
    }
  }

  private mutating func corpus(_ paths: [String], _ strict: Bool) throws -> Corpus {
    var corpus = Corpus()
    if case .files(let content) = set.layout {
      let members = try paths.flatMap { try Member.all(of: $0, &fingerprint) }
      try append(members, content, strict: strict, to: &corpus)
      return corpus
    }
    for path in paths {
      let bytes = try Member.contents(path, &fingerprint)
      try bytes.withUnsafeBytes { all in
        let marked = all.starts(with: [0xef, 0xbb, 0xbf])
        try append(.init(rebasing: all.dropFirst(marked ? 3 : 0)), lastPart(path), to: &corpus)
      }
    }
    return corpus
  }

  private mutating func append(
    _ text: UnsafeRawBufferPointer, _ name: String, to corpus: inout Corpus
  ) throws {
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { .init(rebasing: text[range]) }
    switch set.layout {
    case .lines: eachLine(of: text) { corpus.append([part($0)]) }
    case .pieces: corpus.append(text, piecesOf: set.longest)
    case .smart: try appendDocuments(text, name, to: &corpus)
    case .numbered: try appendRows(text, name, to: &corpus)
    case .cells(let cells):
      var number = 0
      try eachLine(of: text) { line in
        number += 1
        if line.isEmpty || (number == 1 && cells.hasHeader) { return }
        try append(part(line), cells, "\(name) line \(number)", to: &corpus)
      }
    case .labelled:
      var number = 0
      try eachLine(of: text) { line in
        number += 1
        if line.isEmpty { return }
        let line = part(line)
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
          let space = line.firstIndex(of: 32), colon < space
        else { throw UserError("\(name) line \(number) does not start with a class, as in A:b") }
        let label = String(decoding: line[..<colon], as: UTF8.self)
        corpus.append([.init(rebasing: line[space...])], class: label)
      }
    case .sections:
      var section: String?
      try eachLine(of: text) { line in
        if let start = line.first, text[start] == UInt8(ascii: ":") {
          section = String(decoding: text[line].dropFirst(), as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
        } else {
          guard let section else {
            throw UserError("\(name) does not start with a section, as in : a")
          }
          corpus.append([part(line)], class: section)
        }
      }
    case .files: break
    }
  }

  private mutating func append(
    _ line: UnsafeRawBufferPointer, _ cells: TextLayout.Cells, _ place: String,
    to corpus: inout Corpus
  ) throws {
    let tab = UInt8(ascii: "\t")
    let found =
      line.contains(tab)
      ? line.split(separator: tab, omittingEmptySubsequences: false) : line.split(separator: 32)
    let needed = (cells.texts + [cells.score, cells.label].compactMap { $0 }).max() ?? 0
    try require(
      found.count > needed,
      "\(place) has \(counted(found.count, "cell")); it needs \(needed + 1), parted by tabs")
    var value: Float?, label: String?
    if let score = cells.score {
      let cell = found[score].filter { $0 != 32 }
      if cell.isEmpty { return unscored += 1 }
      value = cell.withUnsafeBytes { Table.number($0) }
      try require(
        value != nil, "\(place) has the score \(String(decoding: cell, as: UTF8.self)), no number")
    }
    if let place = cells.label {
      let text = String(decoding: found[place], as: UTF8.self)
      label = cells.classes[text] ?? text
    }
    corpus.append(
      cells.texts.map { UnsafeRawBufferPointer(rebasing: found[$0]) }, class: label, value: value)
  }

  /// The texts of CSV rows, whose first cell is the number of their class, from 1.
  private func appendRows(
    _ text: UnsafeRawBufferPointer, _ name: String, to corpus: inout Corpus
  ) throws {
    try CSV.scan(text, delimiter: UInt8(ascii: ","), name: name) { line, cells in
      let cell = String(decoding: cells[0], as: UTF8.self)
      guard let number = Int(cell), (1...max(1, names.count)).contains(number), !names.isEmpty
      else {
        throw UserError(
          "\(name) line \(line) has the class \(cell), not one of 1 to \(names.count)")
      }
      corpus.append(Array(cells.dropFirst()), class: names[number - 1])
      return true
    }
  }

  /// The texts of documents, their lines joined by spaces.
  private func appendDocuments(
    _ text: UnsafeRawBufferPointer, _ name: String, to corpus: inout Corpus
  ) throws {
    var document: [UInt8]?, isText = false
    func finish() { document?.withUnsafeBytes { corpus.append([$0]) } }
    eachLine(of: text) { line in
      let line = text[line]
      if line.starts(with: ".I ".utf8) {
        finish()
        (document, isText) = ([], false)
      } else if line.count == 2, line.first == UInt8(ascii: "."), let field = line.last,
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(field)
      {
        isText = field == UInt8(ascii: "W")
      } else if isText {
        document?.append(contentsOf: Array(line) + [32])
      }
    }
    try require(document != nil, "\(name) holds no documents, which start with .I and a number")
    finish()
  }
}
