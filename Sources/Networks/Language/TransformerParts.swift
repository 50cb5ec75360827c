import Torch

extension Linear {
  /// A layer whose weights start normal with this standard deviation, and its biases at 0.
  init(
    _ inputs: Int, _ outputs: Int, deviation: Double, bias: Bool, _ random: RandomStream
  ) {
    weight = Parameter(random.normal([outputs, inputs]) * deviation)
    self.bias = bias ? Parameter(Tensor.zeros([outputs], device: random.device)) : nil
  }

  /// The map and a nonlinearity after it, in one where they can be.
  func callAsFunction(_ x: Tensor, then nonlinearity: TransformerForm.Nonlinearity) -> Tensor {
    switch nonlinearity {
    case .relu: x.linear(weight.tensor, bias?.tensor, then: .rectified)
    case .gelu: x.linear(weight.tensor, bias?.tensor, then: .gelu)
    case .geluTanh: x.linear(weight.tensor, bias?.tensor, then: .geluTanh)
    case .silu: nonlinearity(self(x))
    }
  }
}

extension Embedding {
  /// Vectors that start normal with this standard deviation.
  init(_ count: Int, _ width: Int, deviation: Double, _ random: RandomStream) {
    weight = Parameter(random.normal([count, width]) * deviation)
  }
}

/// A norm of either kind over the last axis.
public enum TransformerNorm: Module {
  case mean(LayerNorm)
  case square(RMSNorm)

  init(_ form: TransformerForm, _ device: Device) {
    self =
      form.style == .llama
      ? .square(RMSNorm(form.width, epsilon: form.epsilon, device: device))
      : .mean(LayerNorm([form.width], epsilon: form.epsilon, device: device))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .mean(let norm): norm(x)
    case .square(let norm): norm(x)
    }
  }
}

/// What a pass through a block is told besides its activations.
struct BlockPass {
  var place = HookPlace()
  /// Turns queries and keys; nothing where positions are learned.
  var rotation: Rotation?
  /// Added to the scores of attention, to broadcast to `[n, heads, t, s]`.
  var mask: Tensor?
  var isCausal = false
  /// Number of places before the first of these.
  var start = 0
}

/// Attention of a text to itself, `[n, t, width]` to the same, with fewer heads of keys than of queries where asked for.
///
/// - Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017; groups of queries as in Ainslie et al., *GQA*,
///   EMNLP 2023.
public struct SelfAttention: Module {
  /// Queries of all heads, then keys, then values.
  public let queriesKeysValues: Linear
  public let output: Linear
  let heads: Int
  let keyHeads: Int
  let headWidth: Int

  init(_ form: TransformerForm, _ random: RandomStream) {
    (heads, keyHeads, headWidth) = (form.heads, form.keyHeads, form.headWidth)
    queriesKeysValues = Linear(
      form.width, (heads + 2 * keyHeads) * headWidth, deviation: form.deviation,
      bias: form.hasQueryBias, random)
    output = Linear(
      heads * headWidth, form.width, deviation: form.branchDeviation, bias: form.hasOutputBias,
      random)
  }

  func callAsFunction(
    _ x: Tensor, _ pass: BlockPass, _ memory: inout AttentionMemory
  ) -> Tensor {
    let all = queriesKeysValues(x)
      .reshaped(x.size(0), x.size(1), heads + 2 * keyHeads, headWidth)  // [n, t, h, d]
    let parts = split(all)
    func turned(_ x: Tensor) -> Tensor { pass.rotation?(x, from: pass.start) ?? x }
    let queries = turned(parts[0]).transposed(1, 2)  // [n, h, t, d]
    var keys = turned(parts[1]).transposed(1, 2)
    var values = parts[2].transposed(1, 2)
    if let seen = memory.keysAndValues {
      keys = Tensor.concatenate([seen.0, keys], along: 2)
      values = Tensor.concatenate([seen.1, values], along: 2)
    }
    memory.keysAndValues = (keys, values)
    let attended =
      pass.place.isWatched("attn_pattern")
      ? explicit(queries, keys, values, pass)
      : queries.attention(
        keys, values, mask: mask(pass, queries, keys), causal: pass.isCausal && pass.start == 0,
        grouped: keyHeads != heads)
    let byHead = pass.place("attn_heads", attended.transposed(1, 2))  // [n, t, h, d]
    return pass.place("attn_out", output(byHead.flattened(from: 2)))
  }

