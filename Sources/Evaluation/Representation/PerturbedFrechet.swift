import Datasets
import Learning
import Torch

/// Tokens that can be exchanged for ones that mean nearly the same.
public protocol Perturbing: Tokenising {
  /// The tokens `[n, t]` with a share `rate` of them exchanged for one of the `neighbours` nearest entries.
  func perturbed(_ tokens: Tensor, rate: Double, neighbours: Int, _ random: RandomStream) -> Tensor
}

/// The Fréchet distance of reconstructions from perturbed tokens, which says what a decoder makes of the mistakes that
/// a generator of tokens will make: pFID.
///
/// - Source: Qiu et al., *Robust Latent Matters: Boosting Image Generation with Sampling Error*, 2025,
///   arXiv:2503.08354.
public struct PerturbedFrechet: Sendable {
  /// Shares of tokens that are exchanged; the figure is the mean over them.
  public var rates = [0.5, 0.75, 1]
  /// Share of the codebook that is near; the paper draws from hundreds of nearest entries among thousands.
  public var near = 0.05

  public init() {}

  /// The figure of a network on examples whose features by `judge` are `features`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func distance(
    _ network: any Perturbing, _ examples: Examples, _ judge: FeatureJudge, to features: Tensor,
    seed: Seed, device: Device = .cpu
  ) throws -> Double {
    let neighbours = max(2, Int((near * Double(network.codebookSize)).rounded()))
    var scores = Scores(examples, seed: seed)
    scores.device = device
    let figures = try rates.map { rate in
      let parts = try scores.map { batch, random in
        let tokens = network.tokens(batch.x)
        let exchanged = network.perturbed(tokens, rate: rate, neighbours: neighbours, random)
        return [judge.network.features(network.decode(tokens: exchanged)).to(.cpu)]
      }
      return try FrechetDistance.between(features, Tensor.concatenate(parts).checked())
    }
    return figures.mean
  }
}

extension FeatureJudge {
  /// The Fréchet distance of reconstructions of the examples to `features`: rFID.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func frechet(
    reconstructing network: any Tokenising, _ examples: Examples, to features: Tensor,
    device: Device = .cpu
  ) throws -> Double {
    var scores = Scores(examples, seed: Seed(0))
    scores.device = device
    let parts = try scores.map { batch, _ in
      [self.network.features(network.decode(tokens: network.tokens(batch.x))).to(.cpu)]
    }
    return try FrechetDistance.between(features, Tensor.concatenate(parts).checked())
  }
}

extension Measure {
  /// The figure of ``PerturbedFrechet`` with its settings as they start.
  static let perturbedFrechet = Measure(
    id: "perturbed-frechet", title: "Fréchet distance of reconstructions from perturbed tokens",
    unit: "", direction: .lower
  ) { subject in
    guard let judge = subject.judge, let network = subject.network as? any Perturbing else {
      return nil
    }
    let examples = subject.source.test.prefix(5 * subject.few)
    let features = try judge.features(
      of: examples, limit: 5 * subject.few, device: subject.device)
    return [
      try PerturbedFrechet().distance(
        network, examples, judge, to: features, seed: subject.seed, device: subject.device)
    ]
  }
}
