import Torch

/// A distribution over rows of tokens, each given those before it, by a causal transformer.
///
/// - Source: Vaswani et al., *Attention is all you need*, NeurIPS 2017; of codebook indices as in Esser, Rombach &
///   Ommer, *Taming Transformers for High-Resolution Image Synthesis*, CVPR 2021.
public struct TokenTransformer: Module {
  public let embedding: Embedding
  public let positions: Parameter
  public let blocks: [TransformerBlock]
  public let norm: LayerNorm
  public let head: Linear
  /// Number of different tokens, K.
  public let size: Int
  /// Number of tokens in a row, t.
  public let tokens: Int

  public init(
    size: Int, tokens: Int, width: Int, blocks: Int, heads: Int, _ random: RandomStream
  ) {
    (self.size, self.tokens) = (size, tokens)
    // The last one stands before the first token.
    embedding = Embedding(size + 1, width, random)
    positions = Parameter(random.normal([tokens, width]))
    self.blocks = (0..<blocks).map { _ in TransformerBlock(width, heads: heads, random) }
    norm = LayerNorm([width], device: random.device)
    head = Linear(width, size, random)
  }

  /// Logits of each token given those before it, `[n, t]` to `[n, t, K]`.
  public func logits(_ tokens: Tensor) -> Tensor {
    let before = Tensor.concatenate(
      [start(tokens.size(0)), tokens.sliced(1, 0, self.tokens - 1)], along: 1)
    return logits(reading: before, causal: true)
  }

  /// Logits at each place from tokens as they are read, `[n, t]` to `[n, t, K]`.
  func logits(reading tokens: Tensor, causal: Bool) -> Tensor {
    let h = blocks.reduce(embedding(tokens) + positions.tensor) { $1($0, causal: causal) }
    return head(norm(h))
  }

  /// −log p of rows `[n, t]`, nats, `[n]`.
  public func negativeLogProbability(_ tokens: Tensor) -> Tensor {
    logits(tokens).transposed(1, 2).crossEntropy(tokens).sum(over: 1)
  }

  /// Rows that are drawn token by token, `[count, t]`, int64; `temperature` scales the noise, and 0 takes the
  /// likeliest token.
  public func sample(_ count: Int, temperature: Double = 1, _ random: RandomStream) -> Tensor {
    var memories = [AttentionMemory](repeating: AttentionMemory(), count: blocks.count)
    var drawn: [Tensor] = []
    for place in 0..<tokens {
      let last = drawn.last ?? start(count)
      var h = embedding(last) + positions.tensor.sliced(0, place, place + 1)  // [n, 1, width]
      for (index, block) in blocks.enumerated() { h = block.next(h, &memories[index]) }
      let logits = head(norm(h)).squeezed(1)
      // The largest of logits with Gumbel noise is a draw of the softmax.
      let noisy = temperature > 0 ? logits + random.gumbel(like: logits) * temperature : logits
      drawn.append(noisy.argmax(over: 1, keep: true))
    }
    return Tensor.concatenate(drawn, along: 1)
  }

  private func start(_ count: Int) -> Tensor {
    Tensor.full([count, 1], Double(size), type: .int64, device: positions.tensor.device)
  }
}

/// Keys and values of the places that attention has seen, `[n, heads, t, width / heads]` each.
struct AttentionMemory {
  var keysAndValues: (Tensor, Tensor)?
}

extension TransformerBlock {
  /// The block at the place after those in `memory`, `[n, 1, width]` to the same.
  func next(_ x: Tensor, _ memory: inout AttentionMemory) -> Tensor {
    let h = x + attention.next(attentionNorm(x), &memory)
    return h + mlp(mlpNorm(h))
  }
}

extension MultiheadAttention {
  /// Attends from one place to itself and those in `memory`, which it joins.
  func next(_ x: Tensor, _ memory: inout AttentionMemory) -> Tensor {
    func headed(_ x: Tensor) -> Tensor {
      x.reshaped(x.size(0), x.size(1), heads, -1).transposed(1, 2)
    }
    let both = keysAndValues(x).split(into: 2, along: -1).map(headed)
    var (keys, values) = (both[0], both[1])
    if let seen = memory.keysAndValues {
      keys = Tensor.concatenate([seen.0, keys], along: 2)
      values = Tensor.concatenate([seen.1, values], along: 2)
    }
    memory.keysAndValues = (keys, values)
    let attended = headed(queries(x)).attention(keys, values)
    return output(attended.transposed(1, 2).flattened(from: 2))
  }
}
