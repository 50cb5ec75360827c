import Datasets
import Evaluation
import Files
import Learning
import Torch

/// How good a classifier is and which of several is better, by the procedure that suits the situation.
///
/// - Source: Raschka, *Model Evaluation, Model Selection, and Algorithm Selection in Machine Learning*,
///   2018, arXiv:1811.12808.
/// - Departs: the corrected t-test of Nadeau & Bengio stands beside the 5×2 tests for other foldings;
///   Wilson's interval is advised where the survey prefers the bootstrap, since it covers nearer to its level.
public struct ModelEvaluationGuide: Study {
  public static let card = Card(
    id: "model-evaluation-guide", title: "Model evaluation guide",
    source: "Raschka, Model Evaluation, Model Selection, and Algorithm Selection in Machine "
      + "Learning, 2018, arXiv:1811.12808",
    system: "S017",
    summary:
      "Looks at what there is (predictions of one model or more on one test set, predictions by fold, or a table "
      + "to learn from), chooses the interval or the test whose assumptions that meets, and says why."
  )

  public static let inputs = [
    StudyInput("label", "The class of each row, as words or whole numbers."),
    StudyInput(
      "…",
      "A column of predicted classes for each model; or the features of a table to learn from.",
      optional: true),
    StudyInput("fold", "The part in which a row was held out.", optional: true),
    StudyInput("repeat", "The repetition of the folding or of the hold-out.", optional: true),
  ]

  /// What the columns beside label hold.
  public enum Reading: String, Codable, CaseIterable, Sendable {
    /// Predictions where they hold no other classes than label does, else features.
    case auto
    case predictions
    case features
  }

  /// Columns that hold predictions, separated by commas; all but the named ones where not given.
  public var models = ""
  /// What the columns hold: auto, predictions, or features for the built-in learners.
  public var reading = Reading.auto
  /// Probability that intervals are to cover with; tests reject at what remains of 1.
  public var level = 0.95
  /// Resamples of items for a bootstrap interval of predictions.
  public var replicates = 2000
  /// Trainings on resampled rows for the .632 and .632+ estimates.
  public var refits = 200
  /// Parts of the cross-validation of a table.
  public var folds = 10
  /// Repetitions of the cross-validation of a table.
  public var repeats = 5
  /// Parts of the cross-validation that chooses a learner's setting.
  public var innerFolds = 5
  /// Rows from which on a table is judged by one hold-out.
  public var large = 2000
  /// Share of a large table that is held out.
  public var heldOut = 0.3
  /// Examples that each model was fitted to, where predictions come from repeated hold-outs.
  public var training = 0

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try check()
    let wanted = models.split(separator: ",").map(String.init)
    let isPredictions = try holdsPredictions(room.inputs, wanted)
    guard isPredictions else {
      return try judge(LabelledTable(room.inputs), room)
    }
    return try judge(Predictions(room.inputs, models: wanted), seed: room.seed)
  }

  private func check() throws {
    try require(
      level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    for (flag, value, least) in [
      ("replicates", replicates, 100), ("refits", refits, 20), ("folds", folds, 2),
      ("repeats", repeats, 1), ("inner-folds", innerFolds, 2), ("training", training, 0),
    ] {
      try require(value >= least, "--\(flag) \(value): must be at least \(least)")
    }
    try require(
      heldOut > 0 && heldOut < 1, "--held-out \(plain(heldOut)): must lie between 0 and 1")
  }

  /// Whether the columns beside label are a model's answers rather than features.
  private func holdsPredictions(_ inputs: NamedArrays, _ wanted: [String]) throws -> Bool {
    guard reading == .auto else { return reading == .predictions }
    guard wanted.isEmpty else { return true }
    let known = Set(try inputs.classes("label").names)
    return try Predictions.chosen(inputs, wanted).allSatisfy { name in
      guard let found = try? inputs.classes(name) else { return false }
      return known.isSuperset(of: found.names)
    }
  }
}
