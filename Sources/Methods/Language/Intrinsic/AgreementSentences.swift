import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// A language of sentences whose verbs agree with their subjects: an adverb sets the tense, and another noun may stand
/// between subject and verb, as in “yesterday the red cats near the dog chased the ball.” Words are tokens.
struct AgreementSentences: Sendable {
  /// What the verb is to agree with.
  enum Attribute: Int, CaseIterable, Sendable {
    case number, tense

    var name: String { self == .number ? "number" : "tense" }
  }

  /// A sentence, the place before its verb, and the labels of its attributes.
  struct Sentence: Sendable {
    var words: [Int] = []
    var place = 0
    var labels: [Int] = []
  }

  static let nouns = 20
  static let verbs = 15
  static let adjectives = 10
  static let prepositions = 4
  static let adverbs = 4
  /// Words of the longest sentence.
  static let length = 12

  private static let noun = 2 + 2 * adverbs
  private static let adjective = noun + 2 * nouns
  private static let preposition = adjective + adjectives
  private static let verb = preposition + prepositions

  static func drawn(_ random: inout SplitMix) -> Sentence {
    func pick(_ count: Int, _ random: inout SplitMix) -> Int {
      min(Int(random.uniform() * Double(count)), count - 1)
    }
    let (number, tense) = (pick(2, &random), pick(2, &random))
    var words = [2 + tense * adverbs + pick(adverbs, &random), 0]
    if pick(2, &random) == 1 { words.append(adjective + pick(adjectives, &random)) }
    words.append(noun + number * nouns + pick(nouns, &random))
    if pick(2, &random) == 1 {
      words += [preposition + pick(prepositions, &random), 0]
      words.append(noun + pick(2 * nouns, &random))
    }
    let place = words.count - 1
    // Past forms are the same for one and for many.
    let form = tense == 0 ? number : 2
    words += [verb + form * verbs + pick(verbs, &random), 0]
    if pick(2, &random) == 1 { words.append(adjective + pick(adjectives, &random)) }
    words += [noun + pick(2 * nouns, &random), 1]
    return Sentence(words: words, place: place, labels: [number, tense])
  }

  /// `count` sentences, and the same as tokens `[n, length]`.
  static func drawn(_ count: Int, _ seed: Seed) -> (sentences: [Sentence], x: Tensor) {
    var random = SplitMix(seed)
    let all = (0..<count).map { _ in drawn(&random) }
    let values = all.flatMap { sentence in
      sentence.words.map { Float($0) + 1 }
        + Array(repeating: 0, count: length - sentence.words.count)
    }
    return (all, Tensor(values, shape: [count, length]))
  }

  /// A language model of `count` sentences.
  static func model(
    _ count: Int, blocks: Int, width: Int, epochs: Int, _ lab: Lab, _ seed: Seed
  ) throws -> LanguageModel.Network {
    let method = LanguageModel(blocks: blocks, width: width, epochs: epochs, texts: count)
    let source = try Source.made(
      "sentences", train: MadeExamples(drawn(count, seed.child("train")).x),
      test: MadeExamples(drawn(20, seed.child("spare")).x), support: .tokens)
    return try lab.fit(method, source, seed: seed, as: "language model")
  }

  /// What a block leaves at the place before the verb of `count` new sentences, `[n, width]`, and the labels there
  /// by attribute.
  static func activations(
    _ network: LanguageModel.Network, block: Int, _ count: Int, _ seed: Seed
  ) throws -> (x: Tensor, labels: [[Int]]) {
    let (sentences, x) = drawn(count, seed)
    let reading = try ActivationReading(
      HookedLanguageModel(network), at: "blocks.\(block).resid_post",
      rows: network.reader.rows(x).tokens)
    // One token stands before each sentence.
    let found = try reading.vectors(at: sentences.map { $0.place + 1 })
    let labels = Attribute.allCases.map { attribute in
      sentences.map { $0.labels[attribute.rawValue] }
    }
    return (found, labels)
  }
}
