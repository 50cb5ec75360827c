import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// The few directions of the inputs on which responses depend, whatever the shape of the dependence.
///
/// - Source: Tian, Wu & Feng, *Nonlinear Multiple Response Regression and Learning of Latent Spaces*,
///   arXiv:2503.21608, 2025.
/// - Departs: the score is that of a normal, Student or mixture density chosen by held-out likelihood instead
///   of a network's; second moments of several responses are combined as the sum of their squares; the number
///   of directions comes from shuffled responses.
public struct SteinLatent: Study {
  public static let card = Card(
    id: "stein-latent", title: "Latent directions by Stein's identity",
    source:
      "Tian, Wu & Feng, Nonlinear Multiple Response Regression and Learning of Latent Spaces, "
      + "2025, arXiv:2503.21608",
    system: "S004",
    summary:
      "Cross-moments of the responses with the inputs' score are the mean slopes and curvatures of the unknown "
      + "dependence; their leading eigenvectors span the directions that it depends on. Without responses the "
      + "inputs take their place, and the first order is principal component analysis.")

  public static let inputs = [
    StudyInput(
      "inputs", "A matrix [rows, inputs]; without it the columns of numbers that are no responses.",
      optional: true),
    StudyInput(
      "targets", "A matrix [rows, responses]; without it the columns that --responses names.",
      optional: true),
  ]

  /// Columns that are the responses, separated by commas; `inputs` for the inputs themselves.
  public var responses = "inputs"
  /// Columns to leave out, such as an identifier, separated by commas.
  public var without = ""
  /// Moments that are used.
  public var order = SteinOrder.both
  /// Density of the inputs whose score is used; `auto` takes the likeliest on held-out rows.
  public var density = DensityChoice.auto
  /// Directions to give; 0 takes as many as stand out from shuffled responses.
  public var directions = 0
  /// Shuffles of the responses, for what a direction is by chance.
  public var shuffles = 50
  /// Resampled tables, for how sure the directions are.
  public var resamples = 30
  /// Probability that the interval is to cover with, and that chance finds no direction.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let table = try SteinTable(room.inputs, responses: responses, without: without)
    let x = table.inputs.standardised
    try require(
      table.inputs.rows > 2 * table.inputs.names.count,
      "\(table.inputs.rows) rows are too few for \(table.inputs.names.count) inputs; "
        + "more than twice as many rows are needed")
    try require(
      directions <= table.inputs.names.count,
      "--directions \(directions): there are \(table.inputs.names.count) inputs")
    if !table.isSelf { try table.inputs.requireIndependentColumns() }
    let (score, name) = try choice(x, isSelf: table.isSelf, room.seed.child("density"))
    var estimator = SteinEstimator(score: score, responses: table.responses.standardised)
    estimator.order = order
    let analysis = SteinAnalysis(
      estimator: estimator, isSelf: table.isSelf, shuffles: shuffles, resamples: resamples,
      level: level)
    let result = try analysis.result(directions: directions, room)
    return try SteinFindings(table: table, density: name, result: result, level: level).findings
  }

  private func choice(_ x: Tensor, isSelf: Bool, _ seed: Seed) throws -> (SteinScore, String) {
    guard !isSelf else {
      try require(
        density == .auto || density == .normal,
        "--density \(density.rawValue): of the inputs themselves only the standard normal's score says something"
      )
      return (SteinAnalysis.standardNormal(x), "standard normal")
    }
    let density = try density.fitted(x, seed)
    return (try density.score(x), density.name)
  }

  private func validate() throws {
    try require(directions >= 0, "--directions \(directions): must be 0 or more")
    try require(shuffles >= 20, "--shuffles \(shuffles): must be 20 or more")
    try require(
      resamples == 0 || resamples >= 10, "--resamples \(resamples): must be 0, or 10 or more")
    try require(level > 0 && level < 1, "--level \(level): must lie between 0 and 1")
  }
}

/// The density whose score the inputs have.
public enum DensityChoice: String, Codable, CaseIterable, Sendable {
  case auto, normal, student, mixture

  /// The density, fitted to the rows of `x`; where there is a choice, by the likelihood of each fifth row.
  ///
  /// - Throws: `TensorError`.
  func fitted(_ x: Tensor, _ seed: Seed) throws -> ScoredDensity {
    typealias Fit = (Tensor) throws -> ScoredDensity
    let mixtures: [Fit] = [2, 3, 4].map { count in
      { try DensityFit.mixture($0, count: count, seed) }
    }
    let fits: [Fit] =
      switch self {
      case .normal: [{ DensityFit.normal($0) }]
      case .student: [{ try DensityFit.student($0) }]
      case .mixture: mixtures
      case .auto: [{ DensityFit.normal($0) }, { try DensityFit.student($0) }] + mixtures
      }
    guard fits.count > 1 else { return try fits[0](x) }
    let rows = (0..<Int64(x.size(0)))
    let held = x.indexSelect(0, Tensor(rows.filter { $0 % 5 == 0 }))
    let kept = x.indexSelect(0, Tensor(rows.filter { $0 % 5 != 0 }))
    let scores = try fits.map { fit in
      // A fit that fails has no likelihood.
      guard let density = try? fit(kept) else { return -Double.infinity }
      let value = try density.logDensity(held).mean().value()
      return value.isFinite ? value : -.infinity
    }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    return try fits[best](x)
  }
}
