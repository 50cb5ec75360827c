import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Whether a regressor gets worse on new data without targets, and which features make it so.
///
/// - Source: Mougan & Nielsen, *Monitoring Model Deterioration with Explainable Uncertainty Estimation via
///   Non-parametric Bootstrap*, AAAI 2023, arXiv:2201.11676.
/// - Departs: an alarm is a mean width that chance gives to one window in --alarm; the widths it is held against are of
///   rows left out of the fit; Shapley values are exact, against those rows.
public struct DoubtMonitor: Study {
  public static let card = Card(
    id: "doubt-monitor", title: "Monitoring a model's deterioration by its prediction intervals",
    source: "Mougan & Nielsen, Monitoring Model Deterioration with Explainable Uncertainty "
      + "Estimation via Non-parametric Bootstrap, AAAI 2023, arXiv:2201.11676",
    system: "S037",
    summary:
      "Bootstrap prediction intervals of a regressor widen where it knows less; their mean width in windows of a stream "
      + "without targets gives the alarm, and Shapley values of the width name the features behind it."
  )

  public static let inputs = [
    StudyInput(
      "target",
      "What the model predicts; empty in rows of the stream. All other columns are features."
    ),
    StudyInput(
      "stream", "1 in rows of the stream, else 0: for a stream whose targets are known.",
      optional: true),
  ]

  /// What learns the target: linear, boosted (trees) or tree (one, without a limit).
  public var model = RegressorKind.boosted
  /// Bootstrap fits behind the intervals.
  public var resamples = 40
  /// Probability that the intervals are to cover with.
  public var level = 0.95
  /// Rows of the stream that are judged together.
  public var window = 100
  /// Share of windows that may alarm where nothing has changed.
  public var alarm = 0.01
  /// Share of the rows with a target that are left out of the fit, to know the usual widths by.
  public var held = 0.25

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let table = try MonitoredTable(room.inputs)
    try require(
      window <= table.stream.count,
      "--window \(window): the stream has \(table.stream.count) rows, and a window takes no more")
    room.progress(0, 3)
    let monitored = try MonitoredModel(
      model.regressor, table.known, table.targets, held: held, resamples: resamples, level: level,
      room.seed)
    room.progress(1, 3)
    let (predictions, windows) = try monitored.windows(
      table.stream, table.streamTargets, size: window, alarm: alarm, room.seed)
    room.progress(2, 3)
    let drivers = try monitored.drivers(
      table.stream, predictions.map(\.width), room.seed.child("drivers"))
    return try findings(table, monitored, windows, drivers)
  }

  private func validate() throws {
    try require(level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    try require(alarm > 0 && alarm < 1, "--alarm \(plain(alarm)): must lie between 0 and 1")
    try require(held > 0 && held < 1, "--held \(plain(held)): must lie between 0 and 1")
    try require(
      (2...10_000).contains(resamples), "--resamples \(resamples): must be between 2 and 10000")
    try require(window >= 5, "--window \(window): must be at least 5 rows")
  }
}

/// A person's table: rows to learn from, and a stream to watch.
struct MonitoredTable {
  let known: FeatureMatrix
  let targets: [Double]
  let stream: FeatureMatrix
  /// Targets of the stream, which are not a number where they are not known.
  let streamTargets: [Double]

  /// - Throws: ``UserError`` for missing features, or too few rows of either kind.
  init(_ inputs: NamedArrays) throws {
    guard case .numbers(let targets, let shape) = try inputs.content("target") else {
      throw UserError("target holds words, and numbers are needed to learn a regression")
    }
    try require(
      shape.count == 1, "target has shape \(shape), and one number for each row is needed")
    if let place = targets.firstIndex(where: \.isInfinite) {
      throw UserError("target: value \(place + 1) is \(targets[place]); all must be finite")
    }
    let x = try FeatureMatrix(inputs, apartFrom: ["target", "stream"], rows: targets.count)
    try require(x.width > 0, "beside target, columns with features are needed")
    let marks =
      inputs.has("stream")
      ? try inputs.column("stream") : targets.map { $0.isNaN ? 1 : 0 }
    try require(
      marks.count == targets.count,
      "stream has \(marks.count) rows and target has \(targets.count): they must be as many")
    let own = targets.indices.filter { marks[$0] == 0 && !targets[$0].isNaN }
    let watched = targets.indices.filter { marks[$0] != 0 }
    try require(
      own.count >= 20, "there are \(own.count) rows with a target to learn from; 20 are needed")
    try require(
      watched.count >= 5,
      "the stream has \(watched.count) rows, and at least 5 are needed: rows with an empty target, or with 1 in stream"
    )
    known = x.rows(own)
    self.targets = own.map { targets[$0] }
    stream = x.rows(watched)
    streamTargets = watched.map { targets[$0] }
  }
}
