import Evaluation
import Foundation
import Torch

/// F1 scores of probes of few neurons on the activations of one network.
struct SparseProbingTrial {
  /// Numbers of neurons, from 1 upwards.
  let sizes: [Int]
  let train: ProbedActivations
  let test: ProbedActivations
  let seed: Seed
  /// Places with the feature and as many without it, at most, in each half.
  var most = 500

  /// A half of as many places with a feature as of its rivals; nothing where fewer than 20 have it.
  private func half(
    _ places: ProbedActivations, _ feature: TextFeature, _ layer: Int
  ) -> (x: Tensor, labels: [Int])? {
    func all(_ condition: TextFeature.Condition) -> [Int] {
      places.kinds.indices.filter {
        condition(places.kinds[$0], places.bytes[$0].before, places.bytes[$0].now)
      }
    }
    let yes = all(feature.holds)
    let no = all { feature.rivals($0, $1, $2) && !feature.holds($0, $1, $2) }
    let count = min(most, yes.count, no.count)
    guard count >= 20 else { return nil }
    var random = SplitMix(seed.child(feature.name))
    let rows =
      yes.shuffled(using: &random).prefix(count) + no.shuffled(using: &random).prefix(count)
    return (
      places.layers[layer].indexSelect(0, Tensor(rows.map { Int64($0) })),
      [Int](repeating: 1, count: count) + [Int](repeating: 0, count: count)
    )
  }

  /// F1 by the number of neurons, and of one neuron that was drawn; nothing where the feature is too rare.
  func scores(_ feature: TextFeature, layer: Int) throws -> (best: [Double], drawn: Double)? {
    guard let train = half(train, feature, layer), let test = half(test, feature, layer) else {
      return nil
    }
    let order = try SparseProbe.ranked(train.x, train.labels)
    let best = try sizes.map {
      try SparseProbe.score(train: train, test: test, neurons: Array(order.prefix($0)))
    }
    // The mean over a few neurons, since one may be good by luck.
    var random = SplitMix(seed.child("drawn").child(feature.name))
    let drawn = try (0..<5).map { _ in
      try SparseProbe.score(
        train: train, test: test, neurons: [Int(random.uniform() * Double(order.count))])
    }
    return (best, drawn.mean)
  }
}
