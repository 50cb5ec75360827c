import Foundation
import Torch

/// A vector for each context and each token, whose products are the logits of the next token.
struct ConceptVectors {
  /// A vector for each context, `[contexts, width]`.
  private(set) var contexts: Tensor
  /// A vector for each token, `[tokens, width]`.
  private(set) var tokens: Tensor
  private let world: ConceptWorld

  /// Vectors that start normal with this standard deviation.
  init(_ world: ConceptWorld, width: Int, deviation: Double, seed: Seed) {
    self.world = world
    contexts =
      RandomStream(seed.child("contexts")).normal([world.contexts, width], type: .float64)
      * deviation
    tokens =
      RandomStream(seed.child("tokens")).normal([world.tokens, width], type: .float64) * deviation
  }

  /// Plain gradient descent on the cross-entropy of the next token, over all contexts at once.
  mutating func train(
    on law: (next: Tensor, shares: Tensor), steps: Int, rate: Double, stop: () -> Bool = { false }
  ) throws {
    try withoutGradients {
      for step in 0..<steps {
        if step % 100 == 0, stop() { return }
        let error = (contexts.matmul(tokens.transposed()).softmax() - law.next) * law.shares
        let (f, u) = (error.matmul(tokens), error.transposed().matmul(contexts))
        contexts = try (contexts - f * rate).checked()
        tokens = try (tokens - u * rate).checked()
      }
    }
  }

  /// Cross-entropy of the next token over that of the law, nats.
  func excess(over law: (next: Tensor, shares: Tensor)) throws -> Double {
    let told = contexts.matmul(tokens.transposed()).logSoftmax()
    let best = law.next.clamped(atLeast: 1e-300).log()
    return try (law.next * (best - told) * law.shares).sum().value()
  }

  /// Unit vectors from the second of each pair to the first, `[pairs, width]`.
  private func directions(_ vectors: Tensor, _ pairs: [(Int, Int)]) -> Tensor {
    let from = vectors.indexSelect(0, Tensor(pairs.map { Int64($0.0) }))
    let gaps = vectors.indexSelect(0, Tensor(pairs.map { Int64($0.1) })) - from
    return gaps / gaps.norm(over: 1, keep: true).clamped(atLeast: 1e-300)
  }

  /// How linear concepts are in these vectors.
  struct Linearity {
    /// Mean cosine of differences of tokens that differ in one concept, for each concept.
    var within: [Double] = []
    /// Mean size of the cosine of differences by one concept with those by another, for each pair of concepts.
    var across: [Double] = []
    /// Mean cosine of differences of contexts with those of tokens by the same concept, for each concept.
    var aligned: [Double] = []
  }

  func linearity() throws -> Linearity {
    let ofTokens = (0..<world.concepts).map { directions(tokens, world.tokenPairs($0)) }
    let ofContexts = (0..<world.concepts).map { directions(contexts, world.contextPairs($0)) }
    var found = Linearity()
    for (concept, mine) in ofTokens.enumerated() {
      let count = Double(mine.size(0))
      let sum = try mine.matmul(mine.transposed()).sum().value()
      // Each with the others, not with itself.
      found.within.append((sum - count) / (count * (count - 1)))
      found.aligned.append(try ofContexts[concept].matmul(mine.transposed()).mean().value())
      for other in ofTokens[(concept + 1)...] {
        found.across.append(try mine.matmul(other.transposed()).abs().mean().value())
      }
    }
    return found
  }
}
