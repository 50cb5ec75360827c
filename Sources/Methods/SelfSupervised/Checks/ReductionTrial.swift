import Datasets
import Evaluation
import Learning
import Torch

/// One seed of reducing features of images by TLDR and by linear maps of its rivals.
struct ReductionTrial {
  /// Features of examples with their classes.
  private struct Labelled {
    let x: Tensor  // [n, d]
    let labels: [Int]
  }

  private let lab: Lab
  private let seed: Seed
  private let images: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    images = try FrozenFeatures(lab, seed, images: 3000)
  }

  func run(_ board: inout Scoreboard) throws {
    var contrast = SimCLR()
    contrast.training = lab.training(epochs: 6, batch: 256)
    contrast.collapse = 0
    let network = try lab.fit(contrast, images.source, seed: seed, as: "simclr")
    let tests = images.source.test.prefix(lab.pick(full: 1000, quick: 60))
    func read(_ examples: Examples, _ encode: (Tensor) -> Tensor) throws -> Labelled {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [encode(batch.x)] }
      return Labelled(
        x: try Tensor.concatenate(parts).checked(), labels: try examples.labels() ?? [])
    }
    for (name, encode) in [
      ("features", { network.encode($0) }), ("pixels", { $0.flattened(from: 1) }),
    ] as [(String, (Tensor) -> Tensor)] {
      let train = try read(images.source.train, encode)
      let test = try read(tests, encode)
      let mean = train.x.mean(over: 0, keep: true)
      let scale =
        name == "features" ? train.x.standardDeviation(over: 0, keep: true) + 1e-6 : Tensor(1)
      let both = (
        Labelled(x: (train.x - mean) / scale, labels: train.labels),
        Labelled(x: (test.x - mean) / scale, labels: test.labels)
      )
      for width in [8, 16] { try reduce(name, width, both, &board) }
    }
  }

  private func reduce(
    _ name: String, _ width: Int, _ both: (train: Labelled, test: Labelled),
    _ board: inout Scoreboard
  ) throws {
    let place = "\(name) \(width)"
    let linear = try tldr(width, both.train) { _ in }
    try judge("\(place), tldr", both, linear.encode, &board)
    for (arm, axes) in try rivals(width, both.train.x) {
      try judge("\(place), \(arm)", both, { $0.matmul(axes) }, &board)
    }
    guard name == "features", width == 8 else { return }
    let deep = try tldr(width, both.train) { $0.hidden = [256] }
    try judge("\(place), tldr with a hidden layer", both, deep.encode, &board)
    let loose = try tldr(width, both.train) { $0.recall = 0.6 }
    try judge("\(place), tldr with approximate neighbours", both, loose.encode, &board)
    let metric = TLDR.precision.name
    board[TLDR.tolerance.name, "approximate"] = [
      board[metric, "\(place), tldr with approximate neighbours"].mean
    ]
    board[TLDR.tolerance.name, "exact less 0.01"] = [board[metric, "\(place), tldr"].mean - 0.01]
  }

  private func tldr(
    _ width: Int, _ train: Labelled, _ change: (inout TLDR) -> Void
  ) throws -> TLDR.Network {
    var method = TLDR()
    method.latents = width
    method.training = lab.training(epochs: 100, batch: 256, quick: 2)
    change(&method)
    let examples = try Examples(given: train.x, labels: train.labels)
    let source = try Source(
      given: "features", Domain(shape: [train.x.size(1)], support: .real), train: examples,
      validation: examples.prefix(0), test: examples.prefix(0))
    return try lab.fit(method, source, seed: seed, as: "tldr \(width)")
  }

  /// Linear maps `[d, k]` of rows whose mean is 0.
  private func rivals(_ width: Int, _ x: Tensor) throws -> [(String, Tensor)] {
    let wide = x.to(.float64)
    let (values, vectors) = (wide.transposed().matmul(wide) / Double(x.size(0))).symmetricEigen()
    let d = x.size(1)
    let axes = vectors.sliced(1, d - width, d)
    let scales = values.sliced(0, d - width, d).clamped(atLeast: 1e-9).squareRoot()
    let random = RandomStream(seed.child("projection")).normal([d, width])
    return [
      ("pca", axes.to(.float32)), ("whitened pca", (axes / scales.unsqueezed(0)).to(.float32)),
      ("random", random),
    ]
  }

  private func judge(
    _ arm: String, _ both: (train: Labelled, test: Labelled), _ encode: (Tensor) -> Tensor,
    _ board: inout Scoreboard
  ) throws {
    let (train, test) = withoutGradients { (encode(both.train.x), encode(both.test.x)) }
    let mean = train.mean(over: 0, keep: true)
    board[TLDR.precision.name, arm] = try RetrievalPrecision.of(
      test - mean, both.test.labels, among: train - mean, both.train.labels)
    board[FrozenFeatures.neighbours.name, arm] = try Evaluation.NearestNeighbours().hits(
      train: train, both.train.labels, test: test, both.test.labels)
  }
}

/// How well codes of the same class are found by the cosine.
enum RetrievalPrecision {
  /// The average precision of each query, `[q, k]`, whose wanted codes are those of its class: over the places of these in
  /// the ranking, the mean share of wanted codes up to there.
  ///
  /// - Throws: `TensorError`.
  static func of(
    _ queries: Tensor, _ queryLabels: [Int], among codes: Tensor, _ labels: [Int]
  ) throws -> [Double] {
    let likeness = queries.ofUnitLength.matmul(codes.ofUnitLength.transposed())  // [q, n]
    let order = likeness.sorted(along: 1, descending: true).indices
    let classes = Tensor(labels.map(Int64.init), shape: [labels.count])
    let found = classes.indexSelect(0, order.flattened()).reshaped(order.shape)
    let wanted = Tensor(queryLabels.map(Int64.init), shape: [queryLabels.count, 1])
    let hits = (found .== wanted).to(.float64)
    let ranks = Tensor.range(1, Double(labels.count + 1), type: .float64).unsqueezed(0)
    let precisions = hits.cumulativeSum(along: 1) / ranks * hits
    return try (precisions.sum(over: 1) / hits.sum(over: 1).clamped(atLeast: 1))
      .values(as: Double.self)
  }
}
