import Foundation
import Torch

/// The world `sentences`: English clauses of a grammar small enough to know, in which the subject and
/// its verb agree, such as `all shy dogs hear the cow`.
public enum Sentences {
  /// What is chosen for a sentence, each value as likely as any other.
  public static let factors = [
    Factor("subject determiner", values: determiners.count),
    Factor("subject adjective", values: adjectives.count),
    Factor("subject noun", values: nouns.count), Factor("verb", values: verbs.count),
    Factor("object determiner", values: determiners.count),
    Factor("object adjective", values: adjectives.count),
    Factor("object noun", values: nouns.count),
  ]
  /// Number of different sentences.
  public static let count = factors.reduce(1) { $0 * $1.values }
  /// Tokens of an example; the longest sentence has 30.
  public static let length = 31

  /// The last two are of the plural.
  private static let determiners = ["a", "the", "two", "all"]
  /// The first is none.
  private static let adjectives = ["", "red", "old", "big", "wee", "shy", "mad"]
  private static let nouns = ["dog", "cat", "cow", "hen", "bee", "ant", "owl", "pig"]
  private static let verbs = ["see", "bite", "hear", "like", "fear", "lead"]

  /// The factor values of the sentence at a place among all.
  public static func values(at index: Int) -> [Int] {
    var rest = index
    return factors.reversed().map { factor in
      defer { rest /= factor.values }
      return rest % factor.values
    }.reversed()
  }

  /// The sentence with these factor values.
  public static func text(_ values: [Int]) -> String {
    let isPlural = values[0] >= 2
    let words =
      phrase(values[0], values[1], values[2]) + [verbs[values[3]] + (isPlural ? "" : "s")]
      + phrase(values[4], values[5], values[6])
    return words.joined(separator: " ")
  }

  private static func phrase(_ determiner: Int, _ adjective: Int, _ noun: Int) -> [String] {
    let words = [
      determiners[determiner], adjectives[adjective], nouns[noun] + (determiner >= 2 ? "s" : ""),
    ]
    return words.filter { !$0.isEmpty }
  }

  /// The factor values of a text; nothing where it is no sentence of the grammar.
  public static func values(of text: String) -> [Int]? {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)[...]
    guard let subject = phrase(&words), let word = words.popFirst(),
      let verb = verbs.firstIndex(of: subject[0] >= 2 ? word : String(word.dropLast())),
      subject[0] >= 2 || word.hasSuffix("s"), let object = phrase(&words), words.isEmpty
    else { return nil }
    return subject + [verb] + object
  }

  /// Takes determiner, adjective and noun off the front of `words`.
  private static func phrase(_ words: inout ArraySlice<String>) -> [Int]? {
    guard let determiner = words.popFirst().flatMap({ determiners.firstIndex(of: $0) }),
      var noun = words.popFirst()
    else { return nil }
    var adjective = 0
    if let place = adjectives.firstIndex(of: noun), place > 0 {
      guard let next = words.popFirst() else { return nil }
      (adjective, noun) = (place, next)
    }
    if determiner >= 2 {
      guard noun.hasSuffix("s") else { return nil }
      noun.removeLast()
    }
    return nouns.firstIndex(of: noun).map { [determiner, adjective, $0] }
  }

  /// The text of byte tokens, up to the filler.
  public static func text(tokens: [Int]) -> String {
    let bytes = tokens.prefix { $0 > 0 }.map { UInt8(clamping: $0 - 1) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `count` seeded draws of sentences; none twice as long as there are enough.
  static func reading(count: Int, seed: Seed) -> Reading {
    var indices: [Int] = []
    var round = 0
    while indices.count < count {
      let all = shuffled(Self.count, seed.child("sentences").child(round))
      indices += all.prefix(count - indices.count)
      round += 1
    }
    var bytes: [UInt8] = []
    var lines: [Range<Int>] = []
    for index in indices {
      let start = bytes.count
      bytes += text(values(at: index)).utf8
      lines.append(start..<bytes.count)
    }
    var reading = Reading(TextStore(.owned(bytes), at: lines, length: length), support: .tokens)
    reading.labels = indices.map { values(at: $0)[2] }
    reading.classes = nouns
    reading.factors = factors
    reading.factorValues = .listed(
      indices.flatMap { values(at: $0).map(Float.init) }, width: factors.count)
    return reading
  }
}
