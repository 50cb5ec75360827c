/// What Parquet stores of some rows of one leaf of the schema: levels of repetition and definition, and the values that
/// are there, each in the encoding PLAIN.
struct ParquetPage: Equatable {
  /// Number of levels: of values, gaps and empty lists.
  var count = 0
  /// One where a value goes on with the row's list; empty for what is no list.
  var repetition: [UInt8] = []
  /// One where there is a value; empty where there always is one.
  var definition: [UInt8] = []
  var values = Wire()

  /// The page's body: the levels with their lengths, then the values.
  var body: [UInt8] {
    [repetition, definition].filter { !$0.isEmpty }.flatMap { levels -> [UInt8] in
      let runs = Self.runs(of: levels)
      var wire = Wire()
      wire.little(UInt32(runs.count))
      wire.append(runs)
      return wire.bytes
    } + values.bytes
  }

  /// Levels of one bit as runs of equal ones.
  static func runs(of levels: [UInt8]) -> [UInt8] {
    var wire = Wire()
    var start = 0
    while start < levels.count {
      let level = levels[start]
      let end = levels[start...].firstIndex { $0 != level } ?? levels.count
      wire.variable(UInt64(end - start) << 1)
      wire.append(level)
      start = end
    }
    return wire.bytes
  }
}

/// A column of a schema that has values: where it lies, its type, and how to take some rows of it.
struct ParquetLeaf {
  /// Types of values as the format numbers them.
  enum Kind: Int {
    case int64 = 2
    case float = 4
    case double = 5
    case bytes = 6
  }

  let path: [String]
  let kind: Kind
  let page: (Range<Int>) -> ParquetPage
}

extension TableColumn {
  /// The elements of a Parquet schema that the column is, parents before what is in them.
  var parquetSchema: [Thrift] {
    typealias Leaf = ParquetLeaf
    func leaf(_ name: String, _ kind: Leaf.Kind, _ repetition: Int, isText: Bool = false) -> Thrift
    {
      Thrift([
        (1, .int32(kind.rawValue)), (3, .int32(repetition)), (4, .text(name)),
        (6, isText ? .int32(0) : nil),
        (10, isText ? .structure(Thrift([(1, .structure(Thrift()))])) : nil),
      ])
    }
    func group(_ name: String, _ repetition: Int, _ children: Int, isList: Bool = false) -> Thrift {
      Thrift([
        (3, .int32(repetition)), (4, .text(name)), (5, .int32(children)),
        (6, isList ? .int32(3) : nil),
        (10, isList ? .structure(Thrift([(3, .structure(Thrift()))])) : nil),
      ])
    }
    func list(_ name: String, of kind: Leaf.Kind) -> [Thrift] {
      [group(name, 0, 1, isList: true), group("list", 2, 1), leaf("element", kind, 0)]
    }
    return switch values {
    case .integers: [leaf(name, .int64, 1)]
    case .numbers: [leaf(name, .float, 1)]
    case .texts: [leaf(name, .bytes, 1, isText: true)]
    case .vectors: list(name, of: .float)
    case .neighbours: [group(name, 0, 2)] + list("ids", of: .int64) + list("distances", of: .float)
    }
  }

  /// The leaves of the column, in the order of the schema.
  var parquetLeaves: [ParquetLeaf] {
    func single<Value>(
      _ kind: ParquetLeaf.Kind, _ all: [Value?], _ write: @escaping (Value, inout Wire) -> Void
    ) -> [ParquetLeaf] {
      [
        ParquetLeaf(path: [name], kind: kind) { rows in
          var page = ParquetPage()
          for value in all[rows] {
            page.count += 1
            page.definition.append(value == nil ? 0 : 1)
            if let value { write(value, &page.values) }
          }
          return page
        }
      ]
    }
    func list<Value>(
      _ path: [String], _ kind: ParquetLeaf.Kind, _ row: @escaping (Int) -> ArraySlice<Value>,
      _ write: @escaping (Value, inout Wire) -> Void
    ) -> ParquetLeaf {
      ParquetLeaf(path: path + ["list", "element"], kind: kind) { rows in
        var page = ParquetPage()
        for index in rows {
          let values = row(index)
          for (place, value) in values.enumerated() {
            page.repetition.append(place == 0 ? 0 : 1)
            write(value, &page.values)
          }
          if values.isEmpty { page.repetition.append(0) }
          page.definition += [UInt8](repeating: values.isEmpty ? 0 : 1, count: max(1, values.count))
        }
        page.count = page.definition.count
        return page
      }
    }
    func float(_ value: Float, _ wire: inout Wire) { wire.little(value.bitPattern) }
    return switch values {
    case .integers(let all): single(.int64, all) { $1.little(Int64($0)) }
    case .numbers(let all): single(.float, all, float)
    case .texts(let all):
      single(.bytes, all) { text, wire in
        wire.little(UInt32(text.utf8.count))
        wire.append(text.utf8)
      }
    case .vectors(let all, let width):
      [list([name], .float, { all[$0 * width..<($0 + 1) * width] }, float)]
    case .neighbours(let ids, let distances, let width):
      [
        list([name, "ids"], .int64, { ids[$0 * width..<($0 + 1) * width] }) {
          $1.little(Int64($0))
        },
        list([name, "distances"], .float, { distances[$0 * width..<($0 + 1) * width] }, float),
      ]
    }
  }
}
