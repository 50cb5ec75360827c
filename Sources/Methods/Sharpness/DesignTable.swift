import Datasets
import Files
import Torch

/// Designs and the scores that were measured of them.
struct DesignTable {
  /// Names of the designs' columns.
  let names: [String]
  /// `[n, d]` in double precision.
  let designs: Tensor
  /// `[n]`, higher is better.
  let scores: Tensor

  /// The column or array `score`, and as designs the matrix `designs`, or all other columns.
  ///
  /// - Parameter minimise: Whether lower scores are better, which turns their sign.
  /// - Throws: `UserError` for a column of words, unequal lengths, or fewer than twenty designs.
  init(_ inputs: NamedArrays, minimise: Bool) throws {
    let score = try inputs.column("score")
    let table = try Self.designs(inputs)
    names = table.names
    designs = table.tensor()
    try require(
      designs.size(0) == score.count,
      "there are \(designs.size(0)) designs and \(score.count) scores; they must be as many")
    try require(
      score.count >= 20, "there are \(score.count) designs, and at least 20 are needed")
    try require(
      Set(score).count > 1, "all designs have the same score, so there is nothing to climb")
    scores = Tensor(minimise ? score.map { -$0 } : score, shape: [score.count])
  }

  private static func designs(_ inputs: NamedArrays) throws -> FeatureMatrix {
    if inputs.has("designs") { return try FeatureMatrix(matrix: "designs", of: inputs) }
    let names = inputs.names(apartFrom: ["score"])
    try require(!names.isEmpty, "there is no column beside score, so there are no designs")
    for name in names {
      guard case .words = try inputs.content(name) else { continue }
      throw UserError(
        "\(name) holds words, and a design is numbers; leave it out or write it as numbers")
    }
    return try FeatureMatrix(columns: names, of: inputs)
  }
}
