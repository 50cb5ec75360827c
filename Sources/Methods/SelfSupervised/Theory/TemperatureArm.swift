import Evaluation
import Foundation
import Networks
import Torch

/// How negatives are pushed away.
enum NegativeRule: Hashable, Sendable {
  /// All of them, by a softmax of similarities over a temperature.
  case softmax(temperature: Double)
  /// The nearest share of them, all alike.
  case nearest(share: Double)

  /// What the arm is called.
  var name: String {
    switch self {
    case .softmax(let temperature): "temperature \(temperature)"
    case .nearest(let share): share < 1 ? "nearest \(share)" : "all alike"
    }
  }

  /// The loss of projections of two views, a scalar.
  func loss(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch self {
    case .softmax(let temperature):
      a.normalisedCrossEntropy(with: b, temperature: temperature).mean()
    case .nearest(let share): a.simpleContrast(with: b, nearest: share).mean()
    }
  }
}

/// What a way of pushing negatives makes of features.
struct TemperatureScores: Sendable {
  /// log mean e^(−2 d²) over pairs; lower is more uniform.
  var uniformity: Double
  /// Mean cosine of pairs of one class.
  var tolerance: Double
  /// Share of the gradient that the nearest tenth of the negatives has; nil without a softmax.
  var share: Double?
  /// Accuracy of a linear probe.
  var probe: Double
}

/// Contrast of noisy views in a world of clusters.
struct ClusterContrast: Sendable {
  let train: LatentClasses
  let test: LatentClasses
  /// Deviation of a view's noise.
  let noise: Double
  var hidden = 64
  var latents = 16
  var steps = 500
  var batch = 128

  /// A hidden layer, whose numbers are probed, and projections of it.
  private struct Network: Module {
    let features: Linear
    let projection: Linear

    func encode(_ x: Tensor) -> Tensor { features(x).relu() }
    func callAsFunction(_ x: Tensor) -> Tensor { projection(encode(x)) }
  }

  /// Trains under `rule` and looks at the test examples.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func scores(
    _ rule: NegativeRule, _ seed: Seed, shouldStop: () -> Bool
  ) throws -> TemperatureScores {
    let random = RandomStream(seed)
    let network = Network(
      features: Linear(train.rows.size(1), hidden, random.child("features")),
      projection: Linear(hidden, latents, random.child("projection")))
    let weights = network.parameters
    let adam = Adam(weights)
    for step in 0..<steps {
      if step % 50 == 0 { try refuseToGoOn(shouldStop()) }
      let draw = random.child("draws").child(step)
      let picked = draw.child("rows").integers(0..<train.rows.size(0), [batch])
      let x = train.rows.indexSelect(0, picked)
      let loss = rule.loss(
        network(view(x, draw.child("first"))), network(view(x, draw.child("second"))))
      try adam.step(loss.gradients(for: weights), rate: 2e-3)
    }
    return try withoutGradients { try scores(network, rule, random.child("test")) }
  }

  private func view(_ x: Tensor, _ random: RandomStream) -> Tensor {
    x + random.normal(x.shape) * noise
  }

  private func scores(
    _ network: Network, _ rule: NegativeRule, _ random: RandomStream
  ) throws -> TemperatureScores {
    let unit = network(test.rows).ofUnitLength
    let picked = random.child("rows").integers(0..<test.rows.size(0), [256])
    let x = test.rows.indexSelect(0, picked)
    var share: Double?
    if case .softmax(let temperature) = rule {
      share = try NegativePull.share(
        network(view(x, random.child("first"))), network(view(x, random.child("second"))),
        nearest: 0.1, temperature: temperature
      ).value()
    }
    let hits = try LinearProbe().hits(
      train: network.encode(train.rows), try train.labels.places(),
      test: network.encode(test.rows), try test.labels.places(), classes: test.classes)
    return TemperatureScores(
      uniformity: try unit.uniformity.value(), tolerance: try unit.tolerance(test.labels).value(),
      share: share, probe: hits.mean)
  }
}
