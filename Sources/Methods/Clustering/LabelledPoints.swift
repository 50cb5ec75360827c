import Datasets
import Evaluation
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
    let raw = try Self.numbers(inputs, matrix, names).tensor()
    let n = raw.size(0)
    try require(n >= 2, "there are \(n) points, and at least 2 are needed")
    labels = try inputs.has("label") ? inputs.classes("label").codes : nil
    try require(
      labels.map { $0.count == n } ?? true,
      "there are \(labels?.count ?? 0) labels and \(n) points; they must be as many")
    values = standardise ? Standardisation(raw)(raw) : raw
  }

  private static func numbers(
    _ inputs: NamedArrays, _ matrix: String?, _ names: [String]
  ) throws -> FeatureMatrix {
    if let matrix { return try FeatureMatrix(matrix: matrix, of: inputs) }
    let columns = try names.filter {
      if case .numbers = try inputs.content($0) { true } else { false }
    }
    try require(!columns.isEmpty, "the files hold no column of numbers beside label")
    return try FeatureMatrix(columns: columns, of: inputs)
  }

  private static func isMatrix(_ name: String, _ inputs: NamedArrays) throws -> Bool {
    if case .numbers(_, let shape) = try inputs.content(name) { shape.count == 2 } else { false }
  }
}
