/// Rows of text under column titles, aligned for a terminal or written as Markdown.
public struct TextTable: Sendable {
  /// The side of its column that a cell keeps to.
  public enum Alignment: Sendable {
    /// The left, as words.
    case left
    /// The right, as numbers.
    case right
    /// The right when every filled cell of the column is a number.
    case automatic
  }

  /// Titles of the columns.
  public let titles: [String]
  /// Cells, row by row; each row has as many as there are titles.
  public private(set) var rows: [[String]] = []
  private let alignments: [Alignment]

  /// An empty table; columns without an alignment find their own.
  public init(_ titles: [String], alignments: [Alignment] = []) {
    self.titles = titles
    self.alignments = titles.indices.map { $0 < alignments.count ? alignments[$0] : .automatic }
  }

  /// Adds a row; missing cells are empty.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count <= titles.count, "\(cells.count) cells in \(titles.count) columns")
    let missing = Array(repeating: "", count: titles.count - cells.count)
    rows.append((cells + missing).map { $0.map { $0.isNewline ? " " : $0 } }.map { String($0) })
  }

  /// The table with two blanks between columns; where it is wider than `width`, the widest column of
  /// words is cut.
  public func text(width: Int? = nil) -> String {
    let right = alignedRight
    var widths = columnWidths
    if let width { narrow(&widths, to: width, sparing: right) }
    let rule = widths.map { String(repeating: "-", count: $0) }
    // A table of facts has no titles, and then no rule under them.
    let head = titles.allSatisfy(\.isEmpty) ? [] : [titles, rule]
    return (head + rows).map { cells in
      let line = zip(cells.indices, cells).map { column, cell in
        let shown = cell.cut(to: widths[column])
        let gap = String(repeating: " ", count: widths[column] - shown.columns)
        return right[column] ? gap + shown : shown + gap
      }
      return line.joined(separator: "  ").trimmingBlanksAtEnd
    }.joined(separator: "\n")
  }

  /// The table in Markdown, its source aligned too.
  public var markdown: String {
    let right = alignedRight
    let escaped = ([titles] + rows).map { row in row.map(TextTable.escape) }
    let widths = titles.indices.map { column in
      max(3, escaped.map { $0[column].columns }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        let gap = String(repeating: " ", count: widths[column] - cells[column].columns)
        return right[column] ? gap + cells[column] : cells[column] + gap
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = titles.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column] - 1)
      return right[column] ? dashes + ":" : "-" + dashes
    }
    return ([line(escaped[0]), line(rule)] + escaped.dropFirst().map(line)).joined(separator: "\n")
  }

  private var columnWidths: [Int] {
    titles.indices.map { column in
      max(titles[column].columns, rows.map { $0[column].columns }.max() ?? 0)
    }
  }

  private var alignedRight: [Bool] {
    titles.indices.map { column in
      switch alignments[column] {
      case .left: return false
      case .right: return true
      case .automatic:
        let filled = rows.map { $0[column] }.filter { !$0.isEmpty }
        return !filled.isEmpty && filled.allSatisfy(TextTable.isNumber)
      }
    }
  }

  private func narrow(_ widths: inout [Int], to width: Int, sparing right: [Bool]) {
    let least = 8
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
      let words = widths.indices.filter { !right[$0] && widths[$0] > least }
      guard let widest = words.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }

  private static func isNumber(_ cell: String) -> Bool {
    let bare = cell.filter { $0 != "," && $0 != "%" }
    return Double(bare) != nil || ["–", "∞", "-∞", "?"].contains(cell)
  }

  private static func escape(_ cell: String) -> String {
    cell.replacing("\\", with: "\\\\").replacing("|", with: "\\|")
  }
}

extension String {
  /// Columns the text takes on a terminal: two for wide East Asian characters and pictures, else one.
  var columns: Int { reduce(0) { $0 + $1.columns } }

  /// The text in at most `width` columns, with an ellipsis where it was longer.
  func cut(to width: Int) -> String {
    guard columns > width else { return self }
    var (kept, used) = ("", 0)
    for character in self {
      guard used + character.columns < width else { break }
      kept.append(character)
      used += character.columns
    }
    return kept + "…"
  }

  var trimmingBlanksAtEnd: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}

extension Character {
  fileprivate var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
