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

  /// Mean squared distance of the directions of predictions `[n, m]` to those of the targets of other examples whose cosine
  /// is above `likeness`, `[n]`; 0 where there are none.
  ///
  /// - Source: Garg & Jain, *Self-labeling refinement with bootstrap your own latent*, 2022: the cross-cosine loss.
  func distanceToAlike(_ targets: Tensor, from likeness: Double) -> Tensor {
    let cosines = ofUnitLength.matmul(targets.ofUnitLength.transposed())  // [n, n]
    let own = Tensor.identity(size(0), type: dtype, device: device)
    let alike = (cosines.detached() .> likeness).to(dtype) * (1 - own)
    return ((2 - 2 * cosines) * alike).sum(over: 1) / alike.sum(over: 1).clamped(atLeast: 1)
  }

  /// Cross-entropy of logits with the shares that others have, nats, `[n]`.
  func crossEntropy(ofShares shares: Tensor) -> Tensor {
    -(shares * logSoftmax()).sum(over: -1)
  }

  /// 2 τ times −log of the share that a patch's own vector has among those of its image, nats, `[n, q, width]` to `[n]`;
  /// what is predicted is standardised over the patches first.
  ///
  /// - Source: Wei, Gupta & Morgado, *Towards latent masked image modeling*, ECCV 2024, and the authors' program.
  func discrimination(of wanted: Tensor, temperature: Double) -> Tensor {
    let (n, q) = (size(0), size(1))
    let centred = self - mean(over: 1, keep: true)
    let deviation = (variance(over: 1, correction: 0, keep: true) + 1e-8).squareRoot()
    let scores = (centred / deviation).ofUnitLength.matmul(wanted.ofUnitLength.transposed())
    let own = Tensor.range(0, Double(q), type: .int64, device: device).tiled(n)
    let losses = (scores / temperature).reshaped(n * q, q).crossEntropy(own)
    return losses.reshaped(n, q).mean(over: 1) * (2 * temperature)
  }

  /// The mean cosine of all pairs of an example's vectors, each with itself too, `[n, q, width]` to `[n]`.
  var meanLikeness: Tensor { ofUnitLength.mean(over: 1).squared().sum(over: 1) }
}
