import Files
import Foundation

/// Tables as text: one line per example, cells parted by a comma, tab, semicolon or bar.
public enum CSV {
  /// Writes a table; cells with commas, quotes or line breaks are quoted.
  public static func write(header: [String], rows: some Sequence<[String]>, to path: String) throws
  {
    func line(_ cells: [String]) -> Data {
      Data((cells.map(quoted).joined(separator: ",") + "\n").utf8)
    }
    try AtomicFile.write(to: path) { file in
      if !header.isEmpty { try file.append(line(header)) }
      for row in rows { try file.append(line(row)) }
    }
  }

  static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\n\r".contains($0) }) else { return cell }
    return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// The delimiter that parts the first lines most often; a comma where none does.
  static func delimiter(of text: UnsafeRawBufferPointer) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var quoted = false
    for byte in text.prefix(1 << 16).prefix(while: { _ in true }) {
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted, ",\t;|".utf8.contains(byte) { counts[byte, default: 0] += 1 }
      if byte == UInt8(ascii: "\n"), !quoted, !counts.isEmpty { break }
    }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? UInt8(ascii: ",")
  }

  /// Calls `visit` with each row's cells and line; a row with another number of cells is an error.
  ///
  /// Rows are visited until `visit` returns false. Cells point into memory valid during the call.
  static func scan(
    _ text: UnsafeRawBufferPointer, delimiter: UInt8, name: String,
    _ visit: (_ line: Int, _ cells: [UnsafeRawBufferPointer]) throws -> Bool
  ) throws {
    var scanner = Scanner(text: text, delimiter: delimiter, name: name)
    if text.starts(with: [0xef, 0xbb, 0xbf]) { scanner.position = 3 }
    var width: (cells: Int, line: Int)?
    while let line = try scanner.nextRow() {
      let cells = scanner.cells.count
      if let width, width.cells != cells {
        throw UserError(
          "\(name) line \(line) has \(counted(cells, "cell")), but line \(width.line) has "
            + "\(width.cells): each line needs the same number")
      }
      width = width ?? (cells, line)
      let goOn = try scanner.unquoted.withUnsafeBytes { extra in
        try visit(
          line,
          scanner.cells.map {
            UnsafeRawBufferPointer(rebasing: ($0.isQuoted ? extra : text)[$0.range])
          })
      }
      if !goOn { return }
    }
  }

  private struct Scanner {
    let text: UnsafeRawBufferPointer
    let delimiter: UInt8
    let name: String
    var position = 0
    var line = 1
    /// The row's cells: ranges of the text, or of `unquoted` for cells with quotes.
    var cells: [(range: Range<Int>, isQuoted: Bool)] = []
    var unquoted: [UInt8] = []

    /// Reads the next row that is not blank; its first line's number, or nothing at the end.
    mutating func nextRow() throws -> Int? {
      while position < text.count {
        let first = line
        cells.removeAll(keepingCapacity: true)
        unquoted.removeAll(keepingCapacity: true)
        var ended = false
        while !ended { ended = try nextCell() }
        let blank = cells.count == 1 && !cells[0].isQuoted && cells[0].range.isEmpty
        if !blank { return first }
      }
      return nil
    }

    /// Reads one cell; whether it was the row's last.
    private mutating func nextCell() throws -> Bool {
      var start = position
      while start < text.count, text[start] == UInt8(ascii: " ") { start += 1 }
      if start < text.count, text[start] == UInt8(ascii: "\"") {
        position = start + 1
        try readQuoted()
      } else {
        while position < text.count, !isEnd(text[position]) { position += 1 }
        cells.append((trimmed(start, position), false))
      }
      guard position < text.count else { return true }
      defer { position += 1 }
      if text[position] == delimiter { return false }
      if text[position] == UInt8(ascii: "\r"), position + 1 < text.count,
        text[position + 1] == UInt8(ascii: "\n")
      {
        position += 1
      }
      line += 1
      return true
    }

    private func isEnd(_ byte: UInt8) -> Bool {
      byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
      var end = max(start, end)
      while end > start, text[end - 1] == UInt8(ascii: " ") { end -= 1 }
      return start..<end
    }

    private mutating func readQuoted() throws {
      let first = line, start = unquoted.count, quote = UInt8(ascii: "\"")
      while true {
        guard position < text.count else {
          throw UserError("\(name) line \(first) opens a quote that is never closed")
        }
        let byte = text[position]
        position += 1
        if byte == quote {
          guard position < text.count, text[position] == quote else { break }
          position += 1
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        unquoted.append(byte)
      }
      while position < text.count, !isEnd(text[position]) { position += 1 }
      cells.append((start..<unquoted.count, true))
    }
  }
}
