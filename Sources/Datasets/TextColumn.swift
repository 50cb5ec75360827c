import Files
import Foundation

/// One column of a table as texts, for `--text`.
extension Opened {
  /// The column of texts of the table at `path`: that asked for, or that of a space.
  static func textColumn(_ path: String, _ options: SourceOptions, _ like: Like?) -> String? {
    // A space that takes numbers has no such column, and its tables are read as they were.
    isTable(path) ? options.textColumn ?? like?.preprocessing.textColumn : nil
  }

  /// Throws where `--text` is given for what has no columns, or beside `--window`.
  static func checkText(_ spec: String, _ options: SourceOptions) throws {
    guard options.textColumn != nil else { return }
    let isNamed =
      KnownSet.all.contains { $0.name == spec } || Source.known().contains { $0.name == spec }
    let isThere = isNamed || FileManager.default.fileExists(atPath: spec)
    try require(
      isTable(spec) || !isThere,
      "\(spec) is not a table (.csv, .tsv), so --text has no meaning")
    try require(
      options.window == nil, "--text takes a text from each row, so --window has no meaning")
  }

  /// The texts that `column` of the table at `path` holds, each with the class of its row.
  ///
  /// - Throws: ``UserError`` where there is no such column, where it holds the classes too, or
  ///   where no cell of it holds text.
  static func texts(
    in column: String, of path: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let title = lastPart(path), bytes = try contents(path, &fingerprint)
    let asked = options.labelColumn ?? like?.preprocessing.labelColumn
    var table = try bytes.withUnsafeBytes { try Table($0, name: title, labelColumn: asked) }
    guard let place = table.columns.firstIndex(where: { $0.name == column }) else {
      throw table.absence(of: column)
    }
    try require(
      asked != column, "column \(column) of \(title) cannot be both the text and the class")
    table.columns.remove(at: place)
    let labels = try table.removeLabels(
      options, like: like, asked, hasInputs: true, notes: &notes)
    if !table.columns.isEmpty {
      let names = table.columns.prefix(20).map(\.name).joined(separator: ", ")
      notes.append("columns of \(title) that are not its texts left out: \(names)")
    }
    var corpus = Corpus(), row = table.hasHeader ? -1 : 0
    try bytes.withUnsafeBytes { text in
      try CSV.scan(text, delimiter: CSV.delimiter(of: text), name: title) { _, cells in
        if row >= 0 {
          corpus.append([cells[place]], class: labels.map { $0.classes[$0.labels[row]] })
        }
        row += 1
        return true
      }
    }
    let set = TextSet(train: [path], layout: .lines, longest: Corpus.longest)
    var reading = try corpora(
      train: corpus, set, classes: labels?.classes ?? [], title: "column \(column) of \(title)",
      like: like, notes: &notes
    ).train
    (reading.labelColumn, reading.textColumn) = (labels?.column, column)
    return Opened(name: path, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}

extension Table {
  /// Takes out the label column: `asked`, where it is there or a person asked for it.
  mutating func removeLabels(
    _ options: SourceOptions, like: Opened.Like?, _ asked: String?, hasInputs: Bool = false,
    notes: inout [String]
  ) throws -> (labels: [Int], classes: [String], column: String)? {
    // A space's own label column may well be absent from data that it is to label.
    let isAbsent = like != nil && options.labelColumn == nil && !has(asked)
    return try removeLabels(isAbsent ? "none" : asked, hasInputs: hasInputs, notes: &notes)
  }
}
