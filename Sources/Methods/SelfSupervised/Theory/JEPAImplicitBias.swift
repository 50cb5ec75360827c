import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Which features deep linear encoders learn first, where the target of prediction is the other view's codes and where it
/// is the other view: the time of each in closed form and measured.
///
/// - Source: Littwin, Saremi, Advani, Thilak, Nakkiran, Huang & Susskind, *How JEPA Avoids Noisy Features: The Implicit
///   Bias of Deep Linear Self Distillation Networks*, NeurIPS 2024, arXiv:2407.03475, section 3.
/// - Departs: full-batch gradient flow over the moments of a sample; closed times by quadrature instead of to first order.
public struct JEPAImplicitBias: Study {
  public static let card = Card(
    id: "jepa-implicit-bias", title: "The implicit bias of predicting codes",
    source:
      "Littwin et al., How JEPA Avoids Noisy Features: The Implicit Bias of Deep Linear Self Distillation "
      + "Networks, NeurIPS 2024, arXiv:2407.03475",
    system: "S304",
    summary:
      "Of features with the same covariance between two views, deep linear encoders that predict codes learn first those "
      + "with the highest regression coefficient; encoders that predict the view itself learn all at once."
  )
  public static let inputs: [StudyInput] = []

  /// Layers of the encoder, compared.
  public var depths = [2, 3, 4]
  /// Covariance of each feature between the views.
  public var covariance = 1.0
  /// Regression coefficients of the features.
  public var coefficients = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
  /// Strength of each feature in the codes at the start.
  public var start = 0.01
  /// Size of the random part of the first weights, as a share of the diagonal; entries are smaller by the root of the width.
  public var jitter = 0.0
  /// Time over which the network that makes the target codes follows the encoder; 0 for none.
  public var lag = 0.0
  /// Pairs of views in the sample.
  public var rows = 20_000
  /// Samples and starts.
  public var repeats = 1

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var cells: [FeatureRace] = []
    for depth in depths {
      for target in PredictedTarget.allCases {
        for index in 0..<repeats {
          cells.append(
            try race(depth, target, room.seed.child(index), shouldStop: room.shouldStop))
          room.progress(cells.count, depths.count * PredictedTarget.allCases.count * repeats)
        }
      }
    }
    return FeatureRaceFindings(study: self, races: cells).findings
  }

  /// One training, and when it learns each feature.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func race(
    _ depth: Int, _ target: PredictedTarget, _ seed: Seed, shouldStop: @escaping () -> Bool
  ) throws -> FeatureRace {
    let random = RandomStream(seed)
    let world = PairedFeatures(
      covariances: coefficients.map { _ in covariance }, coefficients: coefficients)
    var predictor = LinearPredictor(
      moments: world.moments(rows, random.child("views")), target: target, depth: depth)
    predictor.lag = lag
    let clocks = coefficients.map {
      FeatureClock(covariance: covariance, coefficient: $0, depth: depth, target: target)
    }
    let size = pow(start, 1 / Double(depth))
    let predicted = clocks.map { $0.time(from: size, to: FeatureRace.share) }
    let levels = clocks.map { FeatureRace.share * $0.strength }
    let horizon = 3 * ((predicted.max() ?? 0) + lag)
    var course = LearningCourse()
    try GradientFlow(shouldStop: shouldStop).follow(
      predictor.start(size: size, jitter: jitter, random.child("weights")),
      slopes: predictor.slopes
    ) { time, weights in
      course.add(time, try predictor.strengths(weights))
      return time < horizon && !course.hasReached(levels)
    }
    return FeatureRace(
      depth: depth, target: target, coefficients: coefficients, predicted: predicted,
      measured: course.times(reaching: levels), course: course.thinned(to: 200))
  }

  private func validate() throws {
    try require(!depths.isEmpty, "--depths: at least one is needed")
    for each in depths { try require(1...8 ~= each, "--depths \(each): must lie from 1 to 8") }
    try require(
      2...100 ~= coefficients.count, "--coefficients: two to a hundred features are possible")
    for each in coefficients {
      try require(0.1...1 ~= each, "--coefficients \(each): must lie from 0.1 to 1")
    }
    try require(0.01...100 ~= covariance, "--covariance \(covariance): must lie from 0.01 to 100")
    let most = FeatureRace.share * pow(coefficients.min() ?? 1, Double(depths.max() ?? 1))
    try require(
      start >= 1e-6 && start < most,
      "--start \(start): must lie from 0.000001 to below \(brief(most)), at which the weakest feature is "
        + "learned in the deepest encoder")
    try require(0...1 ~= jitter, "--jitter \(jitter): must lie from 0 to 1")
    try require(0...1e6 ~= lag, "--lag \(lag): must lie from 0 to a million")
    try require(
      rows > 2 * coefficients.count && rows <= 10_000_000,
      "--rows \(rows): must be more than two for each feature, and at most 10 million")
    try require(1...1000 ~= repeats, "--repeats \(repeats): must lie from 1 to 1000")
  }
}
