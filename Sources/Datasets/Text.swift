import Files
import Foundation

/// Lines of a text file as byte tokens: 0 fills up, a byte b is b + 1.
struct TextStore: Store {
  /// The most tokens of a line that are kept where nothing else is asked for.
  static let longest = 256

  let text: Bytes
  /// Where each kept line lies.
  let lines: [Range<Int>]
  let length: Int
  var count: Int { lines.count }
  var shape: [Int] { [length] }
  var element: Element { .uint16 }

  /// The lines of `text`, all `length` tokens long, or as long as the longest up to 256.
  init(_ text: Bytes, name: String, length: Int?, notes: inout [String]) throws {
    self.text = text
    var lines: [Range<Int>] = []
    var empty = 0
    text.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return }
      var start = 0
      while start < all.count {
        let found = memchr(base + start, 10, all.count - start)
        let end = found.map { UnsafeRawPointer($0) - base } ?? all.count
        let stop = end > start && all[end - 1] == 13 ? end - 1 : end
        if stop > start { lines.append(start..<stop) } else { empty += 1 }
        start = end + 1
      }
    }
    try require(!lines.isEmpty, "\(name) holds no lines of text")
    let longest = lines.lazy.map(\.count).max() ?? 0
    self.length = length ?? min(longest, Self.longest)
    self.lines = lines
    let cut = lines.reduce(0) { $0 + ($1.count > self.length ? 1 : 0) }
    if empty > 0 { notes.append("\(counted(empty, "empty line")) of \(name) left out") }
    if cut > 0 {
      notes.append(
        "\(counted(cut, "line")) of \(name) cut to \(self.length) bytes (the longest has \(longest))"
      )
    }
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
