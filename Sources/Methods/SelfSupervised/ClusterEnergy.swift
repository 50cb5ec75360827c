import Learning
import Networks
import Torch

/// A backbone with one output for each cluster that is a density at once: the logit of cluster k is log p(x, k) up to a
/// constant, so that their softmax is p(k|x) and their logsumexp log p(x) up to that constant.
///
/// No layer has a norm over the batch, which would let examples and chains of one batch see each other.
///
/// - Source: Grathwohl et al., *Your classifier is secretly an energy based model and you should treat it like one*,
///   ICLR 2020, arXiv:1912.03263, eqs. 4 to 7, with clusters for classes.
public struct ClusterEnergy: Module, Encoding, Weighing, Generating {
  public let encoder: Encoder
  public let head: Linear
  /// Where the chains of the training were left, from which new examples are drawn.
  public let chains: ReplayedChains
  let sampler: LangevinChain
  /// Whether codes are the logits of the clusters, else the features before them.
  let givesLogits: Bool

  /// Logits of the clusters, `[n]` + shape to `[n, K]`.
  public func logits(_ x: Tensor) -> Tensor { head(encoder(x)) }
  /// log p(x) + constant, nats, `[n]` + shape to `[n]`.
  public func logDensity(_ x: Tensor) -> Tensor { logits(x).logSumExp(over: 1) }
  /// The cluster of each example, int64, `[n]` + shape to `[n]`.
  public func clusters(_ x: Tensor) -> Tensor { logits(x).argmax(over: 1) }
  /// Features, or the logits of the clusters, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { givesLogits ? logits(x) : encoder(x) }

  /// Ends of chains that go on from where the training left them, `[count]` + shape.
  public func generated(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    var sampler = sampler
    sampler.temperature *= temperature
    let starts = chains.drawn(count, random.child("chains"))
    return sampler.ends(from: starts, random.child("steps"), logDensity)
  }
}

extension Tensor {
  /// KL(uniform ‖ mean share) of the clusters of logits `[n, K]`, nats, a scalar: 0 where all are used alike, and
  /// without bound where one is not used at all.
  var unevenness: Tensor {
    let (n, k) = (Double(size(0)), Double(size(1)))
    let shares = logSoftmax().logSumExp(over: 0) - Tensor(n, device: device).log()  // log, [K]
    return -shares.mean() - Tensor(k, device: device).log()
  }
}
