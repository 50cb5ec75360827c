import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Which rows a sparse or low-rank linear model's prediction of one row comes from: an exact sum over all that it
/// learnt from.
///
/// - Source: Tsai, Zhang, Chien, Yu, Hsieh & Ravikumar, *Representer Point Selection for Explaining Regularized
///   High-dimensional Models*, ICML 2023, arXiv:2305.20002.
/// - Departs: the intercept is penalised as the other weights, so that the sum is whole; classes are told one against
///   all others; ratings have one mean and no biases or towers; penalties are chosen by rows left out.
public struct HighDimRepresenters: Study {
  public static let card = Card(
    id: "high-dim-representers", title: "High-dimensional representers",
    source:
      "Tsai, Zhang, Chien, Yu, Hsieh & Ravikumar, Representer Point Selection for Explaining "
      + "Regularized High-dimensional Models, ICML 2023, arXiv:2305.20002",
    system: "S047",
    summary:
      "The prediction of an L1 logistic regression, or of a low-rank model of ratings, as an exact sum over the rows "
      + "it learnt from: how much a row weighs in all, times its likeness in what the model looks at. The rows that "
      + "speak most for and against a prediction are listed, and the model is fitted again without them."
  )

  public static let inputs = [
    StudyInput(
      "label", "The class of each row, empty where not known. All other columns are features.",
      optional: true),
    StudyInput("text", "A text in each row, read as the words it holds.", optional: true),
    StudyInput("name", "What each row is called in the lists; its number without.", optional: true),
    StudyInput(
      "rating", "In place of label: a number for each person and item, empty where not known.",
      optional: true),
    StudyInput("person", "Who gave the rating, as a word or whole number.", optional: true),
    StudyInput("item", "What was rated, as a word or whole number.", optional: true),
  ]

  /// The row that is explained, from 1 on; the model does not learn from it.
  public var row = 1
  /// The class whose log-odds are explained; the likeliest where not given.
  public var target = ""
  /// Weight of the penalty against the sum of the losses; 0 chooses it by rows left out.
  public var penalty = 0.0
  /// Numbers of a person's and an item's factor, of ratings.
  public var rank = 8
  /// Rows in each list.
  public var shown = 10

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try require(row >= 1, "--row \(row): must be at least 1")
    try require(
      penalty >= 0 && penalty.isFinite,
      "--penalty \(plain(penalty)): must be above 0, or 0 to choose it")
    try require((1...100) ~= rank, "--rank \(rank): must be between 1 and 100")
    try require((1...10_000) ~= shown, "--shown \(shown): must be between 1 and 10000")
    if room.inputs.has("label") { return try explainTable(room) }
    try require(
      ["rating", "person", "item"].allSatisfy(room.inputs.has),
      "there is no label, nor rating, person and item; --columns label=COLUMN, or person=COLUMN and "
        + "so on, says which columns they are")
    return try explainRating(room)
  }

  /// The representers of an L1 logistic regression.
  private func explainTable(_ room: StudyRoom) throws -> Findings {
    let table = try ExplainedTable(room.inputs, row: row - 1)
    var targets = Array(table.classNames.indices).filter { table.labels.contains($0) }
    if !target.isEmpty {
      guard let wanted = table.classNames.firstIndex(of: target), targets.contains(wanted) else {
        throw UserError(
          "--target \(target): no row to learn from is of that class; there are "
            + targets.prefix(20).map { table.classNames[$0] }.joined(separator: ", "))
      }
      targets = [wanted]
    }
    var best: (target: Int, model: SparseRepresenters, logOdds: Double)?
    for (turn, target) in targets.enumerated() {
      room.progress(turn, targets.count + 1)
      try require(!room.shouldStop(), "stopped")
      let signs = table.signs(target)
      let model =
        penalty > 0
        ? SparseLogistic(penalty: penalty, shouldStop: room.shouldStop)
        : SparseLogistic.chosen(
          table.design, signs, room.seed.child("folds"), shouldStop: room.shouldStop)
      let fitted = SparseRepresenters(table.design, signs, model)
      let logOdds = fitted.logOdds(table.asked)
      if best.map({ logOdds > $0.logOdds }) ?? true { best = (target, fitted, logOdds) }
    }
    guard let best else { throw UserError("no class could be learnt") }
    room.progress(targets.count, targets.count + 1)
    let found = findings(table, best.model, best.target)
    try require(!room.shouldStop(), "stopped")
    return found
  }

  /// The representers of a low-rank model.
  private func explainRating(_ room: StudyRoom) throws -> Findings {
    let ratings = try ExplainedRatings(room.inputs, row: row - 1)
    room.progress(0, 3)
    let model =
      penalty > 0
      ? RatingFactors(rank: rank, penalty: penalty, shouldStop: room.shouldStop)
      : RatingFactors.chosen(
        ratings.table, rank: rank, room.seed.child("penalty"), shouldStop: room.shouldStop)
    try require(!room.shouldStop(), "stopped")
    room.progress(1, 3)
    let start = model.start(ratings.table, room.seed.child("start"))
    let fitted = RatingRepresenters(ratings.table, model, from: start)
    try require(!room.shouldStop(), "stopped")
    room.progress(2, 3)
    let found = findings(ratings, fitted)
    try require(!room.shouldStop(), "stopped")
    return found
  }
}
