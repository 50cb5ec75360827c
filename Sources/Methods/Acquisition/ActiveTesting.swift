import Datasets
import Evaluation
import Files
import Learning
import Torch

/// How well a model does on a test pool from few labels: which points to label next, and the risk from
/// those that are.
///
/// - Source: Kossen, Farquhar, Gal & Rainforth, *Active Testing: Sample-Efficient Model Evaluation*,
///   ICML 2021, arXiv:2103.05331, eqs. 5–11.
/// - Departs: points are drawn by the root of the expected squared loss, unless `--score mean` asks for the
///   paper's expected loss: our check finds no larger error and better intervals. Scores below a quantile
///   of the pool's are raised to it once, not among those left before each draw. The interval is
///   Student's, from the spread of the draws' own estimates.
public struct ActiveTesting: Study {
  public static let card = Card(
    id: "active-testing", title: "Active testing",
    source: "Kossen et al., Active Testing: Sample-Efficient Model Evaluation, ICML 2021, "
      + "arXiv:2103.05331",
    system: "S115",
    summary:
      "Draws the test points to label by the loss that a surrogate expects of the model there, and weights the "
      + "losses found so that the estimated risk of the whole pool is not biased by the choice.")

  public static let inputs = [
    StudyInput(
      "predictions", "The model's probabilities [points, classes], or its numbers [points]."),
    StudyInput(
      "surrogate",
      "An ensemble's or posterior's predictions [draws, points, classes] or [draws, points]; the model's "
        + "own probabilities without.", optional: true),
    StudyInput(
      "deviation", "Of numbers: standard deviation of the labels around the surrogate [points].",
      optional: true),
    StudyInput(
      "label", "Labels so far [points]: a class from 0 or a number; empty or NaN where none.",
      optional: true),
    StudyInput("order", "When each was drawn [points]: 1, 2, …; empty where none.", optional: true),
    StudyInput(
      "probability", "With what probability each was drawn [points], as this study said.",
      optional: true),
  ]

  /// Points to draw for labelling.
  public var next = 10
  /// How a prediction is judged: auto (cross-entropy or squared), cross-entropy, error or squared.
  public var loss = PredictionLoss.auto
  /// What points are drawn by: root-mean-square (of the loss expected) or mean.
  public var score = LossScore.rootMeanSquare
  /// Quantile of the scores that none is drawn below.
  public var floor = 0.1
  /// Probability that the interval is to cover with.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try require(next >= 0, "--next \(next): must be at least 0")
    try require(floor >= 0 && floor <= 1, "--floor \(floor): must lie between 0 and 1")
    try require(level > 0 && level < 1, "--level \(level): must lie between 0 and 1")
    let pool = try TestPoolFiles(room.inputs, loss: loss)
    var findings = Findings("")
    try addRisk(pool, to: &findings)
    try addDraws(pool, room.seed, to: &findings)
    return findings
  }

  /// The risk of the whole pool from the labels so far.
  private func addRisk(_ pool: TestPoolFiles, to findings: inout Findings) throws {
    let expected = pool.expected
    let unit = expected.loss == .crossEntropy ? "nats" : ""
    findings.add("points", Double(expected.points))
    findings.add("labels", Double(pool.labelled.count))
    findings.add("risk expected by the surrogate", try expected.means.mean().value(), unit: unit)
    guard !pool.labelled.isEmpty else {
      findings.conclusion = "No point is labelled yet."
      return
    }
    let losses = expected.losses(
      Tensor(pool.labels), at: Tensor(pool.labelled)
    ).unsqueezed(0)
    let chances = Tensor(pool.probabilities, shape: [1, pool.labelled.count])
    func risk(_ count: Int) -> UnbiasedRisk {
      UnbiasedRisk(
        losses.sliced(1, 0, count), chances.sliced(1, 0, count), pool: expected.points)
    }
    guard pool.labelled.count >= 2 else {
      findings.add("risk", try risk(1).values.selected(0, 0).value(), unit: unit)
      findings.conclusion = "One label gives no interval of the risk yet."
      return
    }
    let count = pool.labelled.count
    let estimate = try risk(count).estimate(level: level)
    findings.add("risk", estimate, unit: unit)
    findings.add("mean loss of the labelled, biased", try losses.mean().value(), unit: unit)
    findings.conclusion =
      "The risk on the pool is \(brief(estimate.value)) from \(count) labels"
      + ", between \(brief(estimate.interval.low)) and \(brief(estimate.interval.high))."
    if count < 30 {
      findings.conclusion += " From fewer than 30 labels the interval covers less than it says."
    }
    let counts = Set((1...100).map { max(2, $0 * count / 100) }).sorted()
    addPath(counts, try counts.map { try risk($0).estimate(level: level) }, to: &findings)
  }

  private func addPath(_ counts: [Int], _ path: [Estimate], to findings: inout Findings) {
    findings.add(
      chart: "Risk by labels", x: "labels", y: "risk",
      [
        .init(
          "weighted", x: counts.map(Double.init), y: path.map(\.value),
          low: path.map(\.interval.low), high: path.map(\.interval.high))
      ])
  }

  /// The points to label next.
  private func addDraws(
    _ pool: TestPoolFiles, _ seed: Seed, to findings: inout Findings
  ) throws {
    let taken = Set(pool.labelled)
    let left = (0..<pool.expected.points).filter { !taken.contains($0) }
    let count = min(next, left.count)
    guard count > 0 else { return }
    let scores = try pool.expected.drawable(by: score, floor: floor).indexSelect(0, Tensor(left))
    let draws = SequentialDraws(
      scores, count: count, RandomStream(seed.child("draws").child(taken.count)))
    let places = try draws.points.places().map { left[$0] }
    let chances = try draws.probabilities.values(as: Double.self)
    findings.add(
      table: "To label next", ["point", "order", "probability"],
      zip(places, chances).enumerated().map { index, draw in
        [
          .word("\(draw.0)"), .word("\(taken.count + index + 1)"), .number(draw.1),
        ]
      })
    findings.conclusion +=
      " Label the points in the table, counted from 0, and keep their order and probability."
  }
}
