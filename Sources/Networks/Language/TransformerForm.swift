import Files
import Torch

/// What a transformer of texts is made of.
public struct TransformerForm: Codable, Equatable, Sendable {
  /// Which published model it is like.
  public enum Style: String, Codable, CaseIterable, Sendable {
    /// Radford et al., *Language models are unsupervised multitask learners*, 2019: learned positions, layer norms.
    case gpt2
    /// Touvron et al., *LLaMA*, 2023: rotary positions, root mean square norms, gates, no biases.
    case llama
    /// Devlin et al., *BERT*, NAACL 2019: an encoder, norms after the sums, two kinds of segments.
    case bert
  }

  /// The nonlinearity between the layers of a block.
  public enum Nonlinearity: String, Codable, CaseIterable, Sendable {
    case gelu, geluTanh, relu, silu

    func callAsFunction(_ x: Tensor) -> Tensor {
      switch self {
      case .gelu: x.gelu()
      case .geluTanh: x.gelu(approximate: true)
      case .relu: x.relu()
      case .silu: x.silu()
      }
    }
  }

  public var style: Style
  /// Number of different tokens, V.
  public var vocabulary: Int
  /// Most tokens that are seen at once.
  public var context: Int
  public var width: Int
  public var blocks: Int
  public var heads: Int
  /// Heads of keys and values, each for as many heads of queries.
  public var keyHeads: Int
  /// Numbers of a query.
  public var headWidth: Int
  /// Units between the two layers of a block.
  public var hidden: Int
  public var activation: Nonlinearity
  /// What norms add to a variance.
  public var epsilon: Double
  public var rotary = Rotary()
  /// Whether tokens are read and written by the same vectors.
  public var isTied: Bool
  /// Whether queries, keys and values have biases.
  public var hasQueryBias: Bool
  public var hasOutputBias: Bool
  public var hasHiddenBias: Bool
  /// Kinds of segments that an encoder tells apart.
  public var segments = 2

  /// The form of a model of this style and size; `keyHeads` and `hidden` are the style's own where they are not given.
  public init(
    _ style: Style, vocabulary: Int, context: Int, width: Int, blocks: Int, heads: Int
  ) {
    self.style = style
    (self.vocabulary, self.context, self.width) = (vocabulary, context, width)
    (self.blocks, self.heads, keyHeads) = (blocks, heads, heads)
    headWidth = max(width / max(heads, 1), 1)
    let isLlama = style == .llama
    // Two thirds of four times the width, as a gate is a third matrix; a multiple of 32.
    hidden = isLlama ? (8 * width / 3 + 31) / 32 * 32 : 4 * width
    activation = isLlama ? .silu : style == .gpt2 ? .geluTanh : .gelu
    epsilon = isLlama ? 1e-6 : style == .gpt2 ? 1e-5 : 1e-12
    isTied = true
    (hasQueryBias, hasOutputBias, hasHiddenBias) = (!isLlama, !isLlama, !isLlama)
  }

  /// Standard deviation that weights start with, as in GPT-2.
  var deviation: Double { 0.02 }
  /// That of the layers whose results are added up, so that the sum does not grow with the blocks.
  var branchDeviation: Double { 0.02 / Double(max(2 * blocks, 1)).squareRoot() }

  /// Refuses sizes that make no network.
  ///
  /// - Throws: `UserError` that names the first of them.
  public func validate() throws {
    let sizes = [
      ("vocabulary", vocabulary, 10_000_000), ("context", context, 10_000_000),
      ("width", width, 1_000_000), ("blocks", blocks, 10_000), ("heads", heads, 100_000),
      ("keyHeads", keyHeads, 100_000), ("headWidth", headWidth, 100_000),
      ("hidden", hidden, 10_000_000), ("segments", segments, 100_000),
    ]
    for (name, size, most) in sizes where !(1...most).contains(size) {
      throw UserError("a transformer with \(name) \(size): must be from 1 to \(most)")
    }
    try require(
      heads % keyHeads == 0,
      "a transformer with \(heads) heads and \(keyHeads) of keys: must be a multiple")
    try require(
      style != .llama || headWidth % 2 == 0,
      "a transformer whose heads have \(headWidth) numbers: pairs of them turn, so it must be even")
    try require(
      style != .llama || context * headWidth <= 1 << 25,
      "a transformer with context \(context) and heads of \(headWidth) numbers: their angles would take more than "
        + "a quarter of a gigabyte")
    try require(
      epsilon > 0 && epsilon < 1,
      "a transformer with epsilon \(epsilon): must be above 0 and below 1")
  }
}
