import Datasets
import Evaluation
import Files

/// Numeric features and the class of each row, for the built-in learners.
struct LabelledTable: Sendable {
  /// Row-major, `[rows, width]`.
  let features: [Double]
  let width: Int
  /// The class of each row.
  let classes: [Int]
  let classNames: [String]

  var count: Int { classes.count }

  init(_ features: [Double], width: Int, classes: [Int], names: [String]) {
    self.features = features
    self.width = width
    self.classes = classes
    classNames = names
  }

  /// Every column but `label`; columns of words become one column for each word.
  ///
  /// - Throws: ``UserError`` for missing values, columns of different length, or a class with fewer
  ///   than two rows.
  init(_ inputs: NamedArrays) throws {
    let label = try inputs.classes("label")
    var columns: [[Double]] = []
    for name in inputs.names(apartFrom: ["label", "fold", "repeat"]) {
      let added = try Self.columns(inputs, name)
      try require(
        added.allSatisfy { $0.count == label.codes.count },
        "\(name) has \(added.first?.count ?? 0) rows and label has \(label.codes.count): they must "
          + "be as many")
      columns += added
    }
    try require(!columns.isEmpty, "beside label, columns with features are needed")
    try require(label.names.count > 1, "label holds one class only; two are needed to learn from")
    for (code, name) in label.names.enumerated() {
      let rows = label.codes.count { $0 == code }
      try require(
        rows >= 4, "the class \(name) has \(rows) rows, and at least 4 are needed to resample")
    }
    width = columns.count
    features = label.codes.indices.flatMap { row in columns.map { $0[row] } }
    classes = label.codes
    classNames = label.names
  }

  private static func columns(_ inputs: NamedArrays, _ name: String) throws -> [[Double]] {
    guard case .words = try inputs.content(name) else {
      let (values, shape) = try inputs.numbers(name)
      guard shape.count == 2, shape[1] > 1 else { return [try inputs.column(name)] }
      return (0..<shape[1]).map { column in
        (0..<shape[0]).map { values[$0 * shape[1] + column] }
      }
    }
    let words = try inputs.classes(name)
    try require(
      words.names.count <= 50,
      "\(name) holds \(words.names.count) different words, more than the 50 that can be features")
    return words.names.indices.map { code in words.codes.map { $0 == code ? 1 : 0 } }
  }

  /// The columns with mean 0 and deviation 1 over `rows`, for `rows` and for `others`.
  func standardised(_ rows: [Int], _ others: [Int]) -> (train: [Double], test: [Double]) {
    var means = Array(repeating: 0.0, count: width), scales = means
    for row in rows { for j in 0..<width { means[j] += features[row * width + j] } }
    for j in 0..<width { means[j] /= Double(rows.count) }
    for row in rows {
      for j in 0..<width {
        let gap = features[row * width + j] - means[j]
        scales[j] += gap * gap
      }
    }
    for j in 0..<width {
      let deviation = (scales[j] / Double(rows.count)).squareRoot()
      scales[j] = deviation > 1e-12 * max(1, abs(means[j])) ? 1 / deviation : 1
    }
    func scaled(_ rows: [Int]) -> [Double] {
      var values: [Double] = []
      values.reserveCapacity(rows.count * width)
      for row in rows {
        for j in 0..<width { values.append((features[row * width + j] - means[j]) * scales[j]) }
      }
      return values
    }
    return (scaled(rows), scaled(others))
  }
}
