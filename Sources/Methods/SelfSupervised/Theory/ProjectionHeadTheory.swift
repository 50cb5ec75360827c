import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How unequal the weights of features become from layer to layer of linear networks under contrast, and which layer serves
/// a task of one feature better.
///
/// - Source: Xue, Joshi, Gan, Chen & Mirzasoleiman, *Investigating the Benefits of Projection Head for Representation
///   Learning*, ICLR 2024, arXiv:2403.11391, sections 3 and 4.
/// - Departs: gradient flow over the moments of a sample; all features have variance 1.
public struct ProjectionHeadTheory: Study {
  public static let card = Card(
    id: "projection-head-theory", title: "What a projection head is good for",
    source:
      "Xue et al., Investigating the Benefits of Projection Head for Representation Learning, ICLR 2024, "
      + "arXiv:2403.11391",
    system: "S428",
    summary:
      "Under contrast, features become more unequal with each layer, in the order in which views agree on them; the layer "
      + "below the head keeps those that augmentations disturb.")
  public static let inputs: [StudyInput] = []

  /// Features, all of variance 1.
  public var features = 20
  /// Regression coefficient between the views of the feature that they agree on least; the most agreed on has 1, and those
  /// between fall geometrically.
  public var weakest = 0.02
  /// Layers, of which the last is the head.
  public var depth = 2
  /// Size of the first weights.
  public var start = 0.1
  /// Size of the random part of the first weights, as a share of the diagonal; entries are smaller by the root of the width.
  public var jitter = 0.0
  /// Pairs of views in the sample.
  public var rows = 20_000
  /// Labelled examples of a task.
  public var labels = 15
  /// Deviation of the noise of a task's labels; the feature has deviation 1.
  public var noise = 0.3
  /// Sets of labelled examples for each task.
  public var repeats = 50

  public init() {}

  var coefficients: [Double] {
    (0..<features).map { pow(weakest, Double($0) / Double(features - 1)) }
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let layers = try learned(room.seed, shouldStop: room.shouldStop)
    room.progress(1, 2)
    let errors = try [depth - 1, depth].map { layer in
      try (0..<features).map {
        try error(of: layers[layer - 1], feature: $0, room.seed.child("task"))
      }
    }
    room.progress(2, 2)
    return try findings(layers, below: errors[0], head: errors[1])
  }

  /// The maps up to each layer.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func learned(_ seed: Seed, shouldStop: @escaping () -> Bool) throws -> [Tensor] {
    let random = RandomStream(seed)
    let world = PairedFeatures(covariances: coefficients, coefficients: coefficients)
    return try SpectralContrast(world.moments(rows, random.child("views")), depth: depth)
      .learned(size: start, jitter: jitter, random.child("weights"), shouldStop: shouldStop)
  }

  /// Squared weights of the features in a map.
  ///
  /// - Throws: `TensorError`.
  func weights(_ map: Tensor) throws -> [Double] { try LinearChain.strengths(map).map { $0 * $0 } }

  /// The closed form of the squared weights up to layer `layer`.
  func predicted(_ layer: Int) -> [Double] {
    coefficients.map {
      SpectralContrast.weight(covariance: $0, variance: 1, layer: layer, of: depth)
    }
  }

  /// The mean squared error of a head on what `map` gives, taught one feature from a few noisy labels.
  ///
  /// - Throws: `TensorError`.
  func error(of map: Tensor, feature: Int, _ seed: Seed) throws -> Double {
    let test = RandomStream(seed.child("test")).normal([2000, features], type: .float64)
    let wanted = test.sliced(1, feature, feature + 1)
    return try (0..<repeats).map { index in
      let random = RandomStream(seed.child(index))
      let x = random.child("inputs").normal([labels, features], type: .float64)
      let y =
        x.sliced(1, feature, feature + 1) + random.child("noise").normal(
          [labels, 1], type: .float64)
        * noise
      let head = try RidgeHead(x.matmul(map.transposed()), y)
      return try (head(test.matmul(map.transposed())) - wanted).squared().mean().value()
    }.mean
  }

  private func validate() throws {
    try require(2...200 ~= features, "--features \(features): must lie from 2 to 200")
    try require(0.001..<1 ~= weakest, "--weakest \(weakest): must lie from 0.001 to below 1")
    try require(2...8 ~= depth, "--depth \(depth): must lie from 2 to 8")
    try require(0.001...0.5 ~= start, "--start \(start): must lie from 0.001 to 0.5")
    try require(0...1 ~= jitter, "--jitter \(jitter): must lie from 0 to 1")
    try require(
      rows > 2 * features && rows <= 10_000_000,
      "--rows \(rows): must be more than two for each feature, and at most 10 million")
    try require(4...100_000 ~= labels, "--labels \(labels): must lie from 4 to 100000")
    try require(0...100 ~= noise, "--noise \(noise): must lie from 0 to 100")
    try require(1...10_000 ~= repeats, "--repeats \(repeats): must lie from 1 to 10000")
  }
}
