import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How a transformer of two layers finds out which place follows which: sequences in which every place follows a parent
/// by a law of the sequence's own, and attention that gradient descent points at parents.
///
/// - Source: Nichani, Damian & Lee, *How transformers learn causal structure with gradient descent*, ICML 2024,
///   arXiv:2402.14735.
/// - Departs: both layers learn at once, by Adam, as in the paper's experiments and not in the stages of its proof.
public struct TransformerCausalStructure: Study {
  public static let card = Card(
    id: "transformer-causal-structure", title: "How transformers learn causal structure",
    source:
      "Nichani, Damian & Lee, How Transformers Learn Causal Structure with Gradient Descent, ICML 2024, "
      + "arXiv:2402.14735",
    system: "S225",
    summary:
      "Places of a sequence follow hidden parents by a law that each sequence has of its own; the first of two layers of "
      + "attention comes to look at the parents, and its first gradient already says which places share information."
  )
  public static let inputs: [StudyInput] = []

  /// Places before the last one.
  public var places = 12
  /// Different tokens.
  public var tokens = 4
  /// Probability that a place has no parent.
  public var roots = 0.2
  /// Whether each place follows the one before it, as in a Markov chain, and not a random one.
  public var chain = false
  /// Concentration of the laws; below 1 they are sharp.
  public var spread = 0.3
  /// Steps of training.
  public var steps = 2000
  /// Sequences of a step.
  public var batch = 256
  /// Step size.
  public var rate = 0.03

  public init() {}

  /// What the transformer is trained on.
  enum Arm: String, CaseIterable {
    case structured = "sequences with parents"
    case independent = "sequences without"
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let result = try result(room.seed, shouldStop: room.shouldStop)
    room.progress(1, 1)
    return result.findings
  }

  /// What the graph of `seed` shows.
  func result(_ seed: Seed, shouldStop: () -> Bool = { false }) throws -> Result {
    let graph =
      chain
      ? ParentGraph(chainOf: places, tokens: tokens)
      : ParentGraph(places: places, tokens: tokens, roots: roots, seed: seed.child("graph"))
    let followers = graph.followers
    try require(!followers.isEmpty, "no place has a parent; set --roots lower or --places higher")
    func drawn(_ count: Int, _ name: String, isTied: Bool = true) -> (rows: Tensor, laws: Tensor) {
      let random = RandomStream(seed.child(name))
      let (laws, stationary) = graph.laws(count, spread: spread, random.child("laws"))
      return (graph.sequences(laws, stationary, isTied: isTied, random.child("rows")), laws)
    }
    var result = Result()
    result.graph = graph.parents
    var model = DisentangledTransformer(length: graph.length, tokens: tokens)
    try look(model, graph, followers, drawn(40 * batch, "first"), seed, &result)
    for arm in Arm.allCases {
      var trained = model
      try trained.train(steps: steps, rate: rate, shouldStop: shouldStop) {
        drawn(batch, "\(arm.rawValue) \($0)", isTied: arm == .structured)
      }
      let looked = try trained.looked()
      result.found[arm] = share(followers) { looked[$0] == $1 }
      if arm == .structured { (model, result.looked) = (trained, looked) }
    }
    let test = drawn(8 * batch, "test")
    result.loss = try model.loss(test.rows, test.laws)
    let next = DisentangledTransformer.next(test.rows, test.laws)
    let counts = test.rows.oneHot(tokens).to(.float32).mean(over: 1)
    result.frequencies = try (-(next * (counts + 1e-3).log()).sum(over: 1).mean()).value()
    result.law = try (-(next * next.clamped(atLeast: 1e-9).log()).sum(over: 1).mean()).value()
    return result
  }

  private func share(
    _ followers: [(place: Int, parent: Int)], _ isFound: (Int, Int) -> Bool
  ) -> Double {
    Double(followers.count { isFound($0.place, $0.parent) }) / Double(followers.count)
  }

  /// What the first gradient says.
  private func look(
    _ model: DisentangledTransformer, _ graph: ParentGraph,
    _ followers: [(place: Int, parent: Int)], _ first: (rows: Tensor, laws: Tensor), _ seed: Seed,
    _ result: inout Result
  ) throws {
    let pull = try model.pull(first.rows, first.laws)
    let most = pull.map { row in row.indices.max { row[$0] < row[$1] } }
    result.pulled = share(followers) { most[$0] == $1 }
    result.chance = followers.map { 1 / Double($0.place) }.mean
    let (laws, stationary) = graph.laws(
      500, spread: spread, RandomStream(seed.child("information")))
    let shared = try graph.information(laws, stationary)
    // Among the places before one, since softmaxes are by row; a row of two can only be right or wrong.
    let rows = followers.map(\.place).filter { $0 > 2 }
    var random = SplitMix(seed.child("order"))
    result.ranked = rows.map { rankCorrelation(pull[$0], shared[$0], still: 0) }.mean
    result.shuffled =
      rows.map { rankCorrelation(pull[$0], shared[$0].shuffled(using: &random), still: 0) }.mean
  }

  private func validate() throws {
    try require((4...100).contains(places), "--places \(places): must be from 4 to 100")
    try require((2...50).contains(tokens), "--tokens \(tokens): must be from 2 to 50")
    try require((0..<1).contains(roots), "--roots \(roots): must be at least 0 and below 1")
    try require(spread > 0 && spread.isFinite, "--spread \(spread): must be above 0")
    try require((0...10_000_000).contains(steps), "--steps \(steps): must be at least 0")
    try require((1...100_000).contains(batch), "--batch \(batch): must be from 1 to 100000")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
  }
}
