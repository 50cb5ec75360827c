import Files
import Foundation

/// Texts as byte tokens: 0 fills up, a byte b is b + 1.
struct TextStore: Store {
  /// The most tokens of a line that are kept where nothing else is asked for.
  static let longest = 256

  let text: Bytes
  /// Where each kept text lies.
  let lines: [Range<Int>]
  let length: Int
  var count: Int { lines.count }
  var shape: [Int] { [length] }
  var element: Element { .uint16 }

  /// The stretches of `text` at `lines`, all `length` tokens long.
  init(_ text: Bytes, at lines: [Range<Int>], length: Int) {
    self.text = text
    self.lines = lines
    self.length = length
  }

  /// The lines of `text`, all `length` tokens long, or as long as the longest up to 256.
  init(_ text: Bytes, name: String, length: Int?, notes: inout [String]) throws {
    var lines: [Range<Int>] = []
    var empty = 0
    text.withUnsafeBytes { all in
      eachLine(of: all) { line in
        if line.isEmpty { empty += 1 } else { lines.append(line) }
      }
    }
    try require(!lines.isEmpty, "\(name) holds no lines of text")
    let longest = lines.lazy.map(\.count).max() ?? 0
    self.init(text, at: lines, length: length ?? min(longest, Self.longest))
    if empty > 0 { notes.append("\(counted(empty, "empty line")) of \(name) left out") }
    if let note = cutNote("line", of: name) { notes.append(note) }
  }

  /// What to say where some of the store's texts are longer than an example.
  func cutNote(_ noun: String, of name: String) -> String? {
    let cut = lines.reduce(0) { $0 + ($1.count > length ? 1 : 0) }
    guard cut > 0 else { return nil }
    let longest = lines.lazy.map(\.count).max() ?? 0
    return "\(counted(cut, noun)) of \(name) cut to \(length) bytes (the longest has \(longest))"
  }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    out.initializeMemory(as: UInt8.self, repeating: 0)
    text.withUnsafeBytes { all in
      for (i, byte) in all[lines[row]].prefix(length).enumerated() {
        out.storeBytes(of: UInt16(byte) + 1, toByteOffset: 2 * i, as: UInt16.self)
      }
    }
  }
}

/// Calls `body` with where each line of `text` lies, without its end.
func eachLine(of text: UnsafeRawBufferPointer, _ body: (Range<Int>) throws -> Void) rethrows {
  guard let base = text.baseAddress else { return }
  var start = 0
  while start < text.count {
    let found = memchr(base + start, 10, text.count - start)
    let end = found.map { UnsafeRawPointer($0) - base } ?? text.count
    try body(start..<(end > start && text[end - 1] == 13 ? end - 1 : end))
    start = end + 1
  }
}
