import Torch

/// Attention in several heads, `[n, t, width]` to `[n, t, width]`.
///
/// - Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017.
public struct MultiheadAttention: Module {
  public let queries: Linear
  public let keysAndValues: Linear
  public let output: Linear
  let heads: Int

  public init(_ width: Int, heads: Int, _ random: RandomStream) {
    precondition(width % heads == 0, "width \(width) is not a multiple of \(heads) heads")
    queries = Linear(width, width, random, initialiser: .xavierUniform)
    keysAndValues = Linear(width, 2 * width, random, initialiser: .xavierUniform)
    output = Linear(width, width, random)
    self.heads = heads
  }

  /// Attends from `x` to `context`, or to itself; `mask` as in `Tensor.attention`.
  public func callAsFunction(
    _ x: Tensor, context: Tensor? = nil, mask: Tensor? = nil, causal: Bool = false
  ) -> Tensor {
    let both = keysAndValues(context ?? x).split(into: 2, along: -1)
    let attended = headed(queries(x)).attention(
      headed(both[0]), headed(both[1]), mask: mask, causal: causal)
    return output(attended.transposed(1, 2).flattened(from: 2))
  }

  /// `[n, t, width]` to `[n, heads, t, width / heads]`.
  private func headed(_ x: Tensor) -> Tensor {
    x.reshaped(x.size(0), x.size(1), heads, -1).transposed(1, 2)
  }
}

/// Attention and a two-layer network, each after a norm and beside a shortcut, `[n, t, width]` to the same.
///
/// - Source: Xiong et al., *On layer normalization in the transformer architecture*, ICML 2020.
public struct TransformerBlock: Module {
  public let attentionNorm: LayerNorm
  public let attention: MultiheadAttention
  public let mlpNorm: LayerNorm
  public let mlp: MLP

  public init(_ width: Int, heads: Int, hidden: Int? = nil, _ random: RandomStream) {
    attentionNorm = LayerNorm([width], device: random.device)
    attention = MultiheadAttention(width, heads: heads, random)
    mlpNorm = LayerNorm([width], device: random.device)
    mlp = MLP([width, hidden ?? 4 * width, width], activation: .gelu, random)
  }

  public func callAsFunction(_ x: Tensor, mask: Tensor? = nil, causal: Bool = false) -> Tensor {
    let h = x + attention(attentionNorm(x), mask: mask, causal: causal)
    return h + mlp(mlpNorm(h))
  }
}
