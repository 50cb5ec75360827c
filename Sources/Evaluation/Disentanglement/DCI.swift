import Files
import Torch

/// Disentanglement, completeness and informativeness of codes, from how much linear models with an L1 penalty use
/// each code to tell each factor.
///
/// - Source: Eastwood & Williams, *A framework for the quantitative evaluation of disentangled representations*,
///   ICLR 2018, §2, with its lasso; there are no boosted trees here.
/// - Departs: L1 logistic regression tells discrete factors; importances of a factor add up to 1, so that factors of
///   both kinds weigh alike; informativeness is what is told of a test half (R² or accuracy) and not an error.
public struct DCI: Sendable {
  /// Share of each code in telling each factor, `[k, f]`: columns add up to 1, or are 0 where no code is used.
  public let importances: Tensor
  /// How far a code serves one factor only: 1 − entropy over factors, weighed by the code's importance.
  public let disentanglement: Double
  /// How far a factor is served by one code only: 1 − entropy over codes, weighed by the factor's importance.
  public let completeness: Double
  /// R² of real factors, not below 0, and accuracy of discrete ones, on test codes; averaged over factors.
  public let informativeness: Double

  /// Models learn from `train` and are judged by `test`, halves of one table.
  ///
  /// - Throws: ``UserError`` where the two differ in kind, `TensorError` that they carry.
  public init(
    train: FactoredCodes, test: FactoredCodes, regression: SparseRegression = SparseRegression()
  ) throws {
    try train.requireLike(test)
    let (codes, factors) = (Standardisation(train.codes), Standardisation(train.factors))
    let (x, seen) = (codes(train.codes), codes(test.codes))
    let (y, truth) = (factors(train.factors), factors(test.factors))
    var columns: [Tensor] = [], told: [Double] = []
    for (factor, size) in train.sizes.enumerated() {
      if train.isReal[factor] {
        let w = try regression.lasso(x, y.sliced(1, factor, factor + 1))
        let wanted = truth.sliced(1, factor, factor + 1)
        let error = (seen.matmul(w) - wanted).squared().mean()
        let spread = wanted.variance(over: 0, correction: 0).sum().clamped(atLeast: 1e-300)
        columns.append(w.abs().selected(1, 0))
        told.append(max(0, 1 - (try (error / spread).value())))
      } else {
        let w = try regression.logistic(x, train.places(factor), classes: size)
        let (slopes, starts) = (w.sliced(0, 0, x.size(1)), w.selected(0, x.size(1)))
        let found = (seen.matmul(slopes) + starts).argmax(over: 1)
        columns.append(slopes.abs().sum(over: 1))
        told.append(try (found .== test.places(factor)).to(.float64).mean().value())
      }
    }
    let weights = Tensor.stack(columns, along: 1)
    let totals = weights.sum(over: 0, keep: true)
    importances = try (weights / totals.clamped(atLeast: 1e-300)).checked()
    disentanglement = try concentration(importances)
    completeness = try concentration(importances.transposed())
    informativeness = told.mean
  }

  /// Disentanglement and completeness of importances `[k, f]` that something else has found.
  ///
  /// - Throws: `TensorError` that they carry.
  public static func scores(
    _ importances: Tensor
  ) throws -> (disentanglement: Double, completeness: Double) {
    let table = importances.to(.float64)
    return (try concentration(table), try concentration(table.transposed()))
  }
}

/// 1 − the entropy of each row's shares in units of its largest, weighed by the row's part of the whole.
private func concentration(_ table: Tensor) throws -> Double {
  guard table.size(1) > 1 else { return 1 }
  // What keeps a row of zeros a distribution, as in disentanglement_lib.
  let padded = table + 1e-11
  let shares = padded / padded.sum(over: 1, keep: true)
  let rows =
    1 - shares.entropyTerm().sum(over: 1) / Tensor(Double(table.size(1)), type: .float64).log()
  let whole = try table.sum().value()
  guard whole > 0 else { return try rows.mean().value() }
  return try (rows * table.sum(over: 1) / whole).sum().value()
}
