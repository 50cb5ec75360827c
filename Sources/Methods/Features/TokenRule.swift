/// When a unit is said to be active: where a trait of a token has one of a few values.
///
/// A rule stands in for the sentence that a large language model would write; it is scored just the same.
public struct TokenRule {
  /// The trait's place among all.
  let trait: Int
  let values: Set<Int32>
  /// The rule in words.
  public let words: String

  /// Values that a rule may name.
  public static let most = 8

  /// The rule that finds the tokens of a unit best, by the harmonic mean of precision and recall on the tokens that are
  /// learned from; nothing where the unit is active at fewer than `least` of them.
  public init?(_ places: [Int32], _ traits: TokenTraits, least: Int = 5) {
    let active = places.filter { traits.isLearned[Int($0)] }
    guard active.count >= least else { return nil }
    var best: (score: Double, trait: Int, values: [Int32])?
    for (index, trait) in traits.all.enumerated() {
      guard let (score, values) = Self.values(active, trait) else { continue }
      // The traits come with the plainest first: another must be worth its longer words.
      if score > (best?.score ?? 0) + 0.02 { best = (score, index, values) }
    }
    guard let best else { return nil }
    (trait, values) = (best.trait, Set(best.values))
    let trait = traits.all[best.trait]
    let names = best.values.map { "“\(trait.names[Int($0)])”" }
    words = "\(trait.name) \(names.joined(separator: " or "))"
  }

  /// The values of one trait that find the active tokens best, those that are most often active first.
  private static func values(_ active: [Int32], _ trait: TokenTrait) -> (Double, [Int32])? {
    var found: [Int32: Int] = [:]
    for place in active { found[trait.values[Int(place)], default: 0] += 1 }
    let rated = found.filter { $0.value > 2 && !trait.isNone($0.key) }
      .map { (value: $0.key, hits: $0.value, all: trait.counts[Int($0.key)]) }
    // Of what is surely active, the common first: it adds most.
    let order = rated.sorted {
      let (a, b) = (Double($0.hits) / Double($0.all), Double($1.hits) / Double($1.all))
      return (a * Double($0.hits), Int($1.value)) > (b * Double($1.hits), Int($0.value))
    }
    var (hits, all, score, chosen) = (0, 0, 0.0, [Int32]())
    for (value, more, of) in order where chosen.count < most {
      let new = 2 * Double(hits + more) / Double(all + of + active.count)
      // A value that brings next to nothing only makes the rule longer.
      guard new > score + 0.01 else { continue }
      (hits, all, score) = (hits + more, all + of, new)
      chosen.append(value)
    }
    return chosen.isEmpty ? nil : (score, chosen)
  }

  /// Whether the rule holds at a token.
  func holds(_ place: Int, _ traits: TokenTraits) -> Bool {
    values.contains(traits.all[trait].values[place])
  }
}
