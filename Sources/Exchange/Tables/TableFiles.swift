import Datasets
import Files
import Foundation
import Torch

extension ExportedTable {
  /// Writes the table as text with a line for each example.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written.
  public func writeCSV(to path: String) throws {
    let columns = columns
    let rows = (0..<count).lazy.map { row in columns.map { $0.cell(row) } }
    try CSV.write(header: columns.map(\.name), rows: rows, to: path)
  }

  /// Writes an object a line for each example: its known columns, and `code`, a list of numbers.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written.
  public func writeJSONLines(to path: String) throws {
    let all = known + [TableColumn("code", .vectors(codes, width: width))]
    let names = all.map { TableColumn.quoted($0.name) }
    try AtomicFile.write(to: path) { file in
      for row in 0..<count {
        let members = zip(names, all).map { "\($0):\($1.json(row))" }
        try file.append(Data(("{" + members.joined(separator: ",") + "}\n").utf8))
      }
    }
  }

  /// Writes the table as an Apache Parquet file.
  ///
  /// - Throws: ``UserError`` where `path` cannot be written.
  public func writeParquet(to path: String) throws { try ParquetFile.write(self, to: path) }

  /// Writes `codes.npy`, float32 `[n, k]`, and for each known column an array `NAME.npy`: int64 with −1 where a whole
  /// number is missing, float32 with NaN where a number is; texts go to `NAME.txt`, a line each.
  ///
  /// - Returns: The files' names.
  /// - Throws: ``UserError`` where the folder cannot be written.
  public func writeArrays(in folder: String) throws -> [String] {
    var names = ["codes.npy"]
    var taken = Set<String>()
    try NPY.write(Tensor(codes, shape: [count, width]), to: "\(folder)/codes.npy")
    for column in known {
      var stem = Self.fileName(column.name)
      while !taken.insert(stem.lowercased()).inserted { stem += "_" }
      switch column.values {
      case .integers(let values):
        try NPY.write(
          Tensor(values.map { Int64($0 ?? -1) }, shape: [count]), to: "\(folder)/\(stem).npy")
      case .numbers(let values):
        try NPY.write(
          Tensor(values.map { $0 ?? .nan }, shape: [count]), to: "\(folder)/\(stem).npy")
      case .vectors(let values, let width):
        try NPY.write(Tensor(values, shape: [count, width]), to: "\(folder)/\(stem).npy")
      case .neighbours(let ids, _, let width):
        try NPY.write(
          Tensor(ids.map { Int64($0) }, shape: [count, width]), to: "\(folder)/\(stem).npy")
      case .texts(let values):
        let lines = values.map { Self.oneLine($0 ?? "") + "\n" }.joined()
        try AtomicFile.write(Data(lines.utf8), to: "\(folder)/\(stem).txt")
        names.append(stem + ".txt")
        continue
      }
      names.append(stem + ".npy")
    }
    return names
  }

  /// A column's name as that of a file.
  static func fileName(_ name: String) -> String {
    let kept = name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" }
    let stem = String(kept.drop { $0 == "." }.prefix(100))
    return stem.isEmpty || stem == "codes" ? "column-" + stem : stem
  }

  /// The text without tabs and line ends.
  static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
