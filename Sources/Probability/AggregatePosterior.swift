import Foundation
import Torch

/// The posterior of all N examples together, q(z) = Σ q(z|x) / N, as estimated from the posteriors
/// of a minibatch.
///
/// - Source: Chen, Li, Grosse & Duvenaud, *Isolating Sources of Disentanglement in Variational
///   Autoencoders*, NeurIPS 2018, arXiv:1802.04942, eqs. 2 and 3, appendix C.
public struct AggregatePosterior: Sendable {
  /// How the posteriors of a minibatch of n stand for those of all N examples.
  public enum Sampling: String, Codable, CaseIterable, Sendable {
    /// Every posterior counts 1 / (N n): q(z) comes out too small, in the mean by a factor n where
    /// posteriors lie apart and N where they coincide.
    case weighted
    /// A draw's own posterior counts 1 / N, each other (N − 1) / (N (n − 1)): no bias in q(z), and
    /// with all N examples in the batch exact.
    case stratified
  }

  /// The KL divergence of the posteriors to the standard normal in three parts, nats, each `[n]`:
  /// one draw's estimates.
  public struct Divergence: Sendable {
    /// log q(z|x) − log q(z): what a code tells of the index of its example.
    public let mutualInformation: Tensor
    /// log q(z) − Σ log q(z_j): how far the units are from independent.
    public let totalCorrelation: Tensor
    /// Σ log q(z_j) − log p(z_j): how far each unit alone is from the prior.
    public let dimensionwise: Tensor
  }

  let posteriors: Normal
  let examples: Int
  let sampling: Sampling

  /// From the posteriors of a minibatch, `[n, k]`, of `examples` examples in all; a batch is never
  /// more than all.
  public init(_ posteriors: Normal, examples: Int, sampling: Sampling) {
    self.posteriors = posteriors
    self.examples = max(examples, posteriors.mean.size(0))
    self.sampling = sampling
  }

  /// log q(z) and Σ log q(z_j), nats, each `[n]`, where row i of `z`, `[n, k]`, is a draw from
  /// posterior i.
  ///
  /// Time and memory grow with n² k. A batch of one has only the draw's own posterior, with its
  /// weight 1 / N.
  public func logDensities(of z: Tensor) -> (joint: Tensor, marginals: Tensor) {
    let each = densities(of: z)  // [n, n, k]
    let weights = logWeights(like: z)  // [n, n]
    let joint = (each.sum(over: 2) + weights).logSumExp(over: 1)
    let marginals = (each + weights.unsqueezed(2)).logSumExp(over: 1)  // [n, k]
    return (joint, marginals.sum(over: 1))
  }

  /// The parts of the KL divergence at draws `z`, `[n, k]`, row i from posterior i.
  ///
  /// Their sum is log q(z|x) − log p(z) whatever the estimates of q(z), since these cancel.
  public func divergence(of z: Tensor) -> Divergence {
    let (joint, marginals) = logDensities(of: z)
    return Divergence(
      mutualInformation: posteriors.logProbability(of: z) - joint,
      totalCorrelation: joint - marginals,
      dimensionwise: marginals - Normal.standardLogProbability(of: z))
  }

  /// log q(z_ij|x_l) of draw i, posterior l and unit j, `[n, n, k]`.
  private func densities(of z: Tensor) -> Tensor {
    let logVariance = posteriors.logVariance.unsqueezed(0)
    let distance = z.unsqueezed(1) - posteriors.mean.unsqueezed(0)
    return (distance.squared() * (-logVariance).exp() + logVariance + logTwoPi) * -0.5
  }

  /// Log of what posterior l counts for draw i, `[n, n]`.
  private func logWeights(like z: Tensor) -> Tensor {
    let n = z.size(0)
    let (own, other) = shares(n)
    let whole = Tensor.full([n, n], log(other), type: z.dtype, device: z.device)
    let diagonal = Tensor.identity(n, type: z.dtype, device: z.device)
    return whole + diagonal * (log(own) - log(other))
  }

  /// What a draw's own posterior and each other of `n` counts.
  private func shares(_ n: Int) -> (own: Double, other: Double) {
    let all = Double(examples)
    guard sampling == .stratified, n > 1 else {
      return (1 / (all * Double(n)), 1 / (all * Double(n)))
    }
    return (1 / all, (all - 1) / (all * Double(n - 1)))
  }
}

extension Normal {
  /// Covariance of the means over the examples, `[n, k]` to `[k, k]`, with divisor n.
  public func covarianceOfMeans() -> Tensor {
    let centred = mean - mean.mean(over: 0, keep: true)
    return centred.transposed().matmul(centred) / Double(mean.size(0))
  }

  /// Covariance of the equal mixture of all rows, `[k, k]`: mean variances on the diagonal, and the
  /// covariance of the means.
  public func covarianceOfMixture() -> Tensor {
    covarianceOfMeans() + logVariance.exp().expanded(mean.shape).mean(over: 0).asDiagonal()
  }
}

/// How far a covariance matrix, `[k, k]`, is from the identity: scalars, 0 where it is none.
///
/// - Source: Kumar, Sattigeri & Balakrishnan, *Variational Inference of Disentangled Latent
///   Concepts from Unlabeled Observations*, ICLR 2018, arXiv:1711.00848, eqs. 6 and 7.
public enum CovariancePenalty {
  /// Σ of the squared elements off the diagonal, each pair twice.
  public static func offDiagonal(_ covariance: Tensor) -> Tensor {
    (covariance - covariance.diagonal().asDiagonal()).squared().sum()
  }

  /// Σ of the squared distances of the diagonal from 1.
  public static func diagonal(_ covariance: Tensor) -> Tensor {
    (covariance.diagonal() - 1).squared().sum()
  }
}
