import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Intervals of a mean or of regression coefficients from as little as one resample.
///
/// - Source: Lam & Liu, *Bootstrap in High Dimension with Low Computation*, ICML 2023,
///   arXiv:2210.10974, §2.
public struct CheapBootstrap: Study {
  public static let card = Card(
    id: "cheap-bootstrap", title: "Cheap bootstrap",
    source: "Lam & Liu, Bootstrap in High Dimension with Low Computation, ICML 2023, "
      + "arXiv:2210.10974",
    system: "S002",
    summary:
      "Fits again on a few resamples, takes their root mean square deviation from the first fit, and a quantile of "
      + "Student's t with one degree of freedom for each resample: valid from one resample on.")

  public static let inputs = [
    StudyInput("outcome", "What is to be explained; of two classes for a logistic regression."),
    StudyInput(
      "…", "Every other column is a regressor; without any, the mean is estimated.", optional: true
    ),
  ]

  /// What is estimated.
  public enum Target: String, Codable, CaseIterable, Sendable {
    /// Logistic for two classes, else linear; the mean where there is nothing but the outcome.
    case auto
    case mean
    case linear
    case logistic
  }

  /// Resamples that are fitted; one is enough for a valid interval, ten for a short one.
  public var resamples = 10
  /// Probability that intervals are to cover with.
  public var level = 0.95
  /// What is estimated: auto, mean, linear or logistic.
  public var target = Target.auto

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try require(
      level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    try require(resamples >= 1, "--resamples \(resamples): must be at least 1")
    let (target, outcome) = try chosen(room.inputs)
    let design = try DesignMatrix(
      room.inputs, apartFrom: target == .mean ? room.inputs.names : ["outcome"],
      rows: outcome.count)
    let width = design.names.count
    try require(
      outcome.count >= 2 * width,
      "\(outcome.count) rows are too few for \(width) coefficients: a resample holds some 63% of "
        + "the rows, so at least \(2 * width) are needed")
    let regression = Regression(
      target == .logistic ? .logistic : .linear, design: design.values, outcome: outcome)
    let (fit, others, again) = try fits(regression, outcome.count, target, room)
    let first = design.unscaled(fit), resampled = others.map(design.unscaled)
    let cheap = first.indices.map { place in
      CheapInterval(first[place], resampled.map { $0[place] })
    }
    return findings(target, design.names, cheap, again: again)
  }

  /// The target, and the outcome as numbers.
  private func chosen(_ inputs: NamedArrays) throws -> (Target, [Double]) {
    var isBinary = false
    if let classes = try? inputs.classes("outcome") { isBinary = classes.names.count == 2 }
    if case .words = try inputs.content("outcome") {
      try require(isBinary, "outcome holds words, and numbers or two classes are needed")
    }
    var target = target
    if target == .auto {
      let isAlone = inputs.names(apartFrom: ["outcome"]).isEmpty
      target = isAlone ? .mean : isBinary ? .logistic : .linear
    }
    guard target == .logistic else { return (target, try inputs.column("outcome")) }
    try require(isBinary, "outcome has not two classes, which a logistic regression needs")
    return (target, try inputs.classes("outcome").codes.map(Double.init))
  }

  /// The fit to all rows, those to resamples, and how many resamples had to be drawn anew.
  private func fits(
    _ regression: Regression, _ rows: Int, _ target: Target, _ room: StudyRoom
  ) throws -> ([Double], [[Double]], Int) {
    guard let fit = try regression.coefficients() else {
      throw UserError(
        target == .logistic
          ? "the likeliest coefficients are infinite or not determined: a combination of columns "
            + "parts the two classes, or a column follows from the others"
          : "the coefficients are not determined: a column follows from the others")
    }
    var found: [[Double]] = []
    var draw = 0
    while found.count < resamples {
      if room.shouldStop() {
        throw UserError("stopped after resample \(found.count) of \(resamples)")
      }
      let counts = resampledCounts(rows, room.seed.child(draw))
      draw += 1
      if let each = try regression.coefficients(counts) { found.append(each) }
      try require(
        draw < 10 * (resamples + 2),
        "most resamples do not determine the coefficients: fewer columns, or more rows, are needed")
      room.progress(found.count, resamples)
    }
    return (fit, found, draw - resamples)
  }
}
