import Datasets
import Evaluation
import Learning
import Torch

extension GroupingTrial {
  /// Scores of `arm` by the vectors that it gives pixels.
  func judge(
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
  func overlap(_ network: any PixelEncoding, _ judged: ObjectScenes) throws -> [Double] {
    let (count, each) = (lab.pick(full: 200, quick: 16), 50)
    let random = RandomStream(seed.child("probed pixels"))
    let some = random.integers(
      0..<scenes.train.masks.count / scenes.train.masks.size(0), [count, each])
    let known = try vectors(network, scenes.train.images[0..<count])  // [count, pixels, k]
    let probed = known.gather(1, some.unsqueezed(2).expanded([count, each, known.size(2)]))
    let labels = scenes.train.masks[0..<count].flattened(from: 1).gather(1, some)
    let probe = try DenseProbe(
      probed.flattened(from: 0, through: 1), labels.flattened().places(), classes: classes)
    var found: [Int] = []
    for start in stride(from: 0, to: judged.images.size(0), by: 50) {
      let end = min(start + 50, judged.images.size(0))
      found += try probe.classes(
        vectors(network, judged.images[start..<end]).flattened(from: 0, through: 1))
    }
    return ClassOverlap.ofEachClass(
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
  func order(_ network: HierarchicalGrouping.Network) throws -> Double {
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
