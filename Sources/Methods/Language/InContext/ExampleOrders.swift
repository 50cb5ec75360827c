import Evaluation
import Torch

/// How much the order of the same examples matters for the answers that follow.
///
/// The same examples stand in several orders before the same queries, of which one half is scored apart from the other.
/// The covariance of both accuracies over the orders is the variance that orders make: chance hits of single queries
/// have no part in it, as no query is in both halves.
struct ExampleOrders {
  /// Sets of examples.
  var sets = 16
  /// Orders of each set.
  var orders = 10
  /// Queries after each order.
  var queries = 60

  /// Means over the sets, in squared points of accuracy.
  struct Spread: Sendable {
    /// The variance that orders make.
    var orders = 0.0
    /// The same after the hits of each query were dealt to the orders at random.
    var dealt = 0.0
  }

  /// What orders of `shots` examples of `length` tokens do to the predictions that `predict` makes, `[n, t]` to
  /// `[n, tokens]`.
  ///
  /// - Throws: what `predict` throws, or `TensorError`.
  func spread(
    _ world: GINC, length: Int, shots: Int, _ seed: Seed, predict: (Tensor) throws -> Tensor
  ) throws -> Spread {
    var (random, spread) = (SplitMix(seed), Spread())
    for _ in 0..<sets {
      let concept = random.below(world.form.concepts)
      let property = 1 + random.below(world.form.properties - 1)
      func examples(_ count: Int, _ length: Int) -> [[Int]] {
        (0..<count).map { _ in
          world.example(length, concept: concept, property: property, &random)
        }
      }
      let (shown, asked) = (examples(shots, length), examples(queries, length - 1))
      let right = world.answers(
        Tensor(asked.flatMap { $0 }, shape: [queries, length - 1]),
        concepts: Array(repeating: concept, count: queries),
        properties: Array(repeating: property, count: queries))
      let rows = (0..<orders).flatMap { _ -> [Int] in
        let before = shown.shuffled(using: &random).flatMap { $0 + [0] }
        return asked.flatMap { before + $0 }
      }
      let tokens = InContextPrompts.tokens(length: length, shots: shots)
      let told = try predict(Tensor(rows, shape: [orders * queries, tokens])).argmax(over: 1)
      let hits = try (told.reshaped(orders, queries) .== right).to(.float64)
        .values(as: Double.self)
      let byQuery = (0..<queries).map { query in
        (0..<orders).map { hits[$0 * queries + query] }
      }
      spread.orders += Self.covariance(byQuery) / Double(sets)
      spread.dealt +=
        Self.covariance(byQuery.map { $0.shuffled(using: &random) }) / Double(sets)
    }
    return spread
  }

  /// Covariance over the orders of the accuracies of queries at even and at odd places, in squared points.
  ///
  /// - Parameter hits: By query, 1 for each order after which it was answered right.
  static func covariance(_ hits: [[Double]]) -> Double {
    let orders = hits.first?.count ?? 0
    func accuracies(_ parity: Int) -> [Double] {
      let half = hits.indices.filter { $0 % 2 == parity }
      return (0..<orders).map { order in half.map { 100 * hits[$0][order] }.mean }
    }
    let (a, b) = (accuracies(0), accuracies(1))
    let (meanA, meanB) = (a.mean, b.mean)
    return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / Double(orders - 1)
  }
}
