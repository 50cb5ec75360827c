import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The JumpReLU sparse autoencoder: a unit is active above a threshold of its own, which is learned together with a
/// penalty on the number of active units through estimates of their gradients.
///
/// - Source: Rajamanoharan et al., *Jumping ahead: improving reconstruction fidelity with JumpReLU sparse autoencoders*,
///   2024, arXiv:2407.14435, eqs. 7–12.
/// - Departs: the data are scaled to a variance of 1 per input, and threshold and bandwidth are for that scale.
public struct JumpReLUSAE: SparseRecipe {
  public static let card = Card(
    id: "jumprelu-sae", title: "JumpReLU sparse autoencoder",
    source:
      "Rajamanoharan et al., Jumping ahead: improving reconstruction fidelity with JumpReLU sparse autoencoders, 2024, "
      + "arXiv:2407.14435",
    summary:
      "Writes each example as a sum of few of many learned directions, those that its encoder reads more of than a "
      + "learned threshold; the number of them is penalised.")

  public var dictionary = DictionarySettings()
  /// Weight of the number of active units against the squared error.
  public var penalty = 0.3
  /// Share of the training over which the penalty rises.
  public var rising = 0.1
  /// Where thresholds start.
  public var threshold = 0.1
  /// How near to its threshold a number moves it.
  public var bandwidth = 0.2
  public var training = Training()

  public init() {}

  /// What was read above a threshold for each unit.
  public struct Activation: Activating {
    /// `[m]`.
    let bias: Parameter
    /// Logarithms of the thresholds, `[m]`.
    let logThreshold: Parameter
    let bandwidth: Double

    public func callAsFunction(_ read: Tensor) -> Tensor { parts(read).codes }

    /// The codes, and 1 where a unit is active, both `[n, m]` with gradients that reach the thresholds.
    func parts(_ read: Tensor) -> (codes: Tensor, isActive: Tensor) {
      let all = (read + bias.tensor.unsqueezed(0)).relu()
      let bound = logThreshold.tensor.exp().unsqueezed(0)  // [1, m]
      let isAbove = (all .> bound).to(.float32).detached()
      let distance = (all - bound).detached().abs()
      let near = (distance .< bandwidth / 2).to(.float32) / bandwidth
      // Its value is 0, and its slope in the threshold that of the smoothed step.
      let slope = (bound.detached() - bound) * near
      return (all * isAbove + bound.detached() * slope, isAbove + slope)
    }
  }

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try AutoencoderSettings.validate(weights: [("penalty", penalty)])
    try SparsityPenalty.validate(rising: rising)
    try require(
      threshold > 0 && threshold.isFinite, "--threshold \(threshold): must be above 0")
    try require(
      bandwidth > 0 && bandwidth.isFinite, "--bandwidth \(bandwidth): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<Activation> {
    let zeros = Tensor.zeros([dictionary.latents], device: random.device)
    return SparseNetwork(
      domain, dictionary, random,
      Activation(
        bias: Parameter(zeros), logThreshold: Parameter((zeros + threshold).log()),
        bandwidth: bandwidth))
  }

  public func loss(_ network: SparseNetwork<Activation>, _ batch: Batch, _ step: Step) -> Loss {
    let parts = network.dictionary
    let x = parts.scaled(batch.x)  // [n, d]
    let (z, isActive) = network.activation.parts(parts.read(x))  // [n, m]
    parts.note(z.uses, of: x.size(0))
    return Loss(
      .term("error", parts.written(z).error(against: x)),
      .term(
        "penalty", isActive.sum(over: 1) / Double(x.size(1)),
        weight: penalty * step.warmth(over: rising)))
  }
}
