import Torch

extension Normal {
  /// The 2-Wasserstein distance to `other`, `[n]`: the root of the squared distance of the means and of the deviations.
  ///
  /// - Source: Givens & Shortt, *A class of Wasserstein metrics for probability distributions*, 1984.
  public func wassersteinDistance(to other: Normal) -> Tensor {
    let squared = (mean - other.mean).squared() + (deviation - other.deviation).squared()
    // The root has no slope at 0, where the distributions are equal.
    return (squared.sumPerExample() + 1e-12).squareRoot()
  }
}
