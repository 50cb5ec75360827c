import Datasets
import Evaluation
import Learning
import Torch

/// One seed of learning vectors of pixels from scenes.
struct GroupingTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  let scenes: (train: ObjectScenes, validation: ObjectScenes, test: ObjectScenes)
  /// Classes of clothes and the ground.
  let classes: Int

  /// The layout of the check's scenes.
  static var layout: ObjectScenes.Layout {
    var layout = ObjectScenes.Layout()
    (layout.objects, layout.sides, layout.texture) = (2...3, 18...20, 0.2)
    return layout
  }

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 12_000, quick: 400)
    options.validation = 0
    let pictures = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    func scenes(_ name: String, _ examples: Examples, _ count: Int) throws -> ObjectScenes {
      try ObjectScenes(
        of: examples.batch(Array(0..<examples.count)).x, labels: examples.labels() ?? [],
        count: count, layout: Self.layout, seed: seed.child(name))
    }
    // Validation scenes show pictures that no other scene has.
    let cut = pictures.train.count * 5 / 6
    let others = pictures.train.subset(Array(cut..<pictures.train.count))
    self.scenes = (
      try scenes("train", pictures.train.prefix(cut), lab.pick(full: 1024, quick: 64)),
      try scenes("validation", others, lab.pick(full: 100, quick: 16)),
      try scenes("test", pictures.test, lab.pick(full: 200, quick: 16))
    )
    classes = pictures.domain.classes.count + 1
    let side = Self.layout.size
    let train = try Examples(given: self.scenes.train.images)
    source = try Source(
      given: "scenes", Domain(shape: [1, side, side], support: .unit), train: train,
      validation: train.prefix(0), test: try Examples(given: self.scenes.test.images))
  }

  private var training: Training {
    var training = lab.training(epochs: 8, batch: 32)
    (training.batch, training.learningRate) = (32, 2e-3)
    return training
  }

  func run(_ board: inout Scoreboard) throws {
    var tree = HierarchicalGrouping()
    tree.training = training
    var flat = tree
    flat.grouping = .flat
    var autoencoder = PixelAutoencoder()
    (autoencoder.views, autoencoder.training) = (tree.views, training)
    let grid = lab.pick(full: 3, quick: 1)
    tree.reach = try chosen("tree", [0.2, 0.1, 0.4].prefix(grid), "reach", tree) { $0.reach = $1 }
    flat.cut = try chosen("flat", [0.6, 0.4, 0.8].prefix(grid), "cut", flat) { $0.cut = $1 }
    autoencoder.training.learningRate = try chosen(
      "autoencoder", [2e-3, 5e-4, 8e-3].prefix(grid), "learning rate", autoencoder
    ) { $0.training.learningRate = $1 }
    var whole = flat
    whole.cut = 1
    var untrained = tree
    untrained.training = training.untouched
    for (arm, method) in [
      ("tree", tree), ("flat", flat), ("one region", whole), ("untrained", untrained),
    ] {
      let network = try lab.fit(method, source, seed: seed, as: arm)
      try judge(arm, network, &board)
      board[HierarchicalGrouping.order.name, arm] = [try order(network)]
    }
    let network = try lab.fit(autoencoder, source, seed: seed, as: "autoencoder")
    try judge("autoencoder", network, &board)
  }

  /// The value, of as many for each arm, whose network is probed best on scenes that nothing is judged by.
  private func chosen<Method: LossRecipe>(
    _ arm: String, _ values: ArraySlice<Double>, _ quantity: String, _ method: Method,
    _ change: (inout Method, Double) -> Void
  ) throws -> Double where Method.Network: PixelEncoding {
    guard values.count > 1 else { return values.first ?? 0 }
    return try lab.bestRate(arm, of: Array(values), as: quantity) { value in
      var tried = method
      change(&tried, value)
      let network = try lab.fit(tried, source, seed: seed.child("tuning"), as: arm)
      return try overlap(network, scenes.validation)
    }
  }
}
