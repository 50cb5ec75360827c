import Datasets
import Files
import Torch

/// A table of which some rows have a number to predict, and the others are the pool.
struct RegressionTable {
  /// All rows, standardised over all and softly held within 5, `[n, d]`.
  let inputs: Tensor
  /// Rows with a target, and theirs, standardised.
  let labelled: [Int]
  let targets: Tensor
  /// Rows without.
  let pool: [Int]
  /// What standardised targets are multiplied with, and moved by, to be the person's.
  let scale: Double
  let centre: Double

  /// - Throws: ``UserError`` for columns that do not fit together, too few labelled rows, or none to choose.
  init(_ arrays: NamedArrays) throws {
    guard case .numbers(let values, _) = try arrays.content("target") else {
      throw UserError("target holds words or nothing; numbers are needed, empty where not labelled")
    }
    try require(values.allSatisfy { !$0.isInfinite }, "target holds an infinite number")
    let x = try Self.features(arrays, rows: values.count)
    try require(
      x.width > 0, "the files hold no column but target; a row's other numbers are needed")
    labelled = values.indices.filter { !values[$0].isNaN }
    pool = values.indices.filter { values[$0].isNaN }
    try require(
      labelled.count >= 10,
      "target has \(labelled.count) numbers, and at least 10 rows to learn from are needed")
    try require(!pool.isEmpty, "target has no empty cell: there is no row left to choose")
    let known = labelled.map { values[$0] }
    centre = known.mean
    let spread = known.variance.squareRoot()
    try require(spread > 0, "target has the same value in all labelled rows")
    scale = spread
    targets = Tensor(known.map { Float(($0 - known.mean) / spread) })
    // Column by column in memory, which is the order that means over rows are summed in.
    inputs = Self.standardised(
      Tensor(x.columns.flatMap(\.values), shape: [x.width, x.count]).transposed())
  }

  /// Columns with mean 0 and deviation 1, softly held within 5 in size.
  ///
  /// - Source: Holzmüller et al., 2023, appendix E.1.
  static func standardised(_ values: Tensor) -> Tensor {
    let centred = values - values.mean(over: 0, keep: true)
    let spread = centred.squared().mean(over: 0, keep: true).squareRoot()
    let safe = (spread .> 1e-12).choose(spread, spread.onesLike())
    return ((centred / safe * 0.2).tanh() * 5).to(.float32).contiguous()
  }

  /// The matrix `features`, or every column but the target.
  private static func features(_ arrays: NamedArrays, rows: Int) throws -> FeatureMatrix {
    guard arrays.has("features") else {
      return try FeatureMatrix(
        arrays, apartFrom: ["target"], rows: rows, words: .indicatorsOfEmpty)
    }
    let matrix = try FeatureMatrix(matrix: "features", of: arrays)
    try require(
      matrix.count == rows, "features has \(matrix.count) rows, and target \(rows)")
    return matrix
  }
}
