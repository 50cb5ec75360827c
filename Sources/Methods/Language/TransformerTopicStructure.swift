import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How a transformer of one layer takes up which words share a topic: in the vectors of words where attention is even, and
/// in attention where vectors are one-hot.
///
/// - Source: Li, Li & Risteski, *How do transformers learn topic structure: towards a mechanistic understanding*, ICML
///   2023, arXiv:2303.04245.
/// - Departs: topics with even words; keys and queries are one matrix; real texts are left out.
public struct TransformerTopicStructure: Study {
  public static let card = Card(
    id: "transformer-topic-structure", title: "How transformers learn topic structure",
    source:
      "Li, Li & Risteski, How Do Transformers Learn Topic Structure: Towards a Mechanistic Understanding, ICML 2023, "
      + "arXiv:2303.04245",
    system: "S274",
    summary:
      "Documents of words from a few of many topics, and one layer of attention that tells hidden words: words of a topic "
      + "get vectors that point the same way, and attend to each other more.")
  public static let inputs: [StudyInput] = []

  /// Number of topics.
  public var topics = 10
  /// Words of each topic.
  public var words = 10
  /// Words that a topic shares with the next one.
  public var shared = 0
  /// Topics of a document.
  public var mixed = 3
  /// Words of a document.
  public var length = 64
  /// Numbers of a word's vector.
  public var width = 100
  /// Steps of training.
  public var steps = 1000
  /// Documents of a step.
  public var batch = 64
  /// Step size.
  public var rate = 0.01

  public init() {}

  /// Means over pairs of different words, of one topic and of none in common.
  struct Contrast: Sendable {
    let together: Double
    let apart: Double
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var rows: [[Findings.Cell]] = [], cosines = Contrast(together: 0, apart: 0)
    var attention = cosines, done = 0
    for part in TopicTransformer.Part.allCases {
      for isMixed in [true, false] {
        let course = try course(
          part, isMixed: isMixed, room.seed, checkpoints: [0, steps / 4, steps],
          shouldStop: room.shouldStop)
        done += 1
        room.progress(done, 4)
        guard let last = course.last else { continue }
        if isMixed, part == .embeddings { cosines = last }
        if isMixed, part == .attention { attention = last }
        rows += zip([0, steps / 4, steps], course).map { step, found in
          [
            .word(part.rawValue), .word(isMixed ? "topics" : "shuffled"),
            .number(Double(step)), .number(found.together), .number(found.apart),
          ]
        }
      }
    }
    var findings = Findings(
      String(
        format:
          "Words of one topic come to a mean cosine of %.2f, others of %.2f; they attend to each other %.2f times as much.",
        cosines.together, cosines.apart, attention.together / max(attention.apart, 1e-12)))
    findings.add("cosine of words of one topic", cosines.together)
    findings.add("cosine of other words", cosines.apart)
    findings.add("ratio of attention", attention.together / max(attention.apart, 1e-12))
    findings.add(
      table: "What is alike, and what is attended to",
      ["learned", "documents", "step", "of one topic", "of others"], rows)
    return findings
  }

  /// Cosines of vectors, or mean attention, after each of `checkpoints` steps.
  func course(
    _ part: TopicTransformer.Part, isMixed: Bool, _ seed: Seed, checkpoints: [Int],
    shouldStop: () -> Bool = { false }
  ) throws -> [Contrast] {
    let corpus = TopicCorpus(topics: topics, each: words, mixed: mixed, shared: shared)
    var model = TopicTransformer(
      part, words: corpus.words, width: width, RandomStream(seed.child("start")))
    func drawn(_ count: Int, _ name: String) -> Tensor {
      corpus.documents(count, length: length, isMixed: isMixed, seed.child(name))
    }
    let test = drawn(200, "test"), related = corpus.related
    var step = 0
    return try checkpoints.map { end in
      let start = step
      try model.train(
        steps: end - step, rate: rate, seed: seed.child(start), shouldStop: shouldStop
      ) {
        drawn(batch, "batch \(start + $0)")
      }
      step = end
      let all = try part == .embeddings ? model.cosines : model.meanAttention(test)
      return try contrast(all.values(as: Double.self), related, corpus.words)
    }
  }

  private func contrast(_ values: [Double], _ related: [Bool], _ words: Int) -> Contrast {
    var (together, apart) = ([Double](), [Double]())
    for a in 0..<words {
      for b in 0..<words where a != b {
        if related[a * words + b] {
          together.append(values[a * words + b])
        } else {
          apart.append(values[a * words + b])
        }
      }
    }
    return Contrast(together: together.mean, apart: apart.mean)
  }

  private func validate() throws {
    try require((2...1000).contains(topics), "--topics \(topics): must be from 2 to 1000")
    try require((2...1000).contains(words), "--words \(words): must be from 2 to 1000")
    try require(
      topics * words <= 5000, "--topics \(topics) --words \(words): at most 5000 words in all")
    try require(
      (0..<words).contains(shared), "--shared \(shared): must be from 0 to \(words - 1)")
    try require((1...topics).contains(mixed), "--mixed \(mixed): must be from 1 to \(topics)")
    try require((4...4096).contains(length), "--length \(length): must be from 4 to 4096")
    try require((1...10_000).contains(width), "--width \(width): must be from 1 to 10000")
    try require((0...10_000_000).contains(steps), "--steps \(steps): must be at least 0")
    try require((1...100_000).contains(batch), "--batch \(batch): must be from 1 to 100000")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
  }
}
