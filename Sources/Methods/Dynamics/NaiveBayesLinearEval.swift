import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Which linear head suits a person's frozen codes at a given number of labels: naive Bayes or logistic regression.
///
/// - Source: Zheng et al., *Revisiting Discriminative vs. Generative Classifiers: Theory and Implications*, ICML 2023,
///   arXiv:2302.02334, §5; variances shared by the classes as in the authors' code.
/// - Departs: the logistic regression's penalty is chosen by cross-validation within each training sample.
public struct NaiveBayesLinearEval: Study {
  public static let card = Card(
    id: "naive-bayes-linear-eval", title: "Naive Bayes or logistic regression on frozen codes",
    source:
      "Zheng et al., Revisiting Discriminative vs. Generative Classifiers: Theory and Implications, "
      + "ICML 2023, arXiv:2302.02334",
    system: "S421",
    summary:
      "Learning curves of both heads on codes of an encoder, where they cross, and which one suits the labels at hand."
  )

  public static let inputs = [
    StudyInput("codes", "Codes [examples, features], such as `latent encode` writes."),
    StudyInput("label", "The class of each example."),
  ]

  /// Labels that there will be to train with; as many as the pool holds where 0.
  public var budget = 0
  /// Training sizes; a geometric series up to the pool where none are given.
  public var sizes: [Int] = []
  /// Splits into pool and test examples, each with training samples of its own.
  public var repeats = 10
  /// Share of the examples that errors are taken on.
  public var test = 0.3
  /// Strengths of the logistic regression that cross-validation chooses among, the larger the freer its weights.
  public var strengths = [0.001, 0.01, 0.1, 1, 10, 100]
  /// Folds of that cross-validation.
  public var folds = 3
  /// Share of the largest variance that naive Bayes adds to all.
  public var smoothing = 1e-9
  /// Whether features are brought to mean 0 and deviation 1 of the training sample.
  public var standardise = true

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let (data, names) = try labelled(room.inputs)
    let procedure = try procedure(data, names)
    let curves = try procedure.curves(
      data, seed: room.seed, progress: room.progress, shouldStop: room.shouldStop)
    let advice = ProbeAdvice(curves: curves, budget: budget, seed: room.seed.child("crossover"))
    return try advice.findings()
  }

  private func labelled(_ inputs: NamedArrays) throws -> (LabelledCodes, [String]) {
    let codes = try FeatureMatrix(matrix: "codes", of: inputs)
    let (labels, names) = try inputs.classes("label")
    try require(
      labels.count == codes.count,
      "codes has \(codes.count) rows and label has \(labels.count); each code needs one label")
    try require(names.count >= 2, "label holds one class only, and heads tell at least two apart")
    return (
      LabelledCodes(x: codes.tensor(), labels: labels, classes: names.count), names
    )
  }

  private func procedure(_ data: LabelledCodes, _ names: [String]) throws -> ProbeProtocol {
    try require(repeats >= 2, "--repeats \(repeats): must be at least 2, for an interval")
    try require(test > 0 && test < 1, "--test \(test): must lie between 0 and 1")
    try require(budget >= 0, "--budget \(budget): must be 0 or more")
    try require(2...100 ~= folds, "--folds \(folds): must lie from 2 to 100")
    try require(smoothing >= 0, "--smoothing \(smoothing): must be 0 or more")
    try require(
      !strengths.isEmpty && strengths.allSatisfy { $0 > 0 },
      "--strengths: must be one or more numbers above 0")
    for (place, name) in names.enumerated() {
      let count = data.labels.count { $0 == place }
      try require(
        count >= 3, "class \(name) has \(count) examples, and 3 are needed to hold some out")
    }
    var procedure = ProbeProtocol(
      sizes: sizes, repeats: repeats, test: test, strengths: strengths.sorted(), folds: folds,
      smoothing: smoothing, standardise: standardise)
    let pool = procedure.split(data, Seed(0)).pool.count
    let least = 2 * data.classes
    try require(
      pool > least,
      "\(pool) examples are left to train with, and \(least + 1) are needed; a smaller --test leaves more"
    )
    if sizes.isEmpty { procedure.sizes = Self.series(from: least, to: pool) }
    for size in procedure.sizes {
      try require(
        size >= data.classes && size <= pool,
        "--sizes \(size): must lie from \(data.classes), the classes, to \(pool), the examples left to train with"
      )
    }
    procedure.sizes = Set(procedure.sizes).sorted()
    return procedure
  }

  /// Sizes that double, and the last one.
  static func series(from least: Int, to most: Int) -> [Int] {
    var sizes = [least]
    while let last = sizes.last, Double(last) * 2 < Double(most) * 0.8 { sizes.append(last * 2) }
    return sizes + [most]
  }
}