  /// Queries, keys and values; equal parts have one step back instead of three.
  private func split(_ all: Tensor) -> [Tensor] {
    if keyHeads == heads { return all.split(into: 3, along: 2) }
    let ends = [0, heads, heads + keyHeads, heads + 2 * keyHeads]
    return zip(ends, ends.dropFirst()).map { all.sliced(2, $0, $1) }
  }

  /// What is added to the scores; nothing where all that is seen may be, or a flag says which.
  private func mask(_ pass: BlockPass, _ queries: Tensor, _ keys: Tensor) -> Tensor? {
    guard pass.isCausal, pass.start > 0, queries.size(2) > 1 else { return pass.mask }
    return later(queries, keys, pass.start)
  }

  /// −∞ where a place would see a later one, `[t, s]`.
  private func later(_ queries: Tensor, _ keys: Tensor, _ start: Int) -> Tensor {
    let shape = [queries.size(2), keys.size(2)]
    return Tensor.full(shape, -.infinity, device: queries.device).upperTriangle(start + 1)
  }

  /// The same step by step, so that what attends to what can be read and changed, `[n, heads, t, s]`.
  private func explicit(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ pass: BlockPass
  ) -> Tensor {
    let times = heads / keyHeads
    let keys = times > 1 ? keys.repeatingEach(times, along: 1) : keys
    let values = times > 1 ? values.repeatingEach(times, along: 1) : values
    var scores = queries.matmul(keys.transposed()) * (1 / Double(headWidth).squareRoot())
    if let mask = pass.mask { scores = scores + mask }
    if pass.isCausal { scores = scores + later(queries, keys, pass.start) }
    return pass.place("attn_pattern", scores.softmax()).matmul(values)
  }
}

/// Two layers with a nonlinearity between them, `[…, width]` to the same; the first may have a gate beside it.
///
/// - Source: the gate as in Shazeer, *GLU variants improve transformer*, 2020.
public struct FeedForward: Module {
  /// The gate comes first, where there is one.
  public let input: Linear
  public let output: Linear
  let form: TransformerForm

  init(_ form: TransformerForm, _ random: RandomStream) {
    self.form = form
    let isGated = form.style == .llama
    input = Linear(
      form.width, (isGated ? 2 : 1) * form.hidden, deviation: form.deviation,
      bias: form.hasHiddenBias, random)
    output = Linear(
      form.hidden, form.width, deviation: form.branchDeviation, bias: form.hasHiddenBias, random)
  }

  func callAsFunction(_ x: Tensor, _ place: HookPlace) -> Tensor {
    let active: Tensor
    if form.style == .llama {
      let halves = input(x).split(into: 2, along: -1)
      active = form.activation(halves[0]) * halves[1]
    } else {
      active = input(x, then: form.activation)
    }
    return place("mlp_out", output(place("mlp_act", active)))
  }
}

/// Attention and two layers beside a shortcut, `[n, t, width]` to the same: the norms come before each in a decoder, and
/// after the sum in an encoder such as BERT.
public struct TransformerLayer: Module {
  public let attentionNorm: TransformerNorm
  public let attention: SelfAttention
  public let mlpNorm: TransformerNorm
  public let mlp: FeedForward
  let normsFirst: Bool

  init(_ form: TransformerForm, _ random: RandomStream) {
    attentionNorm = TransformerNorm(form, random.device)
    attention = SelfAttention(form, random)
    mlpNorm = TransformerNorm(form, random.device)
    mlp = FeedForward(form, random)
    normsFirst = form.style != .bert
  }

  func callAsFunction(
    _ x: Tensor, _ pass: BlockPass, _ memory: inout AttentionMemory
  ) -> Tensor {
    let x = pass.place("resid_pre", x)
    guard normsFirst else {
      let mid = pass.place("resid_mid", attentionNorm(x + attention(x, pass, &memory)))
      return pass.place("resid_post", mlpNorm(mid + mlp(mid, pass.place)))
    }
    let mid = pass.place("resid_mid", x + attention(attentionNorm(x), pass, &memory))
    return pass.place("resid_post", mid + mlp(mlpNorm(mid), pass.place))
  }
}
