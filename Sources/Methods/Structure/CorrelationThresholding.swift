import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Probability
import Torch

/// How many latent factors a table has, and which variables load on which, from the cliques of its
/// correlations above a threshold.
///
/// - Source: Kim & Zhou, *Structure Learning of Latent Factors via Clique Search on Correlation
///   Thresholded Graphs*, ICML 2023, arXiv:2203.01471.
/// - Departs: cliques of two variables are left out unless asked for.
public struct CorrelationThresholding: Study {
  public static let card = Card(
    id: "correlation-thresholding", title: "Correlation thresholding",
    source: "Kim & Zhou, Structure Learning of Latent Factors via Clique Search on Correlation "
      + "Thresholded Graphs, ICML 2023, arXiv:2203.01471",
    system: "S114",
    summary:
      "Variables are joined where their correlation exceeds a threshold; each maximal clique with a vertex of "
      + "its own is a factor, its variables are those that load on it, and the likelihood of the factor model "
      + "with these zeros chooses the threshold.")

  public static let inputs = [
    StudyInput(
      "variables", "A matrix [rows, variables]; without it every column of numbers is a variable.",
      optional: true)
  ]

  /// Thresholds to try; with ten variables or fewer, every one that changes the graph is tried.
  public var thresholds = 50
  /// The one threshold to use instead of choosing; 0 chooses.
  public var threshold = 0.0
  /// Variables of the smallest clique that counts as a factor.
  public var smallest = 3
  /// The most factors that a structure may have.
  public var mostFactors = 60
  /// Columns to leave out, such as an identifier, separated by commas.
  public var without = ""
  /// Resampled tables, for the intervals of the loadings.
  public var resamples = 50
  /// Probability that the intervals are to cover with.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let left = without.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let table = try VariableTable(room.inputs, matrix: "variables", leavingOut: left)
    try require(
      table.names.count >= 3,
      "there are \(table.names.count) variables, and a factor is seen in three or more")
    let z = table.standardised
    let points = try path.points(z) { room.progress($0, $1) }
    let without = try FactorEM(data: Correlations(z)).fit(
      FactorModel(
        FactorStructure(members: [], variables: table.names.count), loadings: []), steps: 0
    ).bic(rows: table.rows)
    guard let best = points.filter(\.isFitted).min(by: { $0.bic < $1.bic }),
      threshold > 0 || best.bic < without
    else {
      return Findings(
        points.isEmpty
          ? "No threshold gives a clique with a variable of its own: no factor is seen, or the rows are too few."
          : "Variables without any factor explain the table better than every structure: there is none."
      )
    }
    let errors = try FactorErrors(best.model, resamples: resamples).deviations(table.values, room)
    return try FactorFindings(
      table: table, standardised: z, best: best, points: points, errors: errors, level: level
    ).findings
  }

  private var path: ThresholdPath {
    var path = ThresholdPath()
    path.thresholds = thresholds
    path.only = threshold > 0 ? threshold : nil
    path.smallest = smallest
    path.mostFactors = mostFactors
    return path
  }

  private func validate() throws {
    try require(thresholds >= 1, "--thresholds \(thresholds): must be 1 or more")
    try require(
      (0..<1).contains(threshold), "--threshold \(threshold): must be at least 0 and below 1")
    try require(smallest >= 2, "--smallest \(smallest): must be 2 or more")
    try require(mostFactors >= 1, "--most-factors \(mostFactors): must be 1 or more")
    try require(
      resamples == 0 || resamples >= 10, "--resamples \(resamples): must be 0, or 10 or more")
    try require(level > 0 && level < 1, "--level \(level): must lie between 0 and 1")
  }
}
