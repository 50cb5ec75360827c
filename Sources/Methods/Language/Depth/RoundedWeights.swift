import Networks
import Torch

extension Tensor {
  /// A matrix whose rows are each rounded to the nearest of 2^`bits` − 1 evenly spaced numbers, with 0 in their middle and
  /// the row's largest at an end; at least 2 bits.
  ///
  /// - Source: the symmetric rounding of Dettmers et al., *LLM.int8()*, NeurIPS 2022, §2.1, a scale for each row.
  func roundedByRow(bits: Int) -> Tensor {
    let steps = Double((1 << (bits - 1)) - 1)
    // A row of zeros must not divide by 0.
    let step = self.abs().max(over: 1, keep: true).clamped(atLeast: 1e-30) / steps
    return (self / step).rounded() * step
  }
}

extension Module {
  /// What `body` gives while the matrices whose names are chosen are rounded to `bits` row by row; they are as they were
  /// afterwards.
  ///
  /// - Throws: what `body` throws, or `TensorError`.
  func withRoundedWeights<Given>(
    bits: Int, where isChosen: (String) -> Bool, _ body: () throws -> Given
  ) throws -> Given {
    let matrices = namedParameters.filter { isChosen($0.name) && $0.parameter.tensor.rank == 2 }
      .map(\.parameter.tensor)
    let kept = matrices.map { $0.detached().copied() }
    defer { for (matrix, old) in zip(matrices, kept) { try? matrix.assign(old) } }
    for matrix in matrices { try matrix.assign(matrix.detached().roundedByRow(bits: bits)) }
    return try body()
  }
}
