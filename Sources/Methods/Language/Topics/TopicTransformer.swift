import Foundation
import Learning
import Torch

/// One layer of attention that tells the words that are hidden in a document from the others.
///
/// - Source: Li, Li & Risteski, *How do transformers learn topic structure: towards a mechanistic understanding*, ICML
///   2023, §3.
struct TopicTransformer {
  /// What is learned, and what is kept as it is.
  enum Part: String, CaseIterable {
    /// Vectors of words; attention is even.
    case embeddings
    /// Attention and what it passes on; vectors of words are one-hot.
    case attention
  }

  let part: Part
  /// Words; one more stands for those that are hidden.
  let words: Int
  /// Vectors of words, `[V + 1, d]`.
  private(set) var vectors: Tensor
  /// Products of keys and queries of words, `[V + 1, V + 1]`.
  private(set) var keysQueries: Tensor
  /// What a word says of another, `[V, V + 1]`.
  private(set) var values: Tensor
  private var bias: Tensor

  init(_ part: Part, words: Int, width: Int, _ random: RandomStream) {
    (self.part, self.words) = (part, words)
    vectors = random.child("vectors").normal([words + 1, width]) * 0.02
    keysQueries = random.child("keys").normal([words + 1, words + 1]) * 0.02
    values = random.child("values").normal([words, words + 1]) * 0.02
    bias = Tensor.zeros([words])
  }

  private struct Weights {
    var vectors: Tensor
    var keysQueries: Tensor
    var values: Tensor
    var bias: Tensor
  }

  /// Attention of documents `[n, t]` with their hidden words, `[n, t, t]`.
  private func attention(_ x: Tensor, _ weights: Weights) -> Tensor {
    let t = x.size(1)
    guard part == .attention else { return Tensor.full([1, t, t], 1 / Double(t)) }
    return x.matmul(weights.keysQueries).matmul(x.transposed()).softmax()
  }

  /// Logits of all words at each place, `[n, t, V]`.
  private func logits(_ rows: Tensor, _ weights: Weights) -> Tensor {
    let x = rows.oneHot(words + 1).to(.float32)
    let attention = attention(x, weights)
    switch part {
    case .embeddings:
      let seen = attention.matmul(x.matmul(weights.vectors))
      return seen.matmul(weights.vectors.sliced(0, 0, words).transposed()) + weights.bias
    case .attention:
      return attention.matmul(x).matmul(weights.values.transposed()) + weights.bias
    }
  }

  /// Documents with words to be told, and 1 where one is, both `[n, t]`: of 15% of the words, eight in ten are hidden, one
  /// is another word and one stays as it is, as in BERT.
  private func hidden(_ documents: Tensor, _ random: RandomStream) -> (Tensor, Tensor) {
    let chance = random.child("chance").uniform(documents.shape)
    let others = random.child("others").integers(0..<words, documents.shape)
    func part(_ low: Double, _ high: Double) -> Tensor {
      (chance .>= low).to(.int64) * (chance .< high).to(.int64)
    }
    let (masked, changed) = (part(0, 0.12), part(0.12, 0.135))
    let hidden =
      documents * (1 - masked - changed) + masked * Double(words) + changed * others
    return (hidden.to(.int64), part(0, 0.15))
  }

  /// Cross-entropy of the words that are to be told, nats.
  private func loss(
    _ documents: Tensor, _ hidden: Tensor, _ mask: Tensor, _ weights: Weights
  ) -> Tensor {
    let (n, t) = (documents.size(0), documents.size(1))
    let each = logits(hidden, weights).reshaped(n * t, words)
      .crossEntropy(documents.reshaped(n * t))
    let told = mask.to(.float32).reshaped(n * t)
    return (each * told).sum() / told.sum()
  }

  /// Learns its part by Adam, each step on the documents that `draw` gives.
  ///
  /// - Throws: `TensorError`, or `TrainingError` where it is told to stop.
  mutating func train(
    steps: Int, rate: Double, seed: Seed, shouldStop: () -> Bool, draw: (Int) -> Tensor
  ) throws {
    var weights = Weights(
      vectors: vectors, keysQueries: keysQueries, values: values, bias: bias)
    var learned: [Tensor]
    switch part {
    case .embeddings:
      weights.vectors = vectors.copied().requiringGradient()
      weights.bias = bias.copied().requiringGradient()
      learned = [weights.vectors, weights.bias]
    case .attention:
      weights.keysQueries = keysQueries.copied().requiringGradient()
      weights.values = values.copied().requiringGradient()
      weights.bias = bias.copied().requiringGradient()
      learned = [weights.keysQueries, weights.values, weights.bias]
    }
    let adam = Adam(learned)
    for step in 0..<steps {
      if shouldStop() { throw TrainingError.stopped(step: step, steps: steps) }
      let documents = draw(step)
      let (hidden, mask) = hidden(documents, RandomStream(seed.child("mask").child(step)))
      try adam.step(loss(documents, hidden, mask, weights).gradients(for: learned), rate: rate)
    }
    (vectors, keysQueries) = (weights.vectors.detached(), weights.keysQueries.detached())
    (values, bias) = (try weights.values.detached().checked(), weights.bias.detached())
  }

  /// Cosines of the vectors of each two words, `[V, V]`.
  var cosines: Tensor {
    let rows = vectors.sliced(0, 0, words)
    let unit = rows / rows.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
    return unit.matmul(unit.transposed())
  }

  /// Mean attention of a word to another over documents, `[V, V]`: its sum over all pairs of places with these words, over
  /// their number.
  func meanAttention(_ documents: Tensor) throws -> Tensor {
    try withoutGradients {
      let x = documents.oneHot(words + 1).to(.float32)
      let weights = Weights(
        vectors: vectors, keysQueries: keysQueries, values: values, bias: bias)
      let from = x.sliced(2, 0, words)
      let paid = from.transposed().matmul(attention(x, weights)).matmul(from).sum(over: 0)
      let times = from.transposed().matmul(Tensor.ones([1, 1, x.size(1)]).transposed())
      let pairs = times.matmul(times.transposed()).sum(over: 0)
      return try (paid / pairs.clamped(atLeast: 1)).checked()
    }
  }
}
