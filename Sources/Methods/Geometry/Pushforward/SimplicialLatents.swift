import Foundation
import Probability
import Torch

/// Normal codes, of which those near the borders of a simplicial partition are rejected: m cells, one around each of m
/// orthogonal directions.
///
/// - Source: Issenhuth, Tanielian, Mary & Picard, *Unveiling the latent space geometry of push-forward generative models*,
///   ICML 2023, arXiv:2207.10541, section 5, and the authors' program, which rejects by the share of the likeliest cell.
struct SimplicialLatents {
  /// Numbers of a code, d.
  let latents: Int
  /// Number of cells, at most d.
  let cells: Int
  /// Share of the codes that is rejected; 0 keeps the normal distribution.
  var rejected = 0.0

  /// The share that the likeliest cell has among all for codes of unit length, `[n]`.
  func certainty(_ z: Tensor) -> Tensor {
    let unit = z / z.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
    return unit.sliced(1, 0, cells).softmax().max(over: 1)
  }

  /// `n` codes, `[n, d]`.
  func callAsFunction(_ n: Int, _ random: RandomStream) -> Tensor {
    guard rejected > 0 else { return random.normal([n, latents]) }
    // Of a few more draws than are needed the most certain are kept, in no order.
    let drawn = max(n, Int((Double(n) / (1 - rejected)).rounded()))
    let z = random.child("draws").normal([drawn, latents])
    let kept = certainty(z).top(n, along: 0).indices
    return z.indexSelect(0, kept.indexSelect(0, random.child("order").permutation(n)))
  }

  /// The share of normal codes that lies within `distance` of a border of the simplicial partition into `cells` parts, which
  /// has the least border of all (Milman & Neeman, *The Gaussian multi-bubble conjecture*, 2022), by 100,000 draws: where the
  /// two largest of as many coordinates differ by less than √2 times the distance.
  static func border(cells: Int, within distance: Double, _ seed: Seed) throws -> Double {
    let z = RandomStream(seed).normal([100_000, cells])
    let two = z.top(2, along: 1).values
    let gap = (two.selected(1, 0) - two.selected(1, 1)) / 2.0.squareRoot()
    return try (gap .< distance).to(.float64).mean().value()
  }
}
