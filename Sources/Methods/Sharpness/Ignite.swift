import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Designs that should score higher than any in a table of designs and scores, from a surrogate whose sharpness
/// is held down.
///
/// - Source: Dao et al., *Incorporating Surrogate Gradient Norm to Improve Offline Optimization Techniques*,
///   NeurIPS 2024, algorithm 1 and §5.
/// - Departs: the surrogate predicts a score without a variance; proposals keep to the range of the columns; the
///   mean of an ensemble is its mean (the authors' code takes the least for both).
public struct Ignite: Study {
  public static let card = Card(
    id: "ignite", title: "Offline optimisation with a surrogate that is not sharp",
    source: "Dao et al., Incorporating Surrogate Gradient Norm to Improve Offline Optimization "
      + "Techniques, NeurIPS 2024",
    system: "S425",
    summary:
      "A network learns the scores of known designs while the gradient of its output with respect to its "
      + "parameters is held down; gradient ascent on it, on an ensemble or on a conservative one proposes designs."
  )

  public static let inputs = [
    StudyInput("score", "The score of each design."),
    StudyInput(
      "designs",
      "A matrix [designs, columns]; without it every other column belongs to the design.",
      optional: true),
  ]

  /// How designs are sought: ascent, ensemble-mean, ensemble-minimum or conservative.
  public var search = DesignSearch.ascent
  /// Whether the surrogate's sharpness is held down.
  public var penalty = true
  /// Whether low scores are good ones.
  public var minimise = false
  /// Designs to propose.
  public var proposals = 16
  /// Widths of the surrogate's layers.
  public var hidden = [128, 128]
  /// Networks of an ensemble.
  public var members = 5
  /// Passes over the designs.
  public var epochs = 100
  /// Designs in a step.
  public var batch = 64
  /// Step size of the surrogate's training.
  public var learningRate = 0.001
  /// Steps up the surrogate.
  public var searchSteps = 200
  /// Their size, in deviations of the columns.
  public var searchRate = 0.01
  /// By how much of its range a column of a proposal may leave it, on each side.
  public var margin = 0.0
  /// By how much the surrogate's parameters are thought to move.
  public var radius = 0.05
  /// Step of the finite difference that stands for the gradient of the norm.
  public var step = 0.05
  /// Rise of the mean prediction, in deviations of the scores, that a move by the radius may bring.
  public var threshold = 0.1
  /// How fast the penalty grows while the rise is above the threshold.
  public var multiplierRate = 0.001

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let table = try DesignTable(room.inputs, minimise: minimise)
    let (x, y) = (table.designs, table.scores)
    var optimiser = optimiser
    var done = 0
    optimiser.goesOn = { _ in
      done += 1
      room.progress(done, 3 * epochs)
      return !room.shouldStop()
    }
    let n = x.size(0)
    let order = shuffled(n, room.seed.child("held out"))
    let random = try heldOut(optimiser, table, order.suffix(n / 5), room.seed.child("random"))
    let best = try y.top(n / 5, along: 0).indices.places()
    let top = try heldOut(optimiser, table, best[...], room.seed.child("top"))
    let fitted = try optimiser.fit(x, y, seed: room.seed)
    let found = try optimiser.proposals(fitted, x, y, count: proposals)
    var findings = try proposed(table, fitted, found, top: top)
    findings.add("rank correlation on a fifth held out", random)
    findings.add("rank correlation on the best fifth, not trained on", top)
    findings.add("norm of the parameter gradient", try fitted.sharpness(x.to(.float32)))
    return findings
  }

  /// Rank correlation of predictions with scores on `rows` that the surrogate does not see.
  private func heldOut(
    _ optimiser: OfflineOptimiser, _ table: DesignTable, _ rows: ArraySlice<Int>, _ seed: Seed
  ) throws -> Double {
    let out = Set(rows)
    func tensor(_ rows: [Int]) -> Tensor { Tensor(rows.map(Int64.init), shape: [rows.count]) }
    let kept = tensor((0..<table.designs.size(0)).filter { !out.contains($0) })
    let asked = tensor(out.sorted())
    let fitted = try optimiser.fit(
      table.designs.indexSelect(0, kept), table.scores.indexSelect(0, kept), seed: seed)
    let predicted = fitted.predictions(table.designs.indexSelect(0, asked).to(.float32))
    return rankCorrelation(
      try predicted.mean(over: 0).values(as: Double.self),
      try table.scores.indexSelect(0, asked).values(as: Double.self))
  }

  private var optimiser: OfflineOptimiser {
    var optimiser = OfflineOptimiser()
    (optimiser.search, optimiser.hidden, optimiser.members) = (search, hidden, members)
    (optimiser.epochs, optimiser.batch, optimiser.learningRate) = (epochs, batch, learningRate)
    (optimiser.searchSteps, optimiser.searchRate, optimiser.margin) = (
      searchSteps, searchRate, margin
    )
    guard penalty else { return optimiser }
    var sharpness = SharpnessPenalty()
    (sharpness.radius, sharpness.step, sharpness.threshold) = (radius, step, threshold)
    sharpness.rate = multiplierRate
    optimiser.penalty = sharpness
    return optimiser
  }
}
