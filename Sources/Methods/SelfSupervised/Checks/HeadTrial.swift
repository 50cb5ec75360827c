import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of linear layers and of tinted images below and after a head.
struct HeadTrial {
  let lab: Lab
  let seed: Seed

  private typealias Study = ProjectionHeadTheory

  func run(_ board: inout Scoreboard) throws {
    try linear(&board)
    let images = try TintedImages(lab, seed)
    let training = lab.training(epochs: 8, batch: 128)
    var head = SimCLR()
    (head.projection, head.collapse) = ([64, 32], 0)
    (head.encoder, head.views, head.training) = (FrozenFeatures.smallEncoder, views, training)
    let network = try lab.fit(head, images.source, seed: seed, as: "head")
    try images.judge("head, below", { network.encode($0) }, &board)
    try images.judge("head, after", { network.online($0) }, &board)
    for (arm, base) in [("no head", 1.0), ("fixed weights", 1.1)] {
      var bare = ReweightedContrast()
      bare.base = base
      (bare.encoder, bare.views, bare.training) = (FrozenFeatures.smallEncoder, views, training)
      let network = try lab.fit(bare, images.source, seed: seed, as: arm)
      try images.judge(arm, { network.encode($0) }, &board)
    }
  }

  private var views: Views {
    var views = Views()
    (views.jitter, views.grey) = (1, 0.5)
    return views
  }

  private func linear(_ board: inout Scoreboard) throws {
    var study = Study()
    study.repeats = lab.pick(full: study.repeats, quick: 2)
    study.features = lab.pick(full: study.features, quick: 6)
    for jitter in [0, 0.1] {
      study.jitter = jitter
      lab.say("linear layers")
      let layers = try study.learned(seed, shouldStop: lab.shouldStop)
      let weights = try layers.map(study.weights)
      let suffix = jitter > 0 ? ", random" : ""
      board[Study.inequality.name, "below the head" + suffix] = [Study.inequality(weights[0])]
      board[Study.inequality.name, "after the head" + suffix] = [Study.inequality(weights[1])]
      guard jitter == 0 else { continue }
      board[Study.error.name, "aligned start"] = [
        [1, 2].flatMap { layer in
          zip(weights[layer - 1], study.predicted(layer)).map { abs(log($0 / $1)) }
        }.mean
      ]
      board[Study.error.name, "tolerance"] = [0.1]
      let some = min(5, study.features / 2)
      for (name, places) in [
        ("kept", 0..<some), ("disturbed", study.features - some..<study.features),
      ] {
        for (side, map) in zip(["below", "after"], layers) {
          board[Study.task.name, "\(name), \(side)"] = [
            try places.map { try study.error(of: map, feature: $0, seed.child("task")) }.mean
          ]
        }
      }
    }
  }
}

/// Images in one of four colours that say nothing of the class.
struct TintedImages {
  let source: Source
  private let test: Tensor
  /// Colours of training and test images, and their classes.
  private let colours: (train: [Int], test: [Int])
  private let kinds: (train: [Int], test: [Int])
  private let classes: Int

  /// Of the images that checks of the family learn from.
  init(_ lab: Lab, _ seed: Seed) throws {
    let grey = try FrozenFeatures(lab, seed, images: 1500).source
    let random = RandomStream(seed.child("tints"))
    let tested = grey.test.prefix(lab.pick(full: 1000, quick: 100))
    func tinted(_ examples: Examples, _ name: String) throws -> (Tensor, [Int]) {
      let x = try examples.batch(Array(0..<examples.count)).x  // [n, 1, h, w]
      let drawn = random.child(name).integers(0..<4, [examples.count])
      let table = Tensor(
        [1, 0.3, 0.3, 0.3, 1, 0.3, 0.3, 0.3, 1, 0.9, 0.9, 0.3] as [Float], shape: [4, 3])
      let tints = table.indexSelect(0, drawn).reshaped(examples.count, 3, 1, 1)
      return (x * tints, try drawn.places())
    }
    let (train, trainColours) = try tinted(grey.train, "train")
    let (test, testColours) = try tinted(tested, "test")
    let examples = try Examples(given: train)
    source = try Source(
      given: "tinted", Domain(shape: Array(train.shape.dropFirst()), support: .unit),
      train: examples, validation: examples.prefix(0), test: examples.prefix(0))
    self.test = test
    colours = (trainColours, testColours)
    kinds = (try grey.train.labels() ?? [], try tested.labels() ?? [])
    classes = grey.domain.classes.count
  }

  /// Probes of colours and classes on what `encode` gives.
  func judge(
    _ arm: String, _ encode: (Tensor) -> Tensor, _ board: inout Scoreboard
  ) throws {
    let train = try Tensor.concatenate(
      Scores(source.train, seed: Seed(0)).map { batch, _ in [encode(batch.x)] })
    let tested = withoutGradients { encode(test) }
    board[ProjectionHeadTheory.colour.name, arm] = try LinearProbe().hits(
      train: train, colours.train, test: tested, colours.test, classes: 4)
    board[ProjectionHeadTheory.kind.name, arm] = try LinearProbe().hits(
      train: train, kinds.train, test: tested, kinds.test, classes: classes)
  }
}
