import Evaluation
import Files
import Foundation
import Learning
import Networks
import Torch

/// Which heads of a decoder fetch what was said before: heads are scored by how often they attend the most to an answer
/// that is being repeated, silenced, and looked for again after more training on longer rows.
///
/// - Source: Wu, Wang, Xiao, Peng & Fu, *Retrieval head mechanistically explains long-context factuality*, ICLR 2025,
///   arXiv:2404.15574.
/// - Departs: a small decoder that is trained here on keys and values; answers are one token long.
public struct RetrievalHeads: Study {
  public static let card = Card(
    id: "retrieval-heads", title: "Retrieval heads",
    source:
      "Wu, Wang, Xiao, Peng & Fu, Retrieval Head Mechanistically Explains Long-Context Factuality, ICLR 2025, "
      + "arXiv:2404.15574",
    system: "S292",
    summary:
      "A decoder learns to recall values by their keys; few of its heads attend to the value that is repeated, and without "
      + "them recall is gone, while other heads can be spared.")
  public static let inputs: [StudyInput] = []

  /// Different keys.
  public var keys = 32
  /// Different values.
  public var values = 16
  /// Pairs of a row in the first training.
  public var pairs = 10
  /// Pairs of a row in the training after it.
  public var longer = 20
  /// Questions after the pairs.
  public var questions = 6
  /// Blocks of the decoder.
  public var blocks = 4
  /// Heads of each block.
  public var heads = 8
  /// Numbers that stand for a token in the decoder.
  public var width = 64
  /// Steps of the first training; half as many follow on longer rows.
  public var steps = 1500
  /// Rows of a step.
  public var batch = 64
  /// Largest step size.
  public var rate = 0.003
  /// Heads that are silenced.
  public var silenced = 3

  public init() {}

  /// What one start shows.
  struct Result {
    var scores: [(head: RecallModel.Head, first: Double, later: Double, untrained: Double)] = []
    /// Recall with all heads, without the best-scored, and without as many others, each draw.
    var whole = 0.0
    var without = 0.0
    var others: [Double] = []
    /// Rank correlation of scores before and after the longer rows.
    var kept = 0.0
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let result = try result(room.seed, shouldStop: room.shouldStop)
    room.progress(1, 1)
    var findings = Findings(
      String(
        format:
          "Without its %d best-scored heads the decoder recalls %.0f%% of what it recalls %.0f%% of with all, and %.0f%% "
          + "without as many others.", silenced, 100 * result.without, 100 * result.whole,
        100 * result.others.mean))
    findings.add("recall", result.whole)
    findings.add("recall without the retrieval heads", result.without)
    findings.add("recall without others", result.others.mean)
    findings.add("rank correlation of scores after longer rows", result.kept)
    findings.add(
      table: "Heads", ["block", "head", "retrieval score", "after longer rows", "untrained"],
      result.scores.sorted { $0.first > $1.first }.prefix(16).map {
        [
          .number(Double($0.head.block)), .number(Double($0.head.place)), .number($0.first),
          .number($0.later), .number($0.untrained),
        ]
      })
    return findings
  }

  /// What the start of `seed` shows.
  func result(_ seed: Seed, shouldStop: () -> Bool = { false }) throws -> Result {
    func world(_ pairs: Int) -> RecallWorld {
      RecallWorld(keys: keys, values: values, pairs: pairs, questions: questions)
    }
    let (short, long) = (world(pairs), world(longer))
    let form = TransformerForm(
      .llama, vocabulary: short.vocabulary, context: long.length, width: width, blocks: blocks,
      heads: heads)
    let model = RecallModel(form, RandomStream(seed.child("network")))
    let test = short.rows(200, seed.child("test"))
    let untrained = try model.scores(short, test)
    try model.train(
      short, steps: steps, batch: batch, rate: rate, seed: seed.child("short"),
      shouldStop: shouldStop)
    let first = try model.scores(short, test)
    var result = Result()
    result.whole = try model.recall(short, test.tokens)
    let order = model.heads.sorted { (first[$0] ?? 0) > (first[$1] ?? 0) }
    result.without = try model.recall(short, test.tokens, masking: Set(order.prefix(silenced)))
    var random = SplitMix(seed.child("others"))
    result.others = try (0..<10).map { _ in
      let drawn = order.dropFirst(silenced).shuffled(using: &random).prefix(silenced)
      return try model.recall(short, test.tokens, masking: Set(drawn))
    }
    try model.train(
      long, steps: steps / 2, batch: batch, rate: rate / 3, seed: seed.child("long"),
      shouldStop: shouldStop)
    let later = try model.scores(long, long.rows(200, seed.child("later")))
    result.scores = model.heads.map { ($0, first[$0] ?? 0, later[$0] ?? 0, untrained[$0] ?? 0) }
    result.kept = rankCorrelation(
      result.scores.map(\.first), result.scores.map(\.later), still: 0)
    return result
  }

  private func validate() throws {
    try require((2...10_000).contains(keys), "--keys \(keys): must be from 2 to 10000")
    try require((2...10_000).contains(values), "--values \(values): must be from 2 to 10000")
    try require(
      (1...keys).contains(pairs) && (1...keys).contains(longer),
      "--pairs \(pairs) --longer \(longer): must be from 1 to --keys, which is \(keys)")
    try require((1...1000).contains(questions), "--questions \(questions): must be from 1 to 1000")
    try require((1...100).contains(blocks), "--blocks \(blocks): must be from 1 to 100")
    try require(
      heads >= 1 && width % (2 * heads) == 0,
      "--width \(width) --heads \(heads): the width must be a multiple of twice the heads")
    try require(
      (1...blocks * heads / 2).contains(silenced),
      "--silenced \(silenced): must be from 1 to half of the heads, \(blocks * heads / 2)")
    try require((0...10_000_000).contains(steps), "--steps \(steps): must be at least 0")
    try require((1...100_000).contains(batch), "--batch \(batch): must be from 1 to 100000")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
  }
}
