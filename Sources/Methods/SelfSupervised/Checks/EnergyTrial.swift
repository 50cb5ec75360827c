import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One seed of clusters with a density, without parts of it, and by swapped assignments, at one place.
struct EnergyTrial {
  let lab: Lab
  let seed: Seed
  /// Points or images.
  let place: String
  let source: Source
  /// What all arms share.
  let base: GEDI
  /// Makes the source of another seed, for choosing.
  private let remade: (Seed) throws -> Source

  init(_ lab: Lab, _ seed: Seed, _ plane: ClusteredPlane) throws {
    (self.lab, self.seed, place) = (lab, seed, plane.rawValue)
    remade = { try plane.source($0) }
    source = try remade(seed)
    var base = GEDI()
    (base.clusters, base.noise) = (2, 0.2)
    base.training = lab.training(epochs: 150, batch: 200, quick: 2)
    self.base = base
  }

  /// Digits at 14×14, or those of 8×8.
  init(digits lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed, place) = (lab, seed, "digits")
    source = try Self.images(lab, "mnist")
    remade = { [source] _ in source }
    var base = GEDI()
    (base.hidden, base.noise, base.chainSteps) = ([256, 128], 0.05, 5)
    // Digits have a colour and a side.
    (base.views.smallestCrop, base.views.flipped) = (0.6, 0)
    (base.views.jittered, base.views.grey) = (0, 0)
    base.training = lab.training(epochs: 62, batch: 100, quick: 2)
    self.base = base
  }

  func run(_ board: inout Scoreboard) throws {
    var gedi = base, bare = base
    bare.generative = 0
    gedi.rise = try chosen("gedi", [0, 0.8]) { rise in
      var method = gedi
      method.rise = rise
      return method
    }
    bare.rise = try chosen("no density", [0, 0.8]) { rise in
      var method = bare
      method.rise = rise
      return method
    }
    var swapped = SwappedClusters()
    swapped.base = base
    swapped.temperature = try chosen("swapped", [0.1, 0.3]) { temperature in
      var method = swapped
      method.temperature = temperature
      return method
    }
    var loose = gedi, greedy = gedi, alone = gedi
    (loose.invariance, greedy.prior) = (0, 0)
    (alone.invariance, alone.prior) = (0, 0)
    var arms = [("gedi", gedi), ("no density", bare), ("density alone", alone)]
    // The ways to fail are shown where they can be seen in two clusters.
    if place != "digits" { arms += [("no invariance", loose), ("no prior", greedy)] }
    for (arm, method) in arms {
      let network = try lab.fit(method, source, seed: seed, as: "\(place), \(arm)")
      try judge(arm, network, scores: network.logits, density: network.logDensity, &board)
      if arm == "gedi" { try judgeSamples(network, &board) }
    }
    let network = try lab.fit(swapped, source, seed: seed, as: "\(place), swapped")
    let temperature = swapped.temperature
    let scores = { SwappedClusters.scores(network, $0) / temperature }
    try judge(
      "swapped", network, scores: scores, density: { scores($0).softmax(along: 1).max(over: 1) },
      &board)
  }

  /// The value of `values` with which seed 0 finds the classes best, on points that the check does not judge by.
  private func chosen<Method: LossRecipe>(
    _ arm: String, _ values: [Double], _ method: (Double) -> Method
  ) throws -> Double where Method.Network == ClusterEnergy {
    let quick = values.prefix(1)
    return try lab.bestRate(
      "\(place), \(arm)", of: lab.pick(full: values, quick: Array(quick)), as: "setting"
    ) {
      let source = try remade(Seed(0))
      let method = method($0)
      let network = try lab.fit(method, source, seed: Seed(0), as: "\(place), \(arm)")
      let scores =
        method is SwappedClusters ? { SwappedClusters.scores(network, $0) } : network.logits
      return [try information(scores, source.validation)]
    }
  }

  /// Mutual information of the clusters and classes of `examples`.
  func information(_ scores: (Tensor) -> Tensor, _ examples: Examples) throws -> Double {
    let clusters = try over(examples) { scores($0).argmax(over: 1) }.places()
    let labels = try examples.labels() ?? []
    // One part has no entropy to share.
    guard Set(clusters).count > 1 else { return 0 }
    return PartitionAgreement(clusters, labels).normalisedMutualInformation
  }

  var judged: Examples { source.test.prefix(lab.pick(full: 1000, quick: 100)) }

  /// Images of another kind in the same form: clothes, or digits whose pixels have other places.
  func strangers() throws -> Examples {
    if !lab.isQuick, let clothes = try? Self.images(lab, "fashion-mnist"),
      clothes.domain.shape == source.domain.shape
    {
      return clothes.test.prefix(judged.count)
    }
    let x = try judged.batch(Array(0..<judged.count)).x
    let order = RandomStream(seed.child("pixels")).permutation(source.domain.size)
    return try Examples(given: x.flattened(from: 1).indexSelect(1, order).reshaped(x.shape))
  }

  private static func images(_ lab: Lab, _ name: String) throws -> Source {
    var options = SourceOptions()
    options.limit = lab.pick(full: 2000, quick: 300)
    options.validation = 0.2
    guard !lab.isQuick else { return try lab.source(["digits"], options) }
    var small = options
    small.size = [14, 14]
    return try (try? lab.source([name], small)) ?? lab.source(["digits"], options)
  }

  /// What `body` makes of all `examples`, one under the other.
  func over(_ examples: Examples, _ body: (Tensor) -> Tensor) throws -> Tensor {
    let parts = try Scores(examples, seed: seed).map { batch, _ in [body(batch.x)] }
    return try Tensor.concatenate(parts).checked()
  }
}
