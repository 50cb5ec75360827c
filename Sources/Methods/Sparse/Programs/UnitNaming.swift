import Files
import Torch

/// Names of units: the annotations that the examples in which a unit is largest are enriched in, and the gene sets
/// that the genes which are higher there are enriched in.
struct UnitNaming {
  /// Share of the examples that count as those in which a unit is large.
  var share = 0.05
  /// Genes that stand for what is higher there.
  var top = 20
  /// Largest adjusted probability of a name.
  var level = 0.05

  /// The examples in which a unit, `[n]`, is largest, `share` of all at most; none of them at its smallest value.
  ///
  /// - Throws: `TensorError`.
  func high(_ unit: Tensor) throws -> [Int] {
    let ranked = unit.top(max(2, Int(share * Double(unit.size(0)))), along: 0)
    let (values, places) = try (ranked.values.values(as: Float.self), ranked.indices.places())
    let least = try Float(unit.min(over: 0).value())
    return zip(values, places).filter { $0.0 > least }.map(\.1)
  }

  /// The genes that are higher in examples at `rows` than in the others, by Welch's t; `top` at most.
  ///
  /// - Throws: `TensorError`.
  func genes(_ table: GeneTable, at rows: [Int]) throws -> [Int] {
    let t = try table.welch(rows)
    let ranked = t.top(min(top, t.count), along: 0)
    return zip(try ranked.values.values(as: Double.self), try ranked.indices.places())
      .filter { $0.0 > 0 }.map(\.1)
  }

  /// The gene set of a unit, `[n]`; nothing where none is told from chance.
  ///
  /// - Throws: `TensorError`.
  func name(
    _ unit: Tensor, _ table: GeneTable, _ sets: AnnotationSets
  ) throws -> AnnotationSets.Finding? {
    try sets.best(of: genes(table, at: high(unit))).flatMap { $0.p <= level ? $0 : nil }
  }

  /// The annotation of examples that a unit, `[n]`, is named by; nothing where none is told from chance.
  ///
  /// - Throws: `TensorError`.
  func name(_ unit: Tensor, _ annotations: AnnotationSets) throws -> AnnotationSets.Finding? {
    try annotations.best(of: high(unit)).flatMap { $0.p <= level ? $0 : nil }
  }
}

/// Expression of genes in examples, with the sums that tests of many groups share.
struct GeneTable {
  /// `[n, g]`.
  private let x: Tensor
  /// Of each gene, its sum and its sum of squares over all examples, `[g]` in double precision.
  private let sums: (values: Tensor, squares: Tensor)

  /// The table of numbers `[n, g]`.
  ///
  /// - Throws: `TensorError`.
  init(_ expression: Tensor) throws {
    x = try expression.checked()
    var (values, squares) = (Tensor.zeros([x.size(1)], type: .float64), Tensor(0, type: .float64))
    for start in stride(from: 0, to: x.size(0), by: 1000) {
      let rows = x[start..<min(start + 1000, x.size(0))].to(.float64)
      (values, squares) = (values + rows.sum(over: 0), squares + rows.squared().sum(over: 0))
    }
    sums = (try values.checked(), try squares.checked())
  }

  /// Welch's t of each gene, positive where examples at `rows` have more of it than the others, `[g]`; zeros where
  /// either side has fewer than two examples.
  ///
  /// - Throws: `TensorError`.
  func welch(_ rows: [Int]) throws -> Tensor {
    let n = Double(x.size(0)), k = Double(rows.count)
    guard k >= 2, n - k >= 2 else { return sums.values.zerosLike() }
    let own = x.indexSelect(0, Tensor(rows.map(Int64.init))).to(.float64)
    let (sum, squares) = (own.sum(over: 0), own.squared().sum(over: 0))
    func moments(_ sum: Tensor, _ squares: Tensor, _ k: Double) -> (mean: Tensor, noise: Tensor) {
      let mean = sum / k
      return (mean, (squares / k - mean.squared()).clamped(atLeast: 0) / (k - 1))
    }
    let high = moments(sum, squares, k)
    let low = moments(sums.values - sum, sums.squares - squares, n - k)
    return try ((high.mean - low.mean) / (high.noise + low.noise + 1e-12).squareRoot()).checked()
  }
}
