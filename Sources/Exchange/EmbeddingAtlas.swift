import Files
import Foundation

/// A folder that Apple's Embedding Atlas opens: `data/dataset.parquet`, and `data/metadata.json` for its page without a
/// server.
///
/// The names are those of Embedding Atlas 0.26's own `--export-application`: with the files of its page beside `data`,
/// the folder is a site; `embedding-atlas data/dataset.parquet` opens the table as it is.
public enum EmbeddingAtlas {
  /// Names of the columns that the atlas is told of.
  public struct Columns: Sendable {
    public var x = "x"
    public var y = "y"
    /// The column of nearest rows.
    public var neighbours: String?
    /// The column of pictures, as data URLs.
    public var picture: String?
    /// The column of texts.
    public var text: String?

    public init() {}
  }

  /// Writes `table`, which has the columns that are named, in `folder`.
  ///
  /// - Returns: The files' names.
  /// - Throws: ``UserError`` where the folder cannot be written.
  public static func write(
    _ table: ExportedTable, _ columns: Columns, in folder: String
  ) throws -> [String] {
    try makeFolder(folder + "/data")
    var table = table
    table.known.insert(
      TableColumn("__row_index__", .integers((0..<table.count).map { $0 })), at: 0)
    try table.writeParquet(to: folder + "/data/dataset.parquet")
    let names = [
      ("id", "__row_index__"), ("text", columns.text), ("image", columns.picture),
      ("neighbors", columns.neighbours),
    ]
    let members = names.compactMap { name, column in
      column.map { "\"\(name)\": \(TableColumn.quoted($0))" }
    }
    let projection =
      "\"projection\": {\"x\": \(TableColumn.quoted(columns.x)), \"y\": \(TableColumn.quoted(columns.y))}"
    let metadata = """
      {
        "props": {"data": {\((members + [projection]).joined(separator: ", "))}},
        "isStatic": true,
        "database": {"type": "wasm", "load": true}
      }

      """
    try AtomicFile.write(Data(metadata.utf8), to: folder + "/data/metadata.json")
    return ["data/dataset.parquet", "data/metadata.json"]
  }

  /// The command that opens the folder at `path`.
  public static func command(_ columns: Columns, path: String) -> String {
    var words = [
      "embedding-atlas", "\(path)/data/dataset.parquet", "--x", columns.x, "--y", columns.y,
    ]
    if let name = columns.neighbours { words += ["--neighbors", name] }
    if let name = columns.picture { words += ["--image", name] }
    if let name = columns.text { words += ["--text", name] }
    return words.joined(separator: " ")
  }
}
