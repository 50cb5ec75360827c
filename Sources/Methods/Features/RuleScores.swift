import Foundation
import Language
import Torch

/// How well a rule says where a unit is active, on texts that it was not learned from.
///
/// - Source: Paulo, Mallen, Juang & Belrose, *Automatically interpreting millions of features in large language models*,
///   ICML 2025, arXiv:2410.13928, §3: detection and fuzzing; simulation as in Bills et al., *Language models can explain
///   neurons in language models*, OpenAI 2023.
public struct RuleScores: Sendable {
  /// Balanced accuracy of telling stretches of text in which the unit is active from others.
  public let detection: Double
  /// Balanced accuracy of telling the tokens at which it is active from others of the same stretches.
  public let fuzzing: Double
  /// Correlation of what the unit does with whether the rule holds.
  public let simulation: Double

  /// Tokens of a stretch.
  public static let stretch = 16
  /// Stretches of each kind that are judged, at most.
  private static let most = 200

  /// The scores of `rule` for a unit that is active at `places` by `values`; nothing where too few stretches of the texts
  /// that judge have it active, or too few have not.
  ///
  /// Without a rule the unit is said to be active nowhere.
  public init?(
    _ rule: TokenRule?, _ places: [Int32], _ values: [Float], _ traits: TokenTraits,
    stretch: Int = RuleScores.stretch, seed: Seed
  ) {
    let judging = traits.isLearned.indices.filter { !traits.isLearned[$0] }
    var active: [Int: Float] = [:]
    for (place, value) in zip(places, values) where !traits.isLearned[Int(place)] {
      active[Int(place)] = value
    }
    guard active.count >= 5 else { return nil }
    func holds(_ place: Int) -> Bool { rule?.holds(place, traits) ?? false }

    let stretches = stride(from: 0, to: judging.count, by: stretch).map {
      judging[$0..<min($0 + stretch, judging.count)]
    }
    var random = SplitMix(seed)
    let with = stretches.filter { $0.contains { active[$0] != nil } }
    let without = stretches.filter { !$0.contains { active[$0] != nil } }
    guard with.count >= 3, without.count >= 3 else { return nil }
    let judged = with.shuffled(using: &random).prefix(Self.most)
    let others = without.shuffled(using: &random).prefix(Self.most)
    func said(_ stretches: ArraySlice<ArraySlice<Int>>) -> Double {
      Double(stretches.count { $0.contains(where: holds) }) / Double(stretches.count)
    }
    detection = (said(judged) + 1 - said(others)) / 2

    let shown = judged.flatMap { $0 }
    let (lit, dark) = (shown.filter { active[$0] != nil }, shown.filter { active[$0] == nil })
    func share(_ tokens: [Int]) -> Double {
      tokens.isEmpty ? 0.5 : Double(tokens.count(where: holds)) / Double(tokens.count)
    }
    fuzzing = (share(lit) + 1 - share(dark)) / 2

    var (n, sum, squares, held, both) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for place in judging {
      let (value, isHeld) = (Double(active[place] ?? 0), holds(place))
      n += 1
      sum += value
      squares += value * value
      if isHeld { (held, both) = (held + 1, both + value) }
    }
    let spread = ((squares / n - sum / n * sum / n) * (held / n * (1 - held / n))).squareRoot()
    simulation = spread > 0 ? (both / n - sum / n * held / n) / spread : 0
  }
}
