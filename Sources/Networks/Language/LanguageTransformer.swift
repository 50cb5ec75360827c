import Files
import Torch

/// A distribution over each token of a text given those before it, by a causal transformer such as GPT-2 or Llama.
///
/// Hooks reach every activation by name: `embed`, `blocks.3.resid_pre`, `attn_pattern` (`[n, heads, t, t]`),
/// `attn_heads` (`[n, t, heads, d]`), `attn_out`, `resid_mid`, `mlp_act`, `mlp_out`, `resid_post`, and `final` after the
/// last norm.
///
/// - Source: Radford et al., *Language models are unsupervised multitask learners*, 2019; Touvron et al., *LLaMA: open
///   and efficient foundation language models*, 2023.
public struct LanguageTransformer: Module {
  public let embedding: Embedding
  /// `[context, width]`, where positions are learned.
  public let positions: Parameter?
  public let blocks: [TransformerLayer]
  public let norm: TransformerNorm
  /// Where tokens are not written by the vectors that read them.
  public let head: Linear?
  /// What it is made of.
  public let form: TransformerForm
  private let rotation: Rotation?

  /// A network of this form, whose sizes must make one.
  public init(_ form: TransformerForm, _ random: RandomStream) {
    self.form = form
    embedding = Embedding(form.vocabulary, form.width, deviation: form.deviation, random)
    let isTurning = form.style == .llama
    positions =
      isTurning ? nil : Parameter(random.normal([form.context, form.width]) * form.deviation)
    rotation =
      isTurning
      ? Rotation(form.rotary, places: form.context, width: form.headWidth, device: random.device)
      : nil
    blocks = (0..<form.blocks).map { _ in TransformerLayer(form, random) }
    norm = TransformerNorm(form, random.device)
    head =
      form.isTied
      ? nil : Linear(form.width, form.vocabulary, deviation: form.deviation, bias: false, random)
  }

  /// Logits of the token after each, `[n, t]` to `[n, t, V]`; t is at most the context.
  public func logits(_ tokens: Tensor) -> Tensor { written(hidden(tokens)) }

  /// The same with what `hooks` do on the way.
  ///
  /// - Throws: `UserError` where they name a place that there is not, with the nearest that there is.
  public func logits(_ tokens: Tensor, _ hooks: Hooks) throws -> Tensor {
    try hooks.check(against: hookNames)
    return written(hidden(tokens, HookPlace(hooks: hooks)))
  }

  /// The places that hooks may name, from the first to the last.
  public var hookNames: [String] { Networks.hookNames(blocks: blocks.count) }

  /// Vectors after the last norm, `[n, t]` to `[n, t, width]`.
  public func hidden(_ tokens: Tensor) -> Tensor { hidden(tokens, HookPlace()) }

  /// The same with what `hooks` do on the way.
  ///
  /// - Throws: `UserError` where they name a place that there is not, with the nearest that there is.
  public func hidden(_ tokens: Tensor, _ hooks: Hooks) throws -> Tensor {
    try hooks.check(against: hookNames)
    return hidden(tokens, HookPlace(hooks: hooks))
  }

  func hidden(_ tokens: Tensor, _ place: HookPlace) -> Tensor {
    var memories = [AttentionMemory](repeating: AttentionMemory(), count: blocks.count)
    return hidden(tokens, place, from: 0, &memories)
  }

  /// The same for the places from `start` on, after those in `memories`, which they join.
  func hidden(
    _ tokens: Tensor, _ place: HookPlace, from start: Int, _ memories: inout [AttentionMemory]
  ) -> Tensor {
    let end = start + tokens.size(1)
    guard tokens.error == nil, tokens.rank == 2, end <= form.context else {
      let reason = "this network takes rows [n, t] of at most \(form.context) tokens"
      return Tensor(
        error: tokens.error ?? TensorError("logits", shapes: [tokens.shape], reason: reason))
    }
    var h = embedding(tokens)
    if let positions { h = h + positions.tensor.sliced(0, start, end) }
    h = place("embed", h)
    var pass = BlockPass(rotation: rotation, isCausal: true, start: start)
    for (index, block) in blocks.enumerated() {
      pass.place = place.block(index)
      h = block(h, pass, &memories[index])
    }
    return place("final", norm(h))
  }

  /// Logits by vectors after the last norm, `[…, width]` to `[…, V]`.
  public func written(_ h: Tensor) -> Tensor { head?(h) ?? h.linear(embedding.weight.tensor) }

  /// −log p of each token of rows `[n, t + 1]` but the first, given those before it, nats, `[n, t]`.
  public func losses(_ tokens: Tensor) -> Tensor {
    losses(tokens, logits(tokens.sliced(1, 0, tokens.size(1) - 1)))
  }

  /// The same with what `hooks` do on the way.
  ///
  /// - Throws: `UserError` where they name a place that there is not, with the nearest that there is.
  public func losses(_ tokens: Tensor, _ hooks: Hooks) throws -> Tensor {
    losses(tokens, try logits(tokens.sliced(1, 0, tokens.size(1) - 1), hooks))
  }

  private func losses(_ tokens: Tensor, _ logits: Tensor) -> Tensor {
    let (n, t) = (tokens.size(0), tokens.size(1) - 1)
    return logits.reshaped(n * t, form.vocabulary)
      .crossEntropy(tokens.sliced(1, 1, t + 1).reshaped(n * t)).reshaped(n, t)
  }
}
