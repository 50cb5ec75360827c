import Files
import Learning
import Torch

/// How much information a code may hold, in nats: it rises evenly from 0 over a share of the training, and the mean
/// divergence from the prior is held to it.
///
/// - Source: Burgess et al., *Understanding disentangling in β-VAE*, 2018, arXiv:1804.03599, eq. 8.
public struct Capacity: Codable, Equatable, Sendable {
  /// What the capacity rises to, nats.
  public let final: Double
  /// The share of the training, from 0 to 1, over which it rises; 0 begins with all of it.
  public let share: Double

  /// A capacity that rises to `final` nats over the first `share` of the training.
  public init(_ final: Double, over share: Double) {
    self.final = final
    self.share = share
  }

  /// The capacity C at `step`, nats.
  public func nats(at step: Step) -> Double { final * step.warmth(over: share) }

  /// How far the mean of `divergence`, nats, `[n]` or a scalar, is from the capacity at `step`, |KL − C|, a scalar.
  public func penalty(_ divergence: Tensor, at step: Step) -> Tensor {
    (divergence.mean() - nats(at: step)).abs()
  }

  /// Refuses a capacity below 0, and a share of the training that is none; the flags are what messages name.
  ///
  /// - Throws: `UserError`.
  public func validate(final flag: String = "capacity", share shareFlag: String = "capacity-share")
    throws
  {
    try require(
      final >= 0 && final.isFinite, "--\(flag) \(final): a capacity in nats must be at least 0")
    try require(0...1 ~= share, "--\(shareFlag) \(share): must be a share from 0 to 1")
  }
}
