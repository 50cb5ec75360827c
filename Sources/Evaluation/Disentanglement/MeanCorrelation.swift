import Torch

/// The mean correlation coefficient: how well true factors are found among the codes, up to their order, sign and
/// scale.
///
/// - Source: Hyvärinen & Morioka, *Unsupervised feature extraction by time-contrastive learning and nonlinear ICA*,
///   NeurIPS 2016; with an optimal assignment as in Khemakhem et al., *Variational autoencoders and nonlinear ICA*,
///   AISTATS 2020.
public struct MeanCorrelation: Sendable {
  /// Absolute correlation of each factor with each code, `[f][k]`; 0 where a code never varies.
  public let correlations: [[Double]]

  /// From the codes and factors of `table`.
  ///
  /// - Throws: `TensorError`.
  public init(_ table: FactoredCodes) throws {
    func standard(_ x: Tensor) -> Tensor {
      let centred = x - x.mean(over: 0, keep: true)
      let length = centred.squared().sum(over: 0, keep: true).squareRoot()
      return (length .> 1e-12).choose(centred / length, centred.zerosLike())
    }
    let all = standard(table.factors).transposed().matmul(standard(table.codes)).abs()  // [f, k]
    let values = try all.values(as: Double.self)
    let k = table.width
    correlations = stride(from: 0, to: values.count, by: k).map { Array(values[$0..<$0 + k]) }
  }

  /// The mean coefficient over the factors, from 0 to 1.
  ///
  /// Codes are assigned to factors, each once, so that it is largest; a factor that is left without a code counts 0.
  public var score: Double {
    let codes = Assignment.largest(correlations)
    let found = zip(correlations, codes).map { row, code in code.map { row[$0] } ?? 0 }
    return found.reduce(0, +) / Double(max(1, found.count))
  }
}
