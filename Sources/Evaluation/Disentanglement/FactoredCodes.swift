import Files
import Learning
import Torch

/// Codes of examples with the true factors that the examples were made from, ready to be scored.
public struct FactoredCodes: Sendable {
  /// Codes, float64 `[n, k]`.
  public let codes: Tensor
  /// Factors as numbers, float64 `[n, f]`.
  public let factors: Tensor
  /// Factors as classes from 0, int64 `[n, f]`: a place among the distinct values, or a bin of a real factor.
  public let classes: Tensor
  /// Number of classes of each factor.
  public let sizes: [Int]
  /// Whether each factor is a real number, whose distances mean something, and not a name.
  public let isReal: [Bool]

  /// Number of examples, n.
  public var count: Int { codes.size(0) }
  /// Number of codes, k.
  public var width: Int { codes.size(1) }

  /// Codes `[n, k]` with factors `[n, f]`.
  ///
  /// - Parameters:
  ///   - real: Which factors are real numbers; without it, those with a value that is not whole.
  ///   - bins: Equal bins that a real factor is cut into.
  /// - Throws: ``UserError`` where rows do not match, a number is not finite or a factor never varies;
  ///   `TensorError` that either carries.
  public init(_ codes: Tensor, _ factors: Tensor, real: [Bool]? = nil, bins: Int = 20) throws {
    let (codes, factors) = (try codes.checked(), try factors.checked())
    try require(
      codes.rank == 2 && factors.rank == 2 && codes.size(0) == factors.size(0)
        && codes.size(0) >= 2 && codes.size(1) >= 1 && factors.size(1) >= 1,
      "codes \(codes.shape) and factors \(factors.shape): both must be tables with as many rows, "
        + "two at least")
    try require(bins >= 2, "\(bins) bins of a factor: two at least are needed")
    try require(
      real.map { $0.count == factors.size(1) } ?? true,
      "\(real?.count ?? 0) kinds for \(factors.size(1)) factors: one for each is needed")
    (self.codes, self.factors) = (codes.to(.float64), factors.to(.float64))
    for (name, table) in [("codes", self.codes), ("factors", self.factors)] {
      let broken = try (1 - table.isFinite().to(.float64)).sum().value()
      try require(broken == 0, "\(Int(broken)) of the \(name) are not finite; all must be")
    }
    var kinds: [Bool] = [], columns: [Tensor] = [], sizes: [Int] = []
    for factor in 0..<factors.size(1) {
      let column = self.factors.selected(1, factor)
      let isReal = try real?[factor] ?? ((column - column.rounded()).abs().max().value() > 0)
      let raw =
        isReal ? EqualBins.places(column.unsqueezed(1), bins).selected(1, 0) : column
      let (values, places, _) = raw.unique()
      try require(
        try values.checked().count >= 2, "factor \(factor) has one value; it must vary to be found")
      kinds.append(isReal)
      columns.append(places.to(.int64))
      sizes.append(values.count)
    }
    (isReal, self.sizes, classes) = (kinds, sizes, Tensor.stack(columns, along: 1))
  }

  private init(_ whole: FactoredCodes, at places: [Int]) {
    let index = Tensor(places)
    codes = whole.codes.indexSelect(0, index)
    factors = whole.factors.indexSelect(0, index)
    classes = whole.classes.indexSelect(0, index)
    (sizes, isReal) = (whole.sizes, whole.isReal)
  }

  /// Refuses to learn from this table what `test` judges unless both have the same codes and factors.
  func requireLike(_ test: FactoredCodes) throws {
    try require(
      sizes == test.sizes && isReal == test.isReal && width == test.width,
      "training and test codes differ in their codes or factors; they must be halves of one table")
  }

  /// Two halves drawn by `seed`: what learns from the codes, and what judges it.
  public func halves(_ seed: Seed) -> (train: FactoredCodes, test: FactoredCodes) {
    var random = SplitMix(seed)
    let order = Array(0..<count).shuffled(using: &random)
    return (
      FactoredCodes(self, at: Array(order[..<(count / 2)])),
      FactoredCodes(self, at: Array(order[(count / 2)...]))
    )
  }

  /// Classes of one factor, `[n]`.
  func places(_ factor: Int) -> Tensor { classes.selected(1, factor) }
}

/// Numbers cut into bins of equal width.
enum EqualBins {
  /// The bin of each entry between the least and the largest of its column, `[n, k]` to int64 `[n, k]` from 0.
  static func places(_ x: Tensor, _ bins: Int) -> Tensor {
    let columns = x.transposed().contiguous()  // [k, n]
    let low = columns.min(over: 1, keep: true)
    let step = (columns.max(over: 1, keep: true) - low) / Double(bins)
    let edges = low + step * Tensor.range(0, Double(bins), type: .float64).unsqueezed(0)
    let found = edges.contiguous().searchSorted(columns, right: true) - 1
    return found.clamped(0, Double(bins - 1)).to(.int64).transposed().contiguous()
  }
}
