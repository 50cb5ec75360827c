import Files
import Foundation

/// Texts while they are gathered, each with what is known of it.
struct Corpus: Sendable {
  /// The most tokens of a document that are kept where nothing else is asked for.
  static let longest = 1024
  /// What parts the texts of one example, such as a sentence and its translation.
  static let separator = UInt8(ascii: "\t")

  private var bytes: [UInt8] = []
  private var texts: [Range<Int>] = []
  /// The class of each text; empty where there are none.
  private(set) var classes: [String] = []
  /// The number beside each text; empty where there are none.
  private var values: [Float] = []
  private var empty = 0
  private var converted = 0

  /// Appends the example that `parts` make, as UTF-8 and without blanks at their ends.
  ///
  /// What is not UTF-8 is taken for Latin-1, of which any bytes are a text.
  mutating func append(
    _ parts: [UnsafeRawBufferPointer], class name: String? = nil, value: Float? = nil
  ) {
    let start = bytes.count
    for part in parts.map(trimmed) where !part.isEmpty {
      if bytes.count > start { bytes.append(Self.separator) }
      bytes.append(contentsOf: part)
    }
    guard bytes.count > start else { return empty += 1 }
    if !isUTF8(bytes[start...]) {
      let text = bytes[start...].flatMap { $0 < 0x80 ? [$0] : [0xc0 | $0 >> 6, 0x80 | $0 & 0x3f] }
      bytes.replaceSubrange(start..., with: text)
      converted += 1
    }
    texts.append(start..<bytes.count)
    if let name { classes.append(name) }
    if let value { values.append(value) }
  }

  /// Appends `text` in pieces of `length` bytes, as it is.
  mutating func append(_ text: UnsafeRawBufferPointer, piecesOf length: Int) {
    let start = bytes.count
    bytes.append(contentsOf: text)
    for piece in stride(from: start, to: bytes.count, by: length) {
      texts.append(piece..<min(piece + length, bytes.count))
    }
  }

  /// Bytes of the longest text.
  var longest: Int { texts.lazy.map(\.count).max() ?? 0 }

  /// What was left out, converted or cut, with the reading.
  func reading(
    length: Int, classes names: [String], factor: String?, title: String, notes: inout [String]
  ) throws -> Reading {
    try require(!texts.isEmpty, "\(title) holds no texts")
    let store = TextStore(.owned(bytes), at: texts, length: length)
    if empty > 0 { notes.append("\(counted(empty, "empty text")) of \(title) left out") }
    if converted > 0 {
      notes.append("\(counted(converted, "text")) of \(title) not in UTF-8 read as Latin-1")
    }
    if let note = store.cutNote("text", of: title) { notes.append(note) }
    var reading = Reading(store, support: .tokens)
    if !names.isEmpty, classes.count == texts.count {
      let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      reading.labels = classes.map { places[$0] ?? 0 }
      reading.classes = names
    }
    if let factor, values.count == texts.count {
      reading.factors = [Factor(factor, values: 0)]
      reading.factorValues = .listed(values, width: 1)
    }
    return reading
  }
}

private func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
  guard let start = text.firstIndex(where: { !isBlank($0) }),
    let end = text.lastIndex(where: { !isBlank($0) })
  else { return UnsafeRawBufferPointer(rebasing: text[..<0]) }
  return UnsafeRawBufferPointer(rebasing: text[start...end])
}

private func isUTF8(_ text: ArraySlice<UInt8>) -> Bool {
  text.allSatisfy { $0 < 0x80 } || String(bytes: text, encoding: .utf8) != nil
}

extension Opened {
  /// The examples of one or two corpora, all of one length and with the same classes.
  ///
  /// - Parameter names: The classes in their order; without, they are sorted.
  static func corpora(
    train: Corpus, test: Corpus? = nil, _ set: TextSet, classes names: [String] = [],
    title: String, like: Like?, notes: inout [String]
  ) throws -> (train: Reading, test: Reading?) {
    let longest = max(train.longest, test?.longest ?? 0)
    let length = like?.preprocessing.length ?? min(longest, set.longest)
    var classes = names.isEmpty ? Set(train.classes + (test?.classes ?? [])).sorted() : names
    if classes.count > Table.mostClasses {
      notes.append("classes of \(title) left out: there are \(classes.count)")
      classes = []
    }
    func reading(
      _ corpus: Corpus, _ title: String, _ notes: inout [String]
    ) throws -> Reading {
      try corpus.reading(
        length: length, classes: classes, factor: set.factor, title: title, notes: &notes)
    }
    let first = try reading(train, title, &notes)
    return (first, try test.map { try reading($0, "the test part of \(title)", &notes) })
  }
}
