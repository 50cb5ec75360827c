import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How generators share their normal codes out among places that are apart, and what it helps to reject codes between.
///
/// - Source: Issenhuth, Tanielian, Mary & Picard, *Unveiling the latent space geometry of push-forward generative models*,
///   ICML 2023, arXiv:2207.10541.
/// - Departs: made points and small networks; the critic's slope is held down at given points; the share of rejected codes
///   is set, and not the share of the likeliest cell; pictures are left out.
public struct PushforwardGeometry: Study {
  public static let card = Card(
    id: "pushforward-geometry", title: "Geometry of push-forward generators",
    source:
      "Issenhuth, Tanielian, Mary & Picard, Unveiling the Latent Space Geometry of Push-Forward Generative Models, ICML "
      + "2023, arXiv:2207.10541",
    system: "S032",
    summary:
      "Generators of points around several places, with fewer and with as many latent units as places: how many points fall "
      + "between, how near the partition of codes is to the simplicial one that is best, and what rejecting codes does."
  )
  public static let inputs: [StudyInput] = []

  /// How the places lie: ring or simplex.
  public var layout = "simplex"
  /// Number of places.
  public var modes = 8
  /// Latent units, each in turn.
  public var latents = [2, 8]
  /// Shares of the codes that are rejected in training and after it, each in turn.
  public var rejected = [0.0, 0.25]
  /// Deviation of the points around their places.
  public var deviation = 0.05
  /// Points to learn from.
  public var points = 10_000
  /// Passes over the points.
  public var epochs = 150

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let cells = latents.flatMap { units in rejected.map { (units, $0) } }
    var rows: [[Findings.Cell]] = [], pairs: [(layout: Double, precision: Double)] = []
    for (place, (units, share)) in cells.enumerated() {
      let trial = try self.trial(units, share)
      let network = try trial.fitted(lab, room.seed, as: "\(units) units, \(share) rejected")
      let found = try trial.outcome(network, room.seed.child("outcome"))
      pairs.append((found.distortion, found.precision))
      let figures = [
        Double(units), share, found.precision, found.recall, found.truncated.precision,
        found.truncated.recall, found.linearity, found.convexity, found.distortion,
        found.steepest, 1 - found.allowed,
      ]
      rows.append(figures.map { .number($0) })
      room.progress(place + 1, cells.count)
    }
    let ordered = pairs.sorted { $0.layout < $1.layout }
    let best = pairs.max { $0.precision < $1.precision }
    var findings = Findings(
      "Of \(cells.count) generators the best puts \(percent(best?.precision)) of its points into the support, and its mean "
        + "codes are \(String(format: "%.2f", best?.layout ?? .nan)) from the corners of a simplex (root mean squared "
        + "difference of cosines).")
    findings.add(
      table: "Generators of \(modes) places",
      [
        "units", "rejected", "in the support", "places filled", "in the support, surest 90%",
        "places filled, surest 90%", "linear", "convex", "from a simplex", "steepest rise",
        "most that the rise allows",
      ], rows)
    findings.add(
      chart: "Layout and points in the support", x: "from a simplex", y: "in the support",
      [Findings.Curve("generators", x: ordered.map(\.layout), y: ordered.map(\.precision))])
    return findings
  }

  private func percent(_ share: Double?) -> String {
    String(format: "%.1f%%", 100 * (share ?? .nan))
  }

  /// The trial of one generator with these settings.
  func trial(_ units: Int, _ rejected: Double) throws -> PushforwardTrial {
    guard let kind = ModeWorld.Layout(rawValue: layout) else {
      throw UserError("--layout \(layout): must be ring or simplex")
    }
    var trial = PushforwardTrial(
      world: ModeWorld(layout: kind, modes: modes, deviation: deviation))
    (trial.latents, trial.rejected, trial.points) = (units, rejected, points)
    (trial.training.epochs, trial.training.batch) = (epochs, 250)
    (trial.training.schedule, trial.training.learningRate) = (.linear, 0.002)
    return trial
  }

  private func validate() throws {
    try require(3...1000 ~= modes, "--modes \(modes): must lie from 3 to 1000")
    try require(
      !latents.isEmpty && latents.allSatisfy { 1...10_000 ~= $0 },
      "--latents: must be numbers from 1 to 10000")
    try require(
      !rejected.isEmpty && rejected.allSatisfy { 0..<0.95 ~= $0 },
      "--rejected: must be shares from 0 up to 0.95")
    try require(
      deviation > 0 && deviation <= 10, "--deviation \(deviation): must lie above 0, up to 10")
    try require(100...1_000_000 ~= points, "--points \(points): must lie from 100 to a million")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
  }
}
