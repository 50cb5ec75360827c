import Torch

/// A distance between points of the simplex, whose coordinates are logarithms as in Aitchison's, each divided by how
/// much its share varies over a minibatch.
///
/// The authors' program divides the variance by n − 1, which multiplies all distances by (n − 1) / n.
///
/// - Source: Marghi, Gala & Sümbül, *Mixture Representation Learning with Coupled Autoencoders*, 2021,
///   arXiv:2007.09880, the distance of the coupling term; after Aitchison, *The statistical analysis of
///   compositional data*, 1982.
public enum SimplexDistance {
  /// What keeps logarithms and divisions finite, as in the authors' program.
  public static let floor = 1e-8

  /// Σ (log p_k / σ_k(p) − log q_k / σ_k(q))², `[n, k]` and `[n, k]` to `[n]`, σ² the variance over the n rows.
  public static func squared(_ p: Tensor, _ q: Tensor, floor: Double = floor) -> Tensor {
    func scaled(_ shares: Tensor) -> Tensor {
      let variance = shares.variance(over: 0, correction: 0, keep: true)
      return (shares + floor).log() * (variance + floor).inverseSquareRoot()
    }
    return (scaled(p) - scaled(q)).squared().sum(over: 1)
  }
}
