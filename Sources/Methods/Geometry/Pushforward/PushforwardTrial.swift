import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// A generator of points around several places, and how it shares its codes out among them.
struct PushforwardTrial {
  let world: ModeWorld
  var latents = 8
  /// Share of codes that is rejected in training and after it.
  var rejected = 0.0
  var points = 10_000
  /// Codes that figures are taken from.
  var tested = 10_000
  var training = Training()

  /// What a generator makes of its codes.
  struct Outcome {
    /// Share of the points that lie in the support.
    let precision: Double
    /// How much of each place is filled: the sum over places of the lesser of its share of the points and 1 / m.
    let recall: Double
    /// The same for the 90% of the codes that a linear classifier is surest of.
    let truncated: (precision: Double, recall: Double)
    /// How often a linear classifier of codes, learned from half of them, finds the nearest place of a point of the rest.
    let linearity: Double
    /// Share of codes half way between two of one place that belong to it too.
    let convexity: Double
    /// How far the mean codes of places are from the corners of a simplex: the root mean squared difference of their
    /// cosines from −1 / (m − 1), over the places that have codes.
    let distortion: Double
    /// The largest rise of the generator over the codes, and the least share of points outside that theory allows for it.
    let steepest: Double
    let allowed: Double
  }

  /// The generator after its training.
  func fitted(_ lab: Lab, _ seed: Seed, as arm: String) throws -> AdversarialGenerator.Network {
    let train = world.points(points, RandomStream(seed.child("points")))
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.made(
      "modes", train: MadeExamples(train), test: MadeExamples(train.sliced(0, 0, 1)), options)
    var recipe = AdversarialGenerator()
    (recipe.latents, recipe.rejected, recipe.training) = (latents, rejected, training)
    recipe.cells = min(world.modes, latents)
    return try lab.fit(recipe, source, seed: seed.child(arm), as: arm)
  }

  func outcome(_ network: AdversarialGenerator.Network, _ seed: Seed) throws -> Outcome {
    try withoutGradients {
      let z = network.codes(tested, RandomStream(seed.child("tested")))
      let (mode, inside) = world.belongs(network.decode(z))
      let labels = try mode.places()
      let isInside = try inside.to(.float32).values().map { $0 > 0 }
      let half = tested / 2
      var regression = LogisticRegression(penalty: 1e-3)
      regression.minimiser.iterations = 200
      let model = try regression.fit(
        z.sliced(0, 0, half), Array(labels[..<half]), classes: world.modes)
      let sure = try model.logProbabilities(z).max(over: 1).values(as: Double.self)
      let least = sure.quantile(0.1)
      let kept = sure.indices.filter { sure[$0] >= least }
      let found = try model.classes(z.sliced(0, half, tested))
      let hits = zip(found, labels[half...]).count { $0 == $1 }
      let steepest = try steepness(network, z.sliced(0, 0, min(500, tested)))
      return Outcome(
        precision: share(isInside), recall: recall(labels, isInside),
        truncated: (
          share(kept.map { isInside[$0] }),
          recall(kept.map { labels[$0] }, kept.map { isInside[$0] })
        ),
        linearity: Double(hits) / Double(found.count),
        convexity: try convexity(network, z, labels), distortion: try distortion(z, labels),
        steepest: steepest,
        allowed: try SimplicialLatents.border(
          cells: world.modes, within: world.reach / max(steepest, 1e-9), seed.child("border")))
    }
  }

  private func share(_ holds: [Bool]) -> Double {
    Double(holds.count { $0 }) / Double(max(1, holds.count))
  }

  private func recall(_ labels: [Int], _ isInside: [Bool]) -> Double {
    var counts = [Int](repeating: 0, count: world.modes)
    for (label, inside) in zip(labels, isInside) where inside { counts[label] += 1 }
    let even = 1 / Double(world.modes)
    return counts.reduce(0) { $0 + min(even, Double($1) / Double(max(1, labels.count))) }
  }

  private func convexity(
    _ network: AdversarialGenerator.Network, _ z: Tensor, _ labels: [Int]
  ) throws -> Double {
    let groups = Dictionary(grouping: labels.indices) { labels[$0] }
    let pairs = groups.values.flatMap { group in
      stride(from: 0, to: group.count - 1, by: 2).map { (group[$0], group[$0 + 1]) }
    }
    guard !pairs.isEmpty else { return .nan }
    func codes(_ places: [Int]) -> Tensor { z.indexSelect(0, Tensor(places.map(Int64.init))) }
    let middle = (codes(pairs.map(\.0)) + codes(pairs.map(\.1))) * 0.5
    let found = try world.belongs(network.decode(middle)).mode.places()
    return Double(zip(found, pairs).count { $0 == labels[$1.0] }) / Double(pairs.count)
  }

  private func distortion(_ z: Tensor, _ labels: [Int]) throws -> Double {
    let present = Set(labels).sorted()
    guard present.count > 1 else { return 1 }
    let means = present.map { mode in
      let members = labels.indices.filter { labels[$0] == mode }.map(Int64.init)
      return z.indexSelect(0, Tensor(members)).mean(over: 0)
    }
    return try Self.distortion(Tensor.stack(means), of: world.modes)
  }

  /// How far directions `[p, d]` are from corners of a simplex of `corners` ones.
  static func distortion(_ directions: Tensor, of corners: Int) throws -> Double {
    let unit = directions / directions.norm(over: 1, keep: true).clamped(atLeast: 1e-9)
    let cosines = unit.matmul(unit.transposed()).upperTriangle(1)
    let wanted = Tensor.full(cosines.shape, -1 / Double(corners - 1)).upperTriangle(1)
    let count = Double(unit.size(0) * (unit.size(0) - 1)) / 2
    return try ((cosines - wanted).squared().sum() / count).squareRoot().value()
  }

  /// The largest of the generator's rises at the codes: the first singular value of its derivative, by differences.
  private func steepness(_ network: AdversarialGenerator.Network, _ z: Tensor) throws -> Double {
    let here = network.decode(z), step = 1e-2
    let jacobian = Tensor.stack(
      (0..<latents).map { unit in
        let axis = Tensor([Int64(unit)]).oneHot(latents).to(.float32) * step
        return (network.decode(z + axis) - here) / step
      }, along: 2)  // [n, inputs, d]
    return try jacobian.singularValues().max().value()
  }
}
