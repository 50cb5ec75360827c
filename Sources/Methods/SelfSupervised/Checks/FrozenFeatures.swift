import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The images that a check of the family learns from and is judged on, and what probes make of features.
struct FrozenFeatures {
  static let probe = Claim.Metric("linear probe accuracy", unit: "share", .higher)
  static let neighbours = Claim.Metric("accuracy of 5 neighbours", unit: "share", .higher)

  let source: Source
  private let test: Examples
  let lab: Lab
  private let seed: Seed

  /// `images` of Fashion-MNIST to learn from, of `size` where it is given; the quick form takes a few digits.
  init(_ lab: Lab, _ seed: Seed, images: Int, size: [Int]? = nil) throws {
    var options = SourceOptions()
    options.size = lab.isQuick ? nil : size
    options.limit = lab.pick(full: images, quick: 200)
    options.validation = 0
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    test = source.test.prefix(lab.pick(full: 2000, quick: 100))
    (self.lab, self.seed) = (lab, seed)
  }

  /// The residual network of the small checks: 8, 16 and 32 channels.
  static var smallEncoder: BackboneSettings {
    var encoder = BackboneSettings()
    encoder.channels = 8
    return encoder
  }

  /// Fits `method`, scores its features as those of `arm`, and gives the network.
  @discardableResult
  func learned<Method: LossRecipe>(
    _ arm: String, _ method: Method, _ board: inout Scoreboard
  ) throws -> Method.Network where Method.Network: Encoding {
    let network = try lab.fit(method, source, seed: seed, as: arm)
    try judge(arm, network, &board)
    return network
  }

  /// Scores of `arm` by the features that `network` gives.
  func judge(_ arm: String, _ network: any Encoding, _ board: inout Scoreboard) throws {
    guard let labels = try source.train.labels(), let wanted = try test.labels() else { return }
    let train = try Scores(source.train, seed: seed).codes(network)
    let codes = try Scores(test, seed: seed).codes(network)
    board[Self.probe.name, arm] = try LinearProbe().hits(
      train: train, labels, test: codes, wanted, classes: source.domain.classes.count)
    board[Self.neighbours.name, arm] = try NearestNeighbours().hits(
      train: train, labels, test: codes, wanted)
  }

  /// 1 for each test example whose class `network` finds once it was taught, as a whole, the labels of `told`, else 0.
  func fineTuned(_ network: any Module, told: LabelShare) throws -> [Double] {
    guard let labels = try source.train.labels() else { return [] }
    return try FineTuning().hits(
      network, train: source.train.subset(told.places(labels, seed)), test: test,
      classes: source.domain.classes.count, seed: seed) ?? []
  }

  /// What `body` makes of each batch of test examples, all or the `first` so many, one under the other.
  func overTest(first: Int? = nil, _ body: (Tensor) -> Tensor) throws -> Tensor {
    let examples = test.prefix(first ?? test.count)
    let parts = try Scores(examples, seed: seed).map { batch, _ in [body(batch.x)] }
    return try Tensor.concatenate(parts).checked()
  }
}

extension Lab {
  /// So many passes in batches of `batch`, along half a cosine; in the quick form `quick` passes in batches of 64.
  func training(epochs: Int, batch: Int, quick: Int = 1) -> Training {
    var training = Training()
    training.epochs = pick(full: epochs, quick: quick)
    training.batch = pick(full: batch, quick: 64)
    training.schedule = .cosine
    return training
  }
}

extension Training {
  /// One pass that sets the means of the norms and leaves the weights.
  var untouched: Training {
    var training = self
    (training.epochs, training.learningRate) = (1, 1e-12)
    return training
  }
}
