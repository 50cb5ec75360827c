import Files
import Torch

/// The separated attribute predictability: how far the one code that tells a factor best is ahead of the second.
///
/// - Source: Kumar, Sattigeri & Balakrishnan, *Variational inference of disentangled latent concepts from unlabeled
///   observations*, ICLR 2018, §3.
/// - Departs: a logistic regression on one code in place of a linear support vector machine tells classes apart.
public struct SeparatedPredictability: Sendable {
  /// How well each code alone tells each factor: R² of a real one, accuracy of a discrete one; float64 `[k, f]`.
  public let matrix: Tensor

  /// R² are of `train` and `test` together; classifiers learn from `train` and are judged by `test`.
  ///
  /// - Throws: ``UserError`` where the two differ in kind, `TensorError` that they carry.
  public init(train: FactoredCodes, test: FactoredCodes) throws {
    try train.requireLike(test)
    let codes = Tensor.concatenate([train.codes, test.codes])
    let factors = Tensor.concatenate([train.factors, test.factors])
    let squares = Self.squaredCorrelations(codes, factors)
    let columns = try train.sizes.indices.map { factor in
      guard !train.isReal[factor] else { return squares.selected(1, factor) }
      return Tensor(
        try (0..<train.width).map { try Self.accuracy(of: $0, factor, train, test) })
    }
    matrix = try Tensor.stack(columns, along: 1).checked()
  }

  /// The lead of the best code over the second, averaged over factors.
  ///
  /// - Throws: `TensorError`.
  public func score() throws -> Double {
    let (first, second) = MutualInformation.bestTwo(matrix)
    return try (first - second).mean().value()
  }

  /// R² of lines from one code to one factor, `[k, f]`; 0 for a code or factor that does not vary.
  static func squaredCorrelations(_ codes: Tensor, _ factors: Tensor) -> Tensor {
    let x = codes - codes.mean(over: 0, keep: true)
    let y = factors - factors.mean(over: 0, keep: true)
    let n = Double(max(1, codes.size(0) - 1))
    let spreads = (x.squared().sum(over: 0) / n).unsqueezed(1)  // [k, 1]
    let scales = (y.squared().sum(over: 0) / n).unsqueezed(0)  // [1, f]
    let both = (x.transposed().matmul(y) / n).squared()
    let moves = (spreads .> 1e-12).logicalAnd(scales .> 1e-12).to(.float64)
    return both * moves / (spreads * scales).clamped(atLeast: 1e-300)
  }

  private static func accuracy(
    of code: Int, _ factor: Int, _ train: FactoredCodes, _ test: FactoredCodes
  ) throws -> Double {
    var probe = LinearProbe()
    // The sum over examples grows with them, and so does what of its slope is nothing.
    probe.regression.minimiser.tolerance = 1e-5 * Double(train.count)
    probe.regression.minimiser.iterations = 100
    let hits = try probe.hits(
      train: train.codes.sliced(1, code, code + 1), train.places(factor).places(),
      test: test.codes.sliced(1, code, code + 1), test.places(factor).places(),
      classes: train.sizes[factor])
    return hits.mean
  }
}
