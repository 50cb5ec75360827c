import Datasets
import Files
import Torch

/// Points of a person's file, with their classes where they are known.
struct LabelledPoints {
  /// `[n, d]` in double precision.
  let values: Tensor
  let labels: [Int]?

  /// The matrix `codes`, or the only matrix there is, or all columns of numbers but `label`.
  ///
  /// - Throws: `UserError` for shapes that do not fit, a missing value, or fewer than two points.
  init(_ inputs: NamedArrays, standardise: Bool) throws {
    let names = inputs.names(apartFrom: ["label", "codes"])
    let matrix = try inputs.has("codes") ? "codes" : names.first { try Self.isMatrix($0, inputs) }
    let raw: Tensor
    if let matrix {
      let (numbers, shape) = try inputs.numbers(matrix)
      try require(
        shape.count == 2 && shape[1] > 0,
        "\(matrix) has shape \(shape), and [examples, units] is needed")
      raw = Tensor(numbers, shape: shape)
    } else {
      let columns = try names.filter {
        if case .numbers = try inputs.content($0) { true } else { false }
      }
      try require(!columns.isEmpty, "the files hold no column of numbers beside label")
      let read = try columns.map { try inputs.column($0) }
      for (name, column) in zip(columns, read) {
        try require(
          column.count == read[0].count,
          "\(name) has \(column.count) values, and \(columns[0]) has \(read[0].count)")
      }
      raw = Tensor(read.flatMap { $0 }, shape: [columns.count, read[0].count]).transposed()
        .contiguous()
    }
    let n = raw.size(0)
    try require(n >= 2, "there are \(n) points, and at least 2 are needed")
    labels = try inputs.has("label") ? inputs.classes("label").codes : nil
    try require(
      labels.map { $0.count == n } ?? true,
      "there are \(labels?.count ?? 0) labels and \(n) points; they must be as many")
    guard standardise else {
      values = raw
      return
    }
    let deviation = raw.standardDeviation(over: 0, correction: 0, keep: true)
    values =
      (raw - raw.mean(over: 0, keep: true))
      / (deviation .> 0).choose(deviation, deviation.onesLike())
  }

  private static func isMatrix(_ name: String, _ inputs: NamedArrays) throws -> Bool {
    if case .numbers(_, let shape) = try inputs.content(name) { shape.count == 2 } else { false }
  }
}
