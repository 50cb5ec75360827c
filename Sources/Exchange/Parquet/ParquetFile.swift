import Files
import Foundation

/// Tables as Apache Parquet files: values in the encoding PLAIN, nothing compressed, no index.
///
/// Written here since Debian has no library for it and PyPI's weighs some 50 MB; every reader has to know this part of
/// the format. It follows `parquet.thrift` of format 2.11.
enum ParquetFile {
  /// Rows in a group; the pages of one have to stay below 2 GiB.
  static let rowsInGroup = 16_384

  /// Writes `table` to `path`.
  static func write(_ table: ExportedTable, to path: String) throws {
    try AtomicFile.write(to: path) { file in
      var offset = 0
      func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try file.append($0) }
        offset += bytes.count
      }
      try append(Array("PAR1".utf8))
      let leaves = table.columns.flatMap(\.parquetLeaves)
      var groups: [Thrift.Value] = []
      for start in stride(from: 0, to: table.count, by: rowsInGroup) {
        let rows = start..<min(start + rowsInGroup, table.count)
        var chunks: [Thrift.Value] = []
        let first = offset
        for leaf in leaves {
          let place = offset
          let page = leaf.page(rows)
          let body = page.body
          guard body.count <= Int32.max else {
            throw UserError(
              "\(path): \(rows.count) rows of \(leaf.path[0]) are more than a Parquet page can hold"
            )
          }
          try append(header(page, body.count).bytes)
          try append(body)
          chunks.append(.structure(chunk(leaf, page, from: place, to: offset)))
        }
        groups.append(
          .structure(
            Thrift([
              (1, .list(chunks)), (2, .int64(offset - first)), (3, .int64(rows.count)),
            ])))
      }
      let footer = self.footer(table, groups).bytes
      try append(footer)
      var end = Wire()
      end.little(UInt32(footer.count))
      end.append("PAR1".utf8)
      try append(end.bytes)
    }
  }

  /// What stands before a page: its size, its number of levels, and that values are PLAIN and levels in runs.
  private static func header(_ page: ParquetPage, _ size: Int) -> Thrift {
    Thrift([
      (1, .int32(0)), (2, .int32(size)), (3, .int32(size)),
      (
        5,
        .structure(
          Thrift([(1, .int32(page.count)), (2, .int32(0)), (3, .int32(3)), (4, .int32(3))]))
      ),
    ])
  }

  private static func chunk(
    _ leaf: ParquetLeaf, _ page: ParquetPage, from place: Int, to end: Int
  ) -> Thrift {
    let data = Thrift([
      (1, .int32(leaf.kind.rawValue)), (2, .list([.int32(0), .int32(3)])),
      (3, .list(leaf.path.map { .text($0) })), (4, .int32(0)), (5, .int64(page.count)),
      (6, .int64(end - place)), (7, .int64(end - place)), (9, .int64(place)),
    ])
    return Thrift([(2, .int64(place)), (3, .structure(data))])
  }

  private static func footer(_ table: ExportedTable, _ groups: [Thrift.Value]) -> Thrift {
    let root = Thrift([(4, .text("schema")), (5, .int32(table.columns.count))])
    let schema = [root] + table.columns.flatMap(\.parquetSchema)
    let about = table.about.map { name, value -> Thrift.Value in
      .structure(Thrift([(1, .text(name)), (2, .text(value))]))
    }
    return Thrift([
      (1, .int32(1)), (2, .list(schema.map { .structure($0) })), (3, .int64(table.count)),
      (4, .list(groups)), (5, about.isEmpty ? nil : .list(about)), (6, .text("latent")),
    ])
  }
}
