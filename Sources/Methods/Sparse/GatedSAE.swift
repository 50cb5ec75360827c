import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The gated sparse autoencoder: one reading says which units are active and is penalised, another, of the same
/// directions, says how much, so that the penalty does not shrink what is active.
///
/// - Source: Rajamanoharan et al., *Improving dictionary learning with gated sparse autoencoders*, NeurIPS 2024,
///   arXiv:2404.16014, eqs. 6–9.
/// - Departs: the data are scaled as in Gao et al., 2024; dead units are not drawn anew.
public struct GatedSAE: SparseRecipe {
  public static let card = Card(
    id: "gated-sae", title: "Gated sparse autoencoder",
    source:
      "Rajamanoharan et al., Improving dictionary learning with gated sparse autoencoders, NeurIPS 2024, "
      + "arXiv:2404.16014",
    summary:
      "Writes each example as a sum of few of many learned directions; which ones and how much of each is read apart, "
      + "so that the penalty on the first does not shrink the second.")

  public var dictionary = DictionarySettings()
  /// Weight of the sum of the open gates against the squared error.
  public var penalty = 1.0
  /// Share of the training over which the penalty rises.
  public var rising = 0.1
  public var training = Training()

  public init() {}

  /// Gates, and magnitudes behind them.
  public struct Activation: Activating {
    /// `[m]`.
    let gateBias: Parameter
    /// Logarithms of what the reading is multiplied with for the magnitude, `[m]`.
    let logScale: Parameter
    /// `[m]`.
    let bias: Parameter

    public func callAsFunction(_ read: Tensor) -> Tensor {
      let magnitude = read * logScale.tensor.exp().unsqueezed(0) + bias.tensor.unsqueezed(0)
      return magnitude.relu() * (gates(read) .> 0).to(.float32)
    }

    /// How far each gate is open, `[n, m]`.
    func gates(_ read: Tensor) -> Tensor { (read + gateBias.tensor.unsqueezed(0)).relu() }
  }

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try AutoencoderSettings.validate(weights: [("penalty", penalty)])
    try SparsityPenalty.validate(rising: rising)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<Activation> {
    func zeros() -> Parameter {
      Parameter(Tensor.zeros([dictionary.latents], device: random.device))
    }
    return SparseNetwork(
      domain, dictionary, random,
      Activation(gateBias: zeros(), logScale: zeros(), bias: zeros()))
  }

  public func loss(_ network: SparseNetwork<Activation>, _ batch: Batch, _ step: Step) -> Loss {
    let parts = network.dictionary
    let x = parts.scaled(batch.x)  // [n, d]
    let read = parts.read(x)  // [n, m]
    let (z, gates) = (network.activation(read), network.activation.gates(read))
    // The gates learn from a reconstruction that leaves the directions alone.
    let copy =
      gates.matmul(parts.decoder.tensor.detached()) + parts.offset.tensor.detached().unsqueezed(0)
    parts.note(z.uses, of: x.size(0))
    return Loss(
      .term("error", parts.written(z).error(against: x)),
      .term("gates", copy.error(against: x)),
      .term(
        "penalty", gates.sum(over: 1) / Double(x.size(1)),
        weight: penalty * step.warmth(over: rising)))
  }
}
