import Datasets
import Evaluation
import Files
import Learning
import Torch

/// By how much one system is better than another over new seeds and new items, from scores of both.
///
/// - Source: Sellam et al., *The MultiBERTs: BERT Reproductions for Robustness Analysis*, ICLR 2022,
///   arXiv:2106.16163, §3.
public struct MultiBootstrapStudy: Study {
  public static let card = Card(
    id: "multi-bootstrap", title: "Multi-bootstrap",
    source: "Sellam et al., The MultiBERTs: BERT Reproductions for Robustness Analysis, ICLR 2022, "
      + "arXiv:2106.16163",
    system: "S003",
    summary:
      "Seeds and items are resampled together, so that the interval and the p-value of a difference hold for "
      + "new trainings and new test items, not for the checkpoints at hand.")

  public static let inputs = [
    StudyInput("system", "Scores [seeds, items] of the system; or a table with the columns below."),
    StudyInput("baseline", "Scores [seeds, items] of what it is held against."),
    StudyInput("arm", "In a table: whose score a row is, one of two names.", optional: true),
    StudyInput("seed", "In a table: the training run.", optional: true),
    StudyInput("item", "In a table: the test item.", optional: true),
    StudyInput("score", "In a table: the score.", optional: true),
  ]

  /// Resampled differences.
  public var replicates = 10_000
  /// Probability that the interval is to cover with.
  public var level = 0.95
  /// The paper's percentile, which is too narrow for few seeds, or student, which is not.
  public var reading = MultiBootstrap.Reading.percentile
  /// Whether seed i of one arm shares its start or data order with seed i of the other.
  public var paired = true
  /// The arm of a table that is held against the other; the second by name where not given.
  public var against = ""

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let (names, system, baseline) = try arms(room.inputs)
    var bootstrap = MultiBootstrap()
    bootstrap.replicates = replicates
    bootstrap.level = level
    bootstrap.reading = reading
    bootstrap.pairedSeeds = paired
    let effect = try bootstrap.difference(
      of: system, over: baseline, seed: room.seed, threads: room.threads)
    let interval = effect.estimate.interval
    let isReal = !interval.contains(0)
    var findings = Findings(
      isReal
        ? "\(names.0) differs from \(names.1), and would for new seeds and items."
        : "The difference between \(names.0) and \(names.1) may be chance: the interval holds 0.")
    findings.add("\(names.0) − \(names.1)", effect.estimate)
    findings.add("p", effect.p)
    findings.add("seeds", Double(system.count))
    findings.add("items", Double(system[0].count))
    if reading == .percentile, system.count < 25 {
      findings.conclusion +=
        " With \(system.count) seeds the percentiles may miss their level; --reading student keeps it."
    }
    return findings
  }

  /// Two arms from matrices of their own, or from one table in long form.
  private func arms(_ inputs: NamedArrays) throws -> ((String, String), [[Double]], [[Double]]) {
    guard !inputs.has("system"), inputs.has("score") else {
      return (("system", "baseline"), try inputs.matrix("system"), try inputs.matrix("baseline"))
    }
    let table = try ScoreTable(inputs)
    try require(
      table.arms.count == 2,
      "arm holds \(table.arms.count) names, and two are compared: \(table.arms.joined(separator: ", "))"
    )
    try require(
      against.isEmpty || table.arms.contains(against),
      "--against \(against): must be one of \(table.arms.joined(separator: ", "))")
    let baseline = against.isEmpty ? table.arms[1] : against
    let system = table.arms.first { $0 != baseline } ?? table.arms[0]
    return ((system, baseline), try table.scores(of: system), try table.scores(of: baseline))
  }
}
