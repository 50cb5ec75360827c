import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Which concepts the predictions of a black box depend on, with a bound on false findings.
///
/// - Source: Teneggi & Sulam, *I Bet You Did Not Mean That: Testing Semantic Importance via Betting*, NeurIPS 2024,
///   arXiv:2405.19146.
/// - Departs: in the local test the prediction of a drawn point is that of the nearest row, as in the authors' code,
///   where no model is at hand; bandwidths are medians of distances; draws given all others are by default of a linear
///   regression, since the paper's kernel density needs many more rows than most tables have.
public struct Ibydmt: Study {
  public static let card = Card(
    id: "ibydmt", title: "Concept importance tested by betting",
    source:
      "Teneggi & Sulam, I Bet You Did Not Mean That: Testing Semantic Importance via Betting, "
      + "NeurIPS 2024, arXiv:2405.19146",
    system: "S168",
    summary:
      "A bettor's wealth grows only where predictions depend on a concept; it rejects once the wealth passes what "
      + "chance allows, and the sooner a concept rejects, the more it matters.")

  public static let inputs = [
    StudyInput(
      "prediction", "What the black box says of each row. All other columns are scores of concepts."
    )
  ]

  /// What is asked of a concept: global (alone), conditional (given all others) or local (for one row, given some).
  public var kind = ImportanceKind.global
  /// False positive rate of each test, and false discovery rate of all.
  public var level = 0.05
  /// Most steps of a test; a local one takes no more than the effective number of rows that a draw is from.
  public var most = 1000
  /// Random orders of the rows: the first decides, all give the rank.
  public var repeats = 10
  /// Share of the rows that draws of concepts are learnt on; the global test needs none.
  public var pilot = 0.5
  /// Where draws of a concept given all others come from: regression (linear, and a residual) or kernel (near rows, as in the paper); local tests take the latter.
  public var draws = DrawKind.regression
  /// Effective number of rows that a kernel's draw is from, as a share of those that draws are learnt on.
  public var neighbours = 0.2
  /// The row that the local test is about, from 1 on.
  public var row = 1
  /// How many other concepts the local test takes as known, drawn at random.
  public var known = 1

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let predictions = try room.inputs.column("prediction")
    let concepts = try FeatureMatrix(
      room.inputs, apartFrom: ["prediction"], rows: predictions.count)
    try validate(predictions, concepts)
    let work = ImportanceWork(study: self, predictions: predictions, concepts: concepts)
    var paths: [[WealthPath]] = []
    for turn in 0..<repeats {
      room.progress(turn, repeats)
      try require(!room.shouldStop(), "stopped")
      paths.append(try work.paths(room.seed.child("turn").child(turn)))
    }
    return findings(concepts.names, paths)
  }

  private func validate(_ predictions: [Double], _ concepts: FeatureMatrix) throws {
    try require(level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    try require((10...100_000) ~= most, "--most \(most): must be between 10 and 100000 steps")
    try require((1...1000) ~= repeats, "--repeats \(repeats): must be between 1 and 1000")
    try require(pilot > 0 && pilot < 1, "--pilot \(plain(pilot)): must lie between 0 and 1")
    try require(
      neighbours > 0 && neighbours <= 0.5,
      "--neighbours \(plain(neighbours)): must be a share above 0, at most 0.5")
    try require(
      concepts.width > 0, "beside prediction, columns with the scores of concepts are needed")
    try require(
      predictions.count >= 40, "there are \(predictions.count) rows, and at least 40 are needed")
    try require(
      Set(predictions).count > 1, "prediction is the same in every row, so it depends on nothing")
    if kind != .global {
      try require(
        concepts.width > 1,
        "--kind \(kind.rawValue) needs two concepts or more; --kind global takes one")
    }
    guard kind == .local else { return }
    try require(
      (1...predictions.count) ~= row, "--row \(row): must be between 1 and \(predictions.count)")
    try require(
      (0..<concepts.width) ~= known, "--known \(known): must be between 0 and \(concepts.width - 1)"
    )
  }
}

/// Where draws of a concept given all others come from.
public enum DrawKind: String, Codable, CaseIterable, Sendable {
  case regression, kernel
}

/// What a test of importance asks.
public enum ImportanceKind: String, Codable, CaseIterable, Sendable {
  case global, conditional, local
}
