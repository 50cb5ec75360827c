import Language
import Sparse
import Torch

/// A feature of what a model keeps inside: when it is active, what that is called, and what it does.
public struct ExplainedFeature: Sendable {
  public let unit: Int
  /// Share of the tokens or examples at which it is active.
  public let share: Double
  /// The most that it is active.
  public let most: Double
  /// When it is active, in words; nothing where no rule was found.
  public let words: String?
  /// How well these say it; nothing where it is active too rarely to be judged.
  public let scores: RuleScores?
  /// Where it is active the most, the strongest first.
  public let top: [(place: Int, value: Double)]

  /// Every unit that is active at `least` places or more, those that are told best first.
  ///
  /// `stretch` is how many tokens or examples are judged together; `shouldStop` is asked now and then.
  public static func all(
    _ activity: UnitActivity, _ traits: TokenTraits, stretch: Int = RuleScores.stretch,
    least: Int = 10, examples: Int = 12, seed: Seed, progress: (Int) -> Void = { _ in }
  ) -> [ExplainedFeature] {
    (0..<activity.units).compactMap { unit -> ExplainedFeature? in
      progress(unit + 1)
      let (places, values) = (activity.places[unit], activity.values[unit])
      guard places.count >= least else { return nil }
      let rule = TokenRule(places, traits)
      let order = values.indices.sorted { (values[$0], -$0) > (values[$1], -$1) }
      return ExplainedFeature(
        unit: unit, share: activity.share(unit), most: Double(activity.most(unit)),
        words: rule?.words,
        scores: RuleScores(
          rule, places, values, traits, stretch: stretch, seed: seed.child(unit)),
        top: order.prefix(examples).map { (Int(places[$0]), Double(values[$0])) })
    }.sorted { ($0.scores?.simulation ?? -1, $0.share) > ($1.scores?.simulation ?? -1, $1.share) }
  }
}
