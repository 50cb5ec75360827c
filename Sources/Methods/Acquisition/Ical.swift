import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Which points of a pool to label next, from draws of a classifier's predictions.
///
/// - Source: Jain, Liu & Gifford, *Information Condensing Active Learning*, arXiv:2002.07916, and the
///   authors' code, from which the pointwise form is taken.
/// - Departs: the kernel of drawn classes is "the same class", which differs from theirs by a constant factor.
public struct Ical: Study {
  public static let card = Card(
    id: "ical", title: "Information condensing active learning",
    source: "Jain, Liu & Gifford, Information Condensing Active Learning, 2020, arXiv:2002.07916",
    system: "S126",
    summary:
      "Chooses the batch of points on whose predicted classes those of the rest of the pool depend most over the "
      + "draws of a posterior, by the Hilbert–Schmidt independence criterion; BALD and BatchBALD for comparison."
  )

  public static let inputs = [
    StudyInput(
      "predictions",
      "Probabilities of classes [draws, points, classes]: one draw is one model, or one dropout mask for all points."
    )
  ]

  /// How a batch is chosen.
  public enum Rule: String, Codable, CaseIterable, Sendable {
    case ical, bald, batchbald, random
    case icalPointwise = "ical-pointwise"
  }

  /// Points to choose.
  public var batch = 10
  /// How they are chosen: ical-pointwise, ical, bald, batchbald or random.
  public var rule = Rule.icalPointwise
  /// Points that stand for the whole pool in ical, drawn anew for each choice.
  public var condensed = 200
  /// Points on which ical-pointwise looks at what a choice adds.
  public var compared = 50
  /// Joint outcomes of a batch's labels that batchbald adds up over.
  public var outcomes = 2000

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    for (name, value) in [
      ("batch", batch), ("condensed", condensed), ("compared", compared), ("outcomes", outcomes),
    ] {
      try require(
        (1...1_000_000).contains(value),
        "--\(name) \(value): must be between 1 and 1,000,000")
    }
    let (values, shape) = try room.inputs.numbers("predictions")
    try require(
      shape.count == 3 && shape[0] >= 2 && shape[1] >= 1 && shape[2] >= 2,
      "predictions has shape \(shape); [draws, points, classes] with two draws and classes is needed"
    )
    let predictions = try Probabilities.checked("predictions", values, shape)
    let chosen = try select(predictions, RandomStream(room.seed))
    let information = PosteriorInformation(predictions)
    let each = try information.ofEach().values(as: Double.self)
    var findings = Findings(
      "Label the points in the table, chosen by \(rule.rawValue) and counted from 0."
    )
    findings.add("draws", Double(shape[0]))
    findings.add("points", Double(shape[1]))
    findings.add("mean information of a label", each.mean, unit: "nats")
    findings.add(
      "mean information of a chosen label", chosen.map { each[$0] }.mean, unit: "nats")
    let mean = predictions.mean(over: 0)
    let likely = try mean.argmax(over: 1).places()
    let sure = try mean.max(over: 1).values(as: Double.self)
    findings.add(
      table: "To label next", ["point", "information, nats", "likeliest class", "probability"],
      chosen.map {
        [.word("\($0)"), .number(each[$0]), .word("\(likely[$0])"), .number(sure[$0])]
      })
    return findings
  }

  /// A batch of different points, first chosen first; `predictions` is `[draws, points, classes]`.
  func select(_ predictions: Tensor, _ random: RandomStream) throws -> [Int] {
    let points = predictions.size(1)
    let count = min(batch, points)
    switch rule {
    case .random:
      return Array(try random.child("random").permutation(points).places().prefix(count))
    case .bald: return try PosteriorInformation(predictions).ofEach().top(count).indices.places()
    case .batchbald:
      return try PosteriorInformation(predictions).jointly(
        count, among: Array(0..<points), outcomes: outcomes, random.child("outcomes"))
    case .ical, .icalPointwise:
      let condensing = InformationCondensing(
        dependence: CrossDependence(predictions, random.child("classes")),
        condensed: condensed, compared: compared)
      return try condensing.select(
        count, pointwise: rule == .icalPointwise, random.child("condensing"))
    }
  }
}
