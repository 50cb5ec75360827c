import Files
import Foundation

/// A report: a folder with `index.html` and its figures, complete without a network.
public struct Page: Sendable {
  /// The heading of the page.
  public var title: String
  /// One sentence below the heading.
  public var subtitle: String
  /// What the page says, from the top.
  public var blocks: [Block]

  /// A page of `blocks`.
  public init(_ title: String, subtitle: String = "", blocks: [Block] = []) {
    (self.title, self.subtitle, self.blocks) = (title, subtitle, blocks)
  }

  /// A piece of a page.
  public enum Block: Sendable {
    /// The start of a section.
    case heading(String)
    /// Running text.
    case paragraph(String)
    /// Names with their values, as settings or headline numbers.
    case facts([(name: String, value: String)])
    /// Rows and columns.
    case table(Table)
    /// A chart with the files of its picture and its numbers.
    case chart(Chart, caption: String)
    /// A picture with its file; the title says what it shows.
    case picture(Picture, title: String, caption: String)
    /// Pictures below each other, each with its name at the left.
    case gallery(title: String, rows: [(name: String, picture: Picture)], caption: String)
    /// Text as typed, such as the command that made the page.
    case code(String, caption: String)
  }

  /// A figure of a page, and the files that it can be had as.
  public struct Figure: Equatable, Sendable {
    /// What it shows.
    public let title: String
    /// Paths from the page's folder, or the names that a single page offers them by.
    public let files: [String]
  }

  /// Writes the page into `folder`, made where it is absent: `index.html` last, so that it never
  /// names a file that is not there.
  ///
  /// - Parameters:
  ///   - plotly: A `plotly.min.js` to be copied beside the page; with it the charts are interactive.
  /// - Returns: The figures, from the top.
  /// - Throws: ``UserError`` naming the file and the reason.
  @discardableResult
  public func write(to folder: String, plotly: String? = nil) throws -> [Figure] {
    let script = try plotly.map { try MappedFile($0) }
    var layout = PageLayout(interactive: script != nil)
    let html = try layout.html(of: self)
    try makeFolder(folder + "/figures")
    for (path, bytes) in layout.files { try AtomicFile.write(bytes, to: folder + "/" + path) }
    if let script {
      try AtomicFile.write(to: folder + "/plotly.min.js") { try $0.append(script.bytes) }
    }
    try AtomicFile.write(Data(html.utf8), to: folder + "/index.html")
    return layout.figures
  }

  /// Writes the page into one file that holds its pictures and numbers.
  ///
  /// - Returns: The figures, from the top.
  /// - Throws: ``UserError`` naming the file and the reason.
  public func write(single path: String) throws -> [Figure] {
    var layout = PageLayout(interactive: false, embedded: true)
    try AtomicFile.write(Data(try layout.html(of: self).utf8), to: path)
    return layout.figures
  }
}

/// Rows of cells under named columns; columns of numbers are aligned at the right.
public struct Table: Equatable, Sendable {
  /// The names of the columns.
  public var columns: [String]
  /// The cells, `[row][column]`.
  public var rows: [[String]]

  /// A table; a row that is short is filled with empty cells.
  public init(columns: [String], rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count <= columns.count }, "a row longer than the header")
    self.columns = columns
    self.rows = rows.map { $0 + [String](repeating: "", count: columns.count - $0.count) }
  }

  /// Whether every cell of the column is a number, an interval or empty, and one is not empty.
  func isNumeric(_ column: Int) -> Bool {
    let cells = rows.map { $0[column] }.filter { !["", "–", "nan", "inf", "-inf"].contains($0) }
    return !cells.isEmpty
      && cells.allSatisfy { cell in
        cell.contains(where: \.isNumber)
          && cell.allSatisfy { "0123456789+-−±.,%×[]()eE ".contains($0) }
      }
  }
}
