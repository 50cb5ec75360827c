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
  ///   than four rows.
  init(_ inputs: NamedArrays) throws {
    let label = try inputs.classes("label")
    let x = try FeatureMatrix(
      inputs, apartFrom: ["label", "fold", "repeat"], rows: label.codes.count)
    try require(x.width > 0, "beside label, columns with features are needed")
    try require(label.names.count > 1, "label holds one class only; two are needed to learn from")
    for (code, name) in label.names.enumerated() {
      let rows = label.codes.count { $0 == code }
      try require(
        rows >= 4, "the class \(name) has \(rows) rows, and at least 4 are needed to resample")
    }
    width = x.width
    features = x.values
    classes = label.codes
    classNames = label.names
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
