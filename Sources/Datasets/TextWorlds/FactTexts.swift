import Foundation
import Torch

/// The world `facts`: sentences that each state one entry of a table of people and what is true of them, people the
/// seldomer the later they stand in it.
///
/// - Source: after Allen-Zhu & Li, *Physics of language models: part 3.1, knowledge storage and extraction*, ICML 2024,
///   arXiv:2309.14316.
public struct FactTexts: TextLaw {
  public static let name = "facts"
  public static let about = "sentences that each state one of 600 facts about 200 people"

  /// What can be said of a person: the words before the value, and the values.
  static let relations: [(words: String, values: [String])] = [
    ("was born in", ["Rome", "Oslo", "Lima", "Cairo", "Delhi", "Kyoto", "Quito", "Paris"]),
    ("works as a", ["baker", "pilot", "nurse", "judge", "miner", "tailor"]),
    ("likes to eat", ["figs", "rice", "bread", "plums", "soup", "cheese", "beans"]),
  ]

  /// The people, the most frequent first.
  public let people: [String]
  /// The place of the value that is true of each person in each relation.
  public let table: [[Int]]
  private let shares: [Double]
  private let known: [String: Int]

  public init(seed: Seed) { self.init(people: 200, seed: seed) }

  /// A table of so many people, at most 1,000, whose names and facts follow from the seed.
  public init(people count: Int, seed: Seed) {
    precondition((1...1000).contains(count), "no such table")
    let (starts, ends) = (
      ["Ba", "Do", "Fe", "Ga", "Ka", "Lu", "Mi", "No", "Ra", "Ti"], ["la", "mo", "ni", "ra", "su"]
    )
    let order = shuffled(starts.count * 100, seed.child("names"))
    let people = order.prefix(count).map { place in
      let (start, rest) = (place / 100, place % 100)
      // Two ends and a letter make a hundred endings.
      return starts[start] + ends[rest % 5] + ends[rest / 5 % 5] + ["", "n", "s", "k"][rest / 25]
    }
    var random = SplitMix(seed.child("facts"))
    table = people.map { _ in
      Self.relations.map { Int(random.uniform() * Double($0.values.count)) }
    }
    let weights = people.indices.map { 1 / Double($0 + 1) }
    let sum = weights.reduce(0, +)
    (self.people, shares) = (people, weights.map { $0 / sum })
    known = Dictionary(people.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  public var length: Int { 36 }
  public var factors: [Factor] {
    [
      Factor("person", values: people.count), Factor("relation", values: Self.relations.count),
      Factor("value", values: Self.relations.map(\.values.count).max() ?? 0),
    ]
  }

  /// The sentence that states a fact.
  public func sentence(_ person: Int, _ relation: Int) -> String {
    let (words, values) = Self.relations[relation]
    return "\(people[person]) \(words) \(values[table[person][relation]])."
  }

  public func draw(_ random: inout SplitMix) -> WorldText {
    let person = random.place(shares)
    let relation = Int(random.uniform() * Double(Self.relations.count))
    return WorldText(
      sentence(person, relation),
      factors: [Float(person), Float(relation), Float(table[person][relation])])
  }

  /// Entropy of a sentence, nats.
  public var entropy: Double { shares.entropy + log(Double(Self.relations.count)) }

  public func logProbability(of text: String) -> Double {
    guard let name = text.split(separator: " ").first, let person = known[String(name)],
      Self.relations.indices.contains(where: { sentence(person, $0) == text })
    else { return -.infinity }
    return log(shares[person] / Double(Self.relations.count))
  }
}
