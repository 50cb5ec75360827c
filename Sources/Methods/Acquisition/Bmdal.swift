import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Which rows of a table to label next for a network that predicts a number.
///
/// - Source: Holzmüller, Zaverkin, Kästner & Steinwart, *A Framework and Benchmark for Deep Batch Active
///   Learning for Regression*, JMLR 24, 2023, arXiv:2203.09410.
/// - Departs: of kernels, the infinitely wide ones and the Laplace kernel are left out, of rules Frank–Wolfe; likelihood
///   features follow the paper's posterior, from which the authors' code leaves a factor of the noise out.
public struct Bmdal: Study {
  public static let card = Card(
    id: "bmdal", title: "Batch active learning for regression",
    source:
      "Holzmüller et al., A Framework and Benchmark for Deep Batch Active Learning for Regression, "
      + "JMLR 24, 2023, arXiv:2203.09410",
    system: "S177",
    summary:
      "Trains a small network on the labelled rows and chooses the batch to label next from a kernel of the network, "
      + "a transformation and a selection rule; by default clusters of sketched gradients.")

  public static let inputs = [
    StudyInput("target", "What is predicted [rows]; empty or NaN where it is not known yet."),
    StudyInput(
      "features", "What it is predicted from [rows, columns]; all other columns without.",
      optional: true),
  ]

  /// Where the kernel of two rows comes from.
  public enum Base: String, Codable, CaseIterable, Sendable {
    /// Derivatives by all parameters: the finite-width tangent kernel.
    case gradient
    case lastLayer = "last-layer"
    case linear
  }

  /// What is made of the kernel.
  public enum Transformation: String, Codable, CaseIterable, Sendable {
    case none
    /// A Gaussian process that has seen the labelled rows.
    case posterior
    /// Random features of the log likelihood under that posterior.
    case likelihood
  }

  /// What else counts as chosen.
  public enum Mode: String, Codable, CaseIterable, Sendable {
    /// With the labelled rows for maxdist, kmeanspp and lcmd, unless the transformation has seen them.
    case auto
    /// The batch alone.
    case pool = "p"
    /// The labelled rows and the batch.
    case trainAndPool = "tp"
  }

  /// Rows to choose.
  public var batch = 32
  /// Where the kernel comes from: gradient, last-layer or linear.
  public var kernel = Base.gradient
  /// Random projections that gradients are seen through.
  public var sketch = 512
  /// What is made of the kernel: none, posterior or likelihood.
  public var transformation = Transformation.none
  /// How rows are chosen: lcmd, kmeanspp, maxdist, maxdet, bait, bait-forward-backward, maxdiag or random.
  public var rule = SelectionRule.lcmd
  /// Whether labelled rows count as chosen: auto, p (they do not) or tp (they do).
  public var mode = Mode.auto
  /// Deviation of the noise that a Gaussian process assumes, where a kernel is 1 on average.
  public var noise = 0.1
  /// Networks whose kernels are added up.
  public var members = 1
  /// Width of the two hidden layers.
  public var hidden = 256
  /// Passes over the labelled rows.
  public var epochs = 256
  /// Step size at the start of training.
  public var learningRate = 0.375
  /// Share of the labelled rows on which the best epoch is chosen.
  public var validation = 0.1

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try check()
    let table = try RegressionTable(room.inputs)
    let random = RandomStream(room.seed)
    let order = try random.child("validation").permutation(table.labelled.count).places()
    let held = Array(order.prefix(Int(validation * Double(order.count))))
    let learnt = Array(order.dropFirst(held.count))
    let known = table.inputs.indexSelect(0, Tensor(table.labelled))
    let networks = try training.fit(
      known, table.targets, rows: Array(repeating: learnt, count: members), validation: held,
      random.child("networks"), shouldStop: room.shouldStop)
    room.progress(1, 2)
    let pool = table.inputs.indexSelect(0, Tensor(table.pool))
    let features = features(networks, train: known, pool: pool, random.child("features"))
    let chosen = try select(features, seed: room.seed.child("selection"))
    return try findings(table, networks, known, pool, held, chosen)
  }

  var training: TangentTraining {
    var training = TangentTraining()
    training.hidden = hidden
    training.epochs = epochs
    training.rate = learningRate
    return training
  }

  private func check() throws {
    for (name, value) in [
      ("batch", batch), ("sketch", sketch), ("members", members), ("hidden", hidden),
      ("epochs", epochs),
    ] {
      try require(
        (1...100_000).contains(value), "--\(name) \(value): must be between 1 and 100,000")
    }
    try require(noise > 0 && noise.isFinite, "--noise \(brief(noise)): must be above 0")
    try require(
      learningRate > 0 && learningRate.isFinite,
      "--learning-rate \(brief(learningRate)): must be above 0")
    try require(
      (0..<0.9).contains(validation), "--validation \(brief(validation)): must be a share below 0.9"
    )
  }
}
