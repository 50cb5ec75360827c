import Torch

/// Vectors for the tokens of a text, each given the whole text, as BERT has them.
///
/// Hooks reach activations by the names of ``LanguageTransformer``; `resid_mid` and `resid_post` are after the norms.
///
/// - Source: Devlin et al., *BERT: pre-training of deep bidirectional transformers*, NAACL 2019.
public struct TextTransformer: Module {
  public let embedding: Embedding
  /// A vector for each place, `[context, width]`.
  public let positions: Parameter
  /// A vector for each kind of segment, `[segments, width]`.
  public let segments: Parameter
  public let norm: LayerNorm
  public let blocks: [TransformerLayer]
  /// For a vector of the whole text by that of its first token, where there is one.
  public let pooler: Linear?
  /// For logits of tokens that were hidden, where there are some.
  public let writer: TokenWriter?
  /// What it is made of.
  public let form: TransformerForm

  /// A network of this form, whose sizes must make one.
  public init(
    _ form: TransformerForm, hasPooler: Bool = false, hasWriter: Bool = false,
    _ random: RandomStream
  ) {
    self.form = form
    embedding = Embedding(form.vocabulary, form.width, deviation: form.deviation, random)
    positions = Parameter(random.normal([form.context, form.width]) * form.deviation)
    segments = Parameter(random.normal([form.segments, form.width]) * form.deviation)
    norm = LayerNorm([form.width], epsilon: form.epsilon, device: random.device)
    blocks = (0..<form.blocks).map { _ in TransformerLayer(form, random) }
    pooler =
      hasPooler
      ? Linear(form.width, form.width, deviation: form.deviation, bias: true, random) : nil
    writer = hasWriter ? TokenWriter(form, random) : nil
  }

  /// The places that hooks may name, from the first to the last; `final` is what the last block gives.
  public var hookNames: [String] { Networks.hookNames(blocks: blocks.count) }

  /// Vectors of tokens, `[n, t]` to `[n, t, width]`.
  ///
  /// - Parameters:
  ///   - counted: 1 for each token and 0 for fillers, `[n, t]`; without it all are tokens.
  ///   - kinds: The segment of each token, `[n, t]`; without it all are of the first.
  public func callAsFunction(
    _ tokens: Tensor, counted: Tensor? = nil, kinds: Tensor? = nil
  ) -> Tensor {
    hidden(tokens, counted, kinds, HookPlace())
  }

  /// The same with what `hooks` do on the way.
  ///
  /// - Throws: `UserError` where they name a place that there is not, with the nearest that there is.
  public func callAsFunction(
    _ tokens: Tensor, counted: Tensor? = nil, kinds: Tensor? = nil, _ hooks: Hooks
  ) throws -> Tensor {
    try hooks.check(against: hookNames)
    return hidden(tokens, counted, kinds, HookPlace(hooks: hooks))
  }

  private func hidden(
    _ tokens: Tensor, _ counted: Tensor?, _ kinds: Tensor?, _ place: HookPlace
  ) -> Tensor {
    let t = tokens.size(1)
    guard tokens.error == nil, tokens.rank == 2, t <= form.context else {
      let reason = "this network takes rows [n, t] of at most \(form.context) tokens"
      return Tensor(
        error: tokens.error ?? TensorError("encode", shapes: [tokens.shape], reason: reason))
    }
    let segment =
      kinds.map { segments.tensor.embedding($0) } ?? segments.tensor.sliced(0, 0, 1)
    var h = place(
      "embed", norm(embedding(tokens) + segment + positions.tensor.sliced(0, 0, t)))
    var pass = BlockPass()
    pass.mask = counted.map { counted in
      // Scores of fillers, to broadcast to [n, heads, t, t].
      ((counted.to(.float32) - 1) * 1e9).unsqueezed(1).unsqueezed(1)
    }
    for (index, block) in blocks.enumerated() {
      var memory = AttentionMemory()
      pass.place = place.block(index)
      h = block(h, pass, &memory)
    }
    return place("final", h)
  }

  /// A vector for each text by its first token, `[n, t, width]` to `[n, width]`; nothing without a pooler.
  public func pooled(_ hidden: Tensor) -> Tensor? {
    pooler.map { $0(hidden.selected(1, 0)).tanh() }
  }

  /// Logits of the token at each place, `[n, t, width]` to `[n, t, V]`; nothing without a writer.
  public func logits(_ hidden: Tensor) -> Tensor? {
    writer.map { $0(hidden, by: embedding) }
  }

  /// The mean of the vectors of the tokens that count, of length 1, `[n, t, width]` and `[n, t]` to `[n, width]`.
  ///
  /// - Source: Reimers & Gurevych, *Sentence-BERT*, EMNLP 2019.
  public static func sentence(_ hidden: Tensor, counted: Tensor) -> Tensor {
    let weights = counted.to(.float32).unsqueezed(2)
    let mean = (hidden * weights).sum(over: 1) / weights.sum(over: 1).clamped(atLeast: 1e-9)
    return mean / mean.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
  }
}

/// Tokens by their vectors, as BERT guesses those that are hidden.
public struct TokenWriter: Module {
  public let transform: Linear
  public let norm: LayerNorm
  /// One number for each token, `[V]`.
  public let bias: Parameter
  let activation: TransformerForm.Nonlinearity

  init(_ form: TransformerForm, _ random: RandomStream) {
    transform = Linear(form.width, form.width, deviation: form.deviation, bias: true, random)
    norm = LayerNorm([form.width], epsilon: form.epsilon, device: random.device)
    bias = Parameter(Tensor.zeros([form.vocabulary], device: random.device))
    activation = form.activation
  }

  func callAsFunction(_ hidden: Tensor, by embedding: Embedding) -> Tensor {
    norm(activation(transform(hidden))).linear(embedding.weight.tensor, bias.tensor)
  }
}
