import Torch

/// Codes of few atoms of a dictionary, chosen one after another, each as the one that what is left has most of.
///
/// - Source: Mallat & Zhang, *Matching pursuits with time-frequency dictionaries*, IEEE Transactions on Signal
///   Processing 1993, eqs. 12–16.
struct MatchingPursuit {
  /// Atoms of length 1, `[m, d]`; a row of zeros is none.
  let atoms: Tensor
  /// Choices for each example, k; an atom may be chosen again.
  let choices: Int

  /// Codes of rows `[n, d]`, `[n, m]`; below 0 where an atom is taken off.
  func codes(_ x: Tensor) -> Tensor {
    let columns = atoms.transposed()
    var codes = Tensor.zeros([x.size(0), atoms.size(0)], device: x.device)
    var left = x
    for _ in 0..<choices {
      let parts = left.matmul(columns)  // [n, m]
      let chosen = parts.abs().argmax(over: 1, keep: true)  // [n, 1]
      let sizes = parts.gather(1, chosen)
      codes = codes.scatterAdd(1, chosen, sizes)
      left -= sizes * atoms.indexSelect(0, chosen.flattened())
    }
    return codes
  }
}
