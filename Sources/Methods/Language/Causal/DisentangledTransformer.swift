import Learning
import Torch

/// Two layers of attention and nothing else: the first looks by place alone, the second compares what the first found at
/// each place with the last token, and the tokens at the places that are like it vote on what comes next.
///
/// - Source: Nichani, Damian & Lee, *How transformers learn causal structure with gradient descent*, ICML 2024, §4: the
///   reduced model.
struct DisentangledTransformer {
  /// How much a place looks at each before it, before the softmax, `[T, T]`.
  private(set) var places: Tensor
  /// How alike two tokens are, `[S, S]`.
  private(set) var likeness: Tensor
  private let tokens: Int
  /// What keeps the logarithm of a vote of 0 finite.
  private let least = 1e-3

  /// Looking at all places alike, and finding a token a little like itself.
  init(length: Int, tokens: Int, likeness: Double = 0.5) {
    self.tokens = tokens
    places = Tensor.zeros([length, length])
    self.likeness = Tensor.identity(tokens) * likeness
  }

  /// Where each place looks: rows that sum to 1 over the places up to it, `[T, T]`.
  static func pattern(_ places: Tensor) -> Tensor {
    let later = Tensor.full(places.shape, -.infinity).upperTriangle(1)
    return (places + later).softmax()
  }

  /// Votes on the next token, `[n, S]`, of sequences `[n, T]`.
  private func votes(_ rows: Tensor, _ places: Tensor, _ likeness: Tensor) -> Tensor {
    let x = rows.oneHot(tokens).to(.float32)  // [n, T, S]
    let found = Self.pattern(places).matmul(x)
    let last = x.selected(1, -1).matmul(likeness).unsqueezed(2)  // [n, S, 1]
    let attended = found.matmul(last).transposed().softmax()  // [n, 1, T]
    return attended.matmul(x).selected(1, 0)
  }

  /// Cross-entropy of the votes with what follows the last token, nats.
  private func loss(
    _ rows: Tensor, _ laws: Tensor, _ places: Tensor, _ likeness: Tensor
  ) -> Tensor {
    let wanted = Self.next(rows, laws)
    let votes = votes(rows, places, likeness)
    return -(wanted * (votes + least).log()).sum(over: 1).mean()
  }

  /// What follows the last token by the sequence's own law, `[n, S]`.
  static func next(_ rows: Tensor, _ laws: Tensor) -> Tensor {
    let n = rows.size(0), tokens = laws.size(1)
    let last = rows.sliced(1, rows.size(1) - 1, rows.size(1)).unsqueezed(2)
    return laws.gather(1, last.expanded([n, 1, tokens])).selected(1, 0)
  }

  /// The loss on sequences.
  ///
  /// - Throws: `TensorError`.
  func loss(_ rows: Tensor, _ laws: Tensor) throws -> Double {
    try withoutGradients { try loss(rows, laws, places, likeness).value() }
  }

  /// The gradient of the loss in the places, turned so that what would be raised is above 0, `[place][earlier]`.
  ///
  /// - Throws: `TensorError`.
  func pull(_ rows: Tensor, _ laws: Tensor) throws -> [[Double]] {
    let leaf = places.detached().requiringGradient()
    let slope = try loss(rows, laws, leaf, likeness).gradients(for: [leaf])[0]
    let values = try slope.values(as: Double.self), t = places.size(0)
    return (0..<t).map { row in (0..<row).map { -values[row * t + $0] } }
  }

  /// Learns both layers by Adam from batches that `draw` makes.
  ///
  /// - Throws: `TensorError`, or `TrainingError` where it is told to stop.
  mutating func train(
    steps: Int, rate: Double, shouldStop: () -> Bool, draw: (Int) -> (rows: Tensor, laws: Tensor)
  ) throws {
    let weights = [places.copied().requiringGradient(), likeness.copied().requiringGradient()]
    let adam = Adam(weights)
    for step in 0..<steps {
      if shouldStop() { throw TrainingError.stopped(step: step, steps: steps) }
      let (rows, laws) = draw(step)
      let slopes = try loss(rows, laws, weights[0], weights[1]).gradients(for: weights)
      try adam.step(slopes, rate: rate)
    }
    (places, likeness) = (try weights[0].detached().checked(), try weights[1].detached().checked())
  }

  /// The place that each place looks at the most.
  ///
  /// - Throws: `TensorError`.
  func looked() throws -> [Int] { try Self.pattern(places).argmax(over: 1).places() }
}
