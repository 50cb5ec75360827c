import Torch

/// Numbers in rows and named columns.
public struct FeatureMatrix: Sendable {
  /// The columns' names.
  public let names: [String]
  /// Row-major, `[rows, names]`.
  public let values: [Double]
  /// How many rows there are.
  public let count: Int

  /// How many columns there are.
  public var width: Int { names.count }

  /// Row-major `values`, `[count, names]`.
  public init(names: [String], values: [Double], count: Int) {
    self.names = names
    self.values = values
    self.count = count
  }

  /// The columns of equal length side by side.
  public init(_ columns: [(name: String, values: [Double])]) {
    self.init(columns, rows: columns.first?.values.count ?? 0)
  }

  /// The columns of `rows` numbers side by side.
  init(_ columns: [(name: String, values: [Double])], rows: Int) {
    var values: [Double] = []
    values.reserveCapacity(columns.count * rows)
    for row in 0..<rows { for column in columns { values.append(column.values[row]) } }
    self.init(names: columns.map(\.name), values: values, count: rows)
  }

  /// The columns with their names.
  public var columns: [(name: String, values: [Double])] {
    names.enumerated().map { ($1, column($0)) }
  }

  /// The numbers of one column.
  public func column(_ column: Int) -> [Double] {
    (0..<count).map { values[$0 * width + column] }
  }

  /// The numbers of one row.
  public func row(_ row: Int) -> ArraySlice<Double> { values[row * width..<(row + 1) * width] }

  /// Those rows, in that order.
  public func rows(_ rows: [Int]) -> Self {
    Self(names: names, values: rows.flatMap { row($0) }, count: rows.count)
  }

  /// `[rows, names]`.
  public func tensor(_ type: DType = .float64) -> Tensor {
    Tensor(values, shape: [count, width]).to(type)
  }
}
