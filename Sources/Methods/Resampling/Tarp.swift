import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Whether posterior draws say what they should, from simulations whose truth is known.
///
/// - Source: Lemos, Coogan, Hezaveh & Perreault-Levasseur, *Sampling-Based Accuracy Testing of Posterior
///   Estimators for General Inference*, ICML 2023, arXiv:2302.03026, algorithm 2.
/// - Departs: the test is Kolmogorov's of the truths' positions, with its exact distribution.
public struct Tarp: Study {
  public static let card = Card(
    id: "tarp", title: "Tests of accuracy with random points",
    source: "Lemos et al., Sampling-Based Accuracy Testing of Posterior Estimators for General "
      + "Inference, ICML 2023, arXiv:2302.03026",
    system: "S144",
    summary:
      "For each simulation, the share of posterior draws that lie nearer to a point than the truth does is uniform "
      + "where the posterior is right; the curve of expected coverage shows where it is not.")

  public static let inputs = [
    StudyInput("samples", "Posterior draws [simulations, draws, dimensions]."),
    StudyInput("truth", "The simulations' true parameters [simulations, dimensions]."),
    StudyInput(
      "references", "Points to measure from [simulations, dimensions].", optional: true),
    StudyInput(
      "observations",
      "What the draws were conditioned on [simulations, columns]: makes points that tell a posterior from a prior.",
      optional: true),
  ]

  /// Resamples of the simulations for the bands.
  public var replicates = 500
  /// Probability that bands and intervals are to cover with; the test rejects at what remains of 1.
  public var level = 0.95
  /// Credibilities at which the curve is drawn.
  public var points = 50
  /// Share of the simulations that points from observations are learnt on; they are not judged by.
  public var pilot = 0.33

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try require(level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    try require(replicates >= 100, "--replicates \(replicates): must be at least 100")
    try require((2...1000).contains(points), "--points \(points): must be between 2 and 1000")
    try require(
      pilot > 0 && pilot < 0.9, "--pilot \(plain(pilot)): must lie between 0 and 0.9")
    let inputs = try PosteriorFiles(room.inputs)
    let random = RandomStream(room.seed.child("points"))
    let points = inputs.references ?? inputs.posterior.uniformPoints(random)
    let name = inputs.references == nil ? "points anywhere" : "given references"
    var curves: [(name: String, curve: CoverageCurve)] = [
      (
        name,
        CoverageCurve(
          try inputs.posterior.positions(points, seed: room.seed.child("positions")))
      )
    ]
    room.progress(1, 2)
    if let observations = inputs.observations {
      let first = max(2, Int(pilot * Double(inputs.count)))
      let predicted = inputs.posterior.predictedPoints(
        observations, pilot: first, random.child("predicted"))
      let positions = try inputs.posterior.dropping(first).positions(
        predicted, seed: room.seed.child("predicted positions"))
      curves.append(("points from observations", CoverageCurve(positions)))
    }
    return try findings(inputs, curves, room)
  }
}

/// A person's posterior draws and truths, each axis over the range of its truths.
struct PosteriorFiles {
  let posterior: RandomPoints
  let references: Tensor?
  let observations: Tensor?
  let count: Int

  /// - Throws: ``UserError`` for shapes that do not fit together, or too few simulations or draws.
  init(_ inputs: NamedArrays) throws {
    let samples = try inputs.numbers("samples"), truth = try inputs.numbers("truth")
    let isFlat = samples.shape.count == 2 && truth.shape.count == 1
    try require(
      samples.shape.count == 3 || isFlat,
      "samples has shape \(samples.shape), and [simulations, draws, dimensions] is needed")
    let drawn = isFlat ? samples.shape + [1] : samples.shape
    let known = truth.shape.count == 1 ? truth.shape + [1] : truth.shape
    try require(
      known == [drawn[0], drawn[2]],
      "truth has shape \(truth.shape), and samples \(samples.shape) needs [\(drawn[0]), \(drawn[2])]"
    )
    try require(
      drawn[0] >= 20, "there are \(drawn[0]) simulations, and at least 20 are needed")
    try require(
      drawn[1] >= 5, "there are \(drawn[1]) draws of each posterior, and at least 5 are needed")
    try require(drawn[2] >= 1, "truth has no dimensions")
    count = drawn[0]
    let actual = Tensor(truth.values, shape: known)
    let low = actual.min(over: 0, keep: true)
    let range = actual.max(over: 0, keep: true) - low
    if let still = try range.values(as: Double.self).firstIndex(where: { $0 <= 0 }) {
      throw UserError("dimension \(still + 1) of truth is the same in every simulation")
    }
    posterior = RandomPoints(
      samples: (Tensor(samples.values, shape: drawn) - low) / range, truth: (actual - low) / range
    )
    references = try Self.optional(inputs, "references", count, width: drawn[2]).map {
      ($0 - low) / range
    }
    observations = try Self.optional(inputs, "observations", count, width: nil)
  }

  private static func optional(
    _ inputs: NamedArrays, _ name: String, _ count: Int, width: Int?
  ) throws -> Tensor? {
    guard inputs.has(name) else { return nil }
    let (values, shape) = try inputs.numbers(name)
    let full = shape.count == 1 ? shape + [1] : shape
    try require(
      full.count >= 2 && full[0] == count && (width == nil || full == [count, width ?? 0]),
      "\(name) has shape \(shape), and [\(count), \(width.map(String.init) ?? "columns")] is needed"
    )
    return Tensor(values, shape: [count, values.count / count])
  }
}
