import Datasets
import Evaluation
import Learning
import Torch

/// One seed of learning vectors of pixels from scenes.
struct GroupingTrial {
  private let lab: Lab
  private let seed: Seed
  private let source: Source
  private let scenes: (train: ObjectScenes, validation: ObjectScenes, test: ObjectScenes)
  /// Classes of clothes and the ground.
  private let classes: Int

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

  private func judge(
    _ arm: String, _ network: any PixelEncoding, _ board: inout Scoreboard
  ) throws {
    lab.say("\(arm): probing")
    // Seeds have other objects, so that each gives its mean.
    board[HierarchicalGrouping.overlap.name, arm] = [try overlap(network, scenes.test).mean]
    let gallery = try objects(network, scenes.train, first: lab.pick(full: 300, quick: 16))
    let queries = try objects(network, scenes.test, first: scenes.test.images.size(0))
    let mean = gallery.vectors.mean(over: 0, keep: true)
    let deviation = gallery.vectors.standardDeviation(over: 0, keep: true) + 1e-6
    let precisions = try RetrievalPrecision.of(
      (queries.vectors - mean) / deviation, queries.labels,
      among: (gallery.vectors - mean) / deviation, gallery.labels)
    board[HierarchicalGrouping.retrieval.name, arm] = [precisions.mean]
  }

  /// Overlap of each class's pixels in `judged` with those that a probe of 50 pixels of 200 training scenes finds.
  private func overlap(_ network: any PixelEncoding, _ judged: ObjectScenes) throws -> [Double] {
    let (count, each) = (lab.pick(full: 200, quick: 16), 50)
    let random = RandomStream(seed.child("probed pixels"))
    let some = random.integers(
      0..<scenes.train.masks.count / scenes.train.masks.size(0), [count, each])
    let known = try vectors(network, scenes.train.images[0..<count])  // [count, pixels, k]
    let probed = known.gather(1, some.unsqueezed(2).expanded([count, each, known.size(2)]))
    let labels = scenes.train.masks[0..<count].flattened(from: 1).gather(1, some)
    let probe = try PixelProbe(
      probed.flattened(from: 0, through: 1), labels.flattened().places(), classes: classes)
    var found: [Int] = []
    for start in stride(from: 0, to: judged.images.size(0), by: 50) {
      let end = min(start + 50, judged.images.size(0))
      found += try probe.classes(
        vectors(network, judged.images[start..<end]).flattened(from: 0, through: 1))
    }
    return PixelOverlap.ofEachClass(
      found: found, truth: try judged.masks.flattened().places(), classes: classes)
  }

  /// Vectors of the pixels of scenes `[n, 1, s, s]`, `[n, s², k]`.
  private func vectors(_ network: any PixelEncoding, _ images: Tensor) throws -> Tensor {
    try withoutGradients { network.pixelVectors(images).flattened(from: 2).transposed() }
      .contiguous().checked()
  }

  /// Mean vectors of the objects of which 20 pixels or more are seen, `[m, k]`, and their classes.
  private func objects(
    _ network: any PixelEncoding, _ scenes: ObjectScenes, first count: Int
  ) throws -> (vectors: Tensor, labels: [Int]) {
    let owners = scenes.objects[0..<count].flattened(from: 1).oneHot(
      Self.layout.objects.upperBound + 1
    ).to(.float32).sliced(2, 1, Self.layout.objects.upperBound + 1)  // [count, s², objects]
    let sizes = owners.sum(over: 1)  // [count, objects]
    var sums: [Tensor] = []
    for start in stride(from: 0, to: count, by: 50) {
      let part = start..<min(start + 50, count)
      let found = try vectors(network, scenes.images[part])
      sums.append(owners[part].transposed().matmul(found))
    }
    let means = Tensor.concatenate(sums) / sizes.clamped(atLeast: 1).unsqueezed(2)
    // All pixels of an object have one class.
    let kinds =
      (owners * scenes.masks[0..<count].flattened(from: 1).unsqueezed(2).to(.float32)).largest(
        over: 1
      ).values
    let seen = (sizes .>= 20).flattened().nonzero().flattened()
    return (
      means.flattened(from: 0, through: 1).indexSelect(0, seen),
      try kinds.flattened().indexSelect(0, seen).to(.int64).places()
    )
  }

  /// Rank correlation, over pairs of pixels of a test scene, of distances in the tree with those of projected
  /// vectors: the mean over scenes.
  private func order(_ network: HierarchicalGrouping.Network) throws -> Double {
    let images = scenes.test.images[0..<min(100, scenes.test.images.size(0))]
    let (n, cells) = (images.size(0), images.size(2) * images.size(3))
    let pixels = RandomStream(seed.child("compared pixels")).integers(0..<cells, [n, 2 * pairs])
    let codes = try withoutGradients {
      let found = network.reader.vectors(images, at: pixels)
      return network.head(found.flattened(from: 0, through: 1)).reshaped(n, 2 * pairs, -1)
    }.checked()
    let ends = codes.split(into: 2, along: 1)
    let far = try (1 - ends[0].cosineSimilarity(ends[1])).values(as: Double.self)
    let relief = try images.contourStrength(blur: HierarchicalGrouping().blur).values()
    let places = try pixels.places()
    return (0..<n).map { image in
      let tree = RegionTree(
        relief[image * cells..<(image + 1) * cells], height: images.size(2), width: images.size(3))
      let distances = (0..<pairs).map { pair in
        let place = image * 2 * pairs + pair
        return tree.distance(tree.regions[places[place]], tree.regions[places[place + pairs]])
      }
      return rankCorrelation(distances, Array(far[image * pairs..<(image + 1) * pairs]))
    }.mean
  }

  /// Pairs of pixels of a scene whose distances are compared.
  private var pairs: Int { 100 }
}
