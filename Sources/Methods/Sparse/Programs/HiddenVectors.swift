import Datasets
import Evaluation
import Files
import Torch

/// Embeddings of examples and what is known to lie behind them, in rows to learn from and rows to judge by.
struct HiddenVectors {
  /// `[n, d]` or `[n, v]`, in single and in double precision.
  struct Part {
    let embeddings: Tensor
    let hidden: Tensor
  }

  let train: Part
  let test: Part
  /// Names of the hidden variables, v.
  let names: [String]

  /// Variables `[n, v]` behind embeddings `[n, d]`, of which the last quarter of the rows judges; those that do not
  /// vary among the rows of both parts are left out.
  ///
  /// - Throws: ``UserError`` where no variable is left or rows are too few, or `TensorError`.
  init(_ embeddings: Tensor, _ hidden: Tensor, names: [String]) throws {
    let n = embeddings.size(0), first = n * 3 / 4
    try require(
      n >= 40, "there are \(n) examples, and at least 40 are needed to learn and to judge")
    func spread(_ rows: Tensor) throws -> [Double] {
      guard !names.isEmpty else { return [] }
      return try (rows.max(over: 0) - rows.min(over: 0)).values(as: Double.self)
    }
    let all = hidden.to(.float64)
    let (low, high) = try (spread(all[0..<first]), spread(all[first..<n]))
    let varying = names.indices.filter { low[$0] > 0 && high[$0] > 0 }
    try require(
      names.isEmpty || !varying.isEmpty,
      "none of the columns varies both among the rows to learn from and among those to judge by")
    let kept = varying.isEmpty ? all : all.indexSelect(1, Tensor(varying.map(Int64.init)))
    let x = try embeddings.to(.float32).checked()
    train = Part(embeddings: x[0..<first], hidden: kept[0..<first])
    test = Part(embeddings: x[first..<n], hidden: kept[first..<n])
    self.names = varying.map { names[$0] }
  }
}

/// What units, or directions, are in the rows to learn from and in those to judge by, each `[n, k]`.
struct UnitCodes {
  let train: Tensor
  let test: Tensor

  /// The unit that goes with each hidden variable most, either way, among the rows to learn from.
  struct Match {
    let unit: Int
    /// Whether the unit rises with the variable.
    let rises: Bool
    /// The size of their correlation among the rows to judge by, 0 to 1.
    let correlation: Double
  }

  /// The unit of each variable.
  ///
  /// Units are chosen where they are not judged, so that many of them have no advantage by
  /// chance.
  ///
  /// - Throws: `UserError` or `TensorError`.
  func matches(_ vectors: HiddenVectors) throws -> [Match] {
    let learned = try MeanCorrelation(FactoredCodes(train, vectors.train.hidden)).correlations
    let judged = try MeanCorrelation(FactoredCodes(test, vectors.test.hidden)).correlations
    return try learned.enumerated().map { variable, row in
      let unit = row.indices.max { row[$0] < row[$1] } ?? 0
      let (u, h) = (
        train.selected(1, unit).to(.float64), vectors.train.hidden.selected(1, variable)
      )
      let together = try ((u - u.mean()) * h).sum().value()
      return Match(unit: unit, rises: together >= 0, correlation: judged[variable][unit])
    }
  }
}
