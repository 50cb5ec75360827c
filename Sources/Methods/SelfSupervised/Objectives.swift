import Torch

// The objectives of joint embeddings: of projections of two views of n examples, `[n, m]` each.

extension Tensor {
  /// −log of the share that the other view of an example has among all other projections, nats, `[n]`: the mean over both
  /// views.
  ///
  /// - Source: Chen et al., *A simple framework for contrastive learning of visual representations*, ICML 2020, eq. 1.
  func normalisedCrossEntropy(with other: Tensor, temperature: Double) -> Tensor {
    let n = size(0)
    let z = Tensor.concatenate([self, other]).ofUnitLength
    // A projection is not held against itself.
    let own = Tensor.identity(2 * n, type: dtype, device: device) * 1e9
    let logits = z.matmul(z.transposed()) / temperature - own  // [2 n, 2 n]
    let places = Tensor.range(0, Double(n), type: .int64, device: device)
    let partners = Tensor.concatenate([places + Double(n), places])
    return logits.crossEntropy(partners).reshaped(2, n).mean(over: 0)
  }

  /// How far the correlations of coordinates between the views, `[m, m]`, are from the identity: on the diagonal
  /// Σ (1 − c)², and off it Σ c², scalars.
  ///
  /// - Source: Zbontar et al., *Barlow Twins: self-supervised learning via redundancy reduction*, ICML 2021, eq. 1.
  func redundancy(with other: Tensor) -> (invariance: Tensor, redundancy: Tensor) {
    let correlations = standardised.transposed().matmul(other.standardised) / Double(size(0))
    let diagonal = correlations.diagonal()
    return (
      (1 - diagonal).squared().sum(), correlations.squared().sum() - diagonal.squared().sum()
    )
  }

  /// Coordinates with mean 0 and variance 1 over the examples.
  private var standardised: Tensor {
    (self - mean(over: 0, keep: true))
      / (variance(over: 0, correction: 0, keep: true) + 1e-5).squareRoot()
  }

  /// The mean over coordinates of how far the deviation stays below 1, a scalar.
  ///
  /// - Source: Bardes, Ponce & LeCun, *VICReg*, ICLR 2022, eqs. 1 and 2.
  var lackOfVariance: Tensor {
    let n = Double(size(0))
    let variance = variance(over: 0, correction: 0) * (n / Swift.max(n - 1, 1))
    return (1 - (variance + 1e-4).squareRoot()).relu().mean()
  }

  /// Σ of the squared covariances of different coordinates over m, a scalar.
  ///
  /// - Source: Bardes, Ponce & LeCun, *VICReg*, ICLR 2022, eqs. 3 and 4.
  var squaredCovariance: Tensor {
    let centred = self - mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(Swift.max(size(0) - 1, 1))
    return (covariance.squared().sum() - covariance.diagonal().squared().sum()) / Double(size(1))
  }

  /// Squared distance of the directions of two vectors, `[n]`, from 0 to 4.
  ///
  /// - Source: Grill et al., *Bootstrap your own latent*, NeurIPS 2020, eq. 2.
  func directionDistance(to other: Tensor) -> Tensor { 2 - 2 * cosineSimilarity(other) }

  /// Cross-entropy of logits with the shares that others have, nats, `[n]`.
  func crossEntropy(ofShares shares: Tensor) -> Tensor {
    -(shares * logSoftmax()).sum(over: -1)
  }
}
