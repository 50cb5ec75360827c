import Torch

/// Points told as sums of a few of given directions, each chosen for what is left and all weighted anew by least squares.
///
/// - Source: Pati, Rezaiifar & Krishnaprasad, *Orthogonal matching pursuit*, Asilomar 1993.
struct OrthogonalPursuit {
  /// Directions of length 1, `[a, k]`.
  let atoms: Tensor

  /// Pursuit with these directions, `[a, k]`, of any length above 0.
  init(_ directions: Tensor) {
    let x = directions.to(.float64)
    atoms = x / x.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
  }

  /// What `count` atoms leave of each point, `[n, k]`, as a share of its squared length: n numbers.
  ///
  /// - Throws: `TensorError`.
  func residual(_ points: Tensor, count: Int) throws -> [Double] {
    let x = points.to(.float64)
    let (n, k) = (x.size(0), x.size(1))
    var left = x
    var chosen = Tensor.zeros([n, 0, k], type: .float64)
    for _ in 0..<min(count, atoms.size(0), k) {
      let best = left.matmul(atoms.transposed()).abs().argmax(over: 1)  // [n]
      chosen = Tensor.concatenate([chosen, atoms.indexSelect(0, best).unsqueezed(1)], along: 1)
      // A trace of ridge, since an atom may be chosen twice once nothing is left.
      let gram = chosen.batchedMatmul(chosen.transposed(1, 2))
      let ridge = Tensor.identity(chosen.size(1), type: .float64) * 1e-9
      let weights = (gram + ridge).solve(chosen.batchedMatmul(x.unsqueezed(2)))  // [n, m, 1]
      left = x - chosen.transposed(1, 2).batchedMatmul(weights).squeezed(2)
    }
    let size = x.squared().sum(over: 1).clamped(atLeast: 1e-12)
    return try (left.squared().sum(over: 1) / size).values(as: Double.self)
  }
}
