import Foundation
import Torch

/// The world `topics`: documents of words, each of one of a few topics, mixed in every document in its own way.
///
/// - Source: Blei, Ng & Jordan, *Latent Dirichlet allocation*, JMLR 2003; shares are logistic-normal as in Blei & Lafferty,
///   *A correlated topic model of Science*, 2007.
public struct TopicTexts: TextWorld {
  public static let name = "topics"
  public static let about = "documents of 24 words, mixed of six topics whose shares are known"

  /// Different words; all have four letters.
  public let words: [String]
  /// p(word | topic).
  public let topics: [[Double]]
  private let places = 24
  private let known: [String: Int]

  public init(seed: Seed) {
    let (starts, ends) = (
      ["ba", "do", "fe", "gi", "ku", "la", "mo"], ["ne", "pi", "ro", "su", "ta", "vi", "zo"]
    )
    words = starts.flatMap { start in ends.map { start + $0 } }
    known = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
    var random = SplitMix(seed)
    topics = (0..<6).map { [count = words.count] _ in random.probabilities(count, spread: 2) }
  }

  public var length: Int { 5 * places - 1 }
  public var factors: [Factor] { topics.indices.map { Factor("topic \($0)", values: 0) } }

  public func draw(_ random: inout SplitMix) -> WorldText {
    let shares = random.probabilities(topics.count, spread: 2)
    let drawn = (0..<places).map { _ in words[random.place(topics[random.place(shares)])] }
    return WorldText(drawn.joined(separator: " "), factors: shares.map { Float($0) })
  }

  /// The places of the words of a document among all; nothing where one is not known.
  public func wordPlaces(_ text: String) -> [Int]? {
    let places = text.split(separator: " ").map { known[String($0)] }
    return places.contains(nil) ? nil : places.compactMap { $0 }
  }

  /// log p of a document whose topics have these shares, nats; −∞ where it has a word that is not known.
  public func logProbability(of text: String, shares: [Double]) -> Double {
    guard let drawn = wordPlaces(text), drawn.count == places else { return -.infinity }
    return drawn.reduce(0) { sum, word in
      sum + log(zip(shares, topics).reduce(0) { $0 + $1.0 * $1.1[word] })
    }
  }
}
