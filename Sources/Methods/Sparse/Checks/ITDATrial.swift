import Datasets
import Evaluation
import Learning
import Torch

/// One seed of dictionaries of the activations of small residual classifiers.
struct ITDATrial {
  private let lab: Lab
  private let seed: Seed
  private let images: Source
  private let active: Int
  private let latents: Int
  private let steps: Int

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 12_000, quick: 400)
    options.validation = 0
    images = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    active = lab.pick(full: 8, quick: 4)
    latents = lab.pick(full: 256, quick: 96)
    steps = lab.pick(full: 940, quick: 20)
  }

  func run(_ board: inout Scoreboard) throws {
    let models = try (0..<lab.pick(full: 3, quick: 2)).map { index in
      var arm = ResidualClassifier()
      arm.blocks = lab.pick(full: 6, quick: 3)
      arm.training.epochs = lab.pick(full: 4, quick: 2)
      return try lab.fit(arm, images, seed: seed.child("model").child(index), as: "model \(index)")
    }
    try match(models, &board)
    try reconstruct(models[0], layer: lab.pick(full: 2, quick: 1), &board)
  }

  /// Examples, or the first `count` of them, as one tensor.
  private func batch(_ examples: Examples, _ count: Int) throws -> Batch {
    try examples.batch(Array(0..<min(count, examples.count)))
  }

  private func match(_ models: [ResidualClassifier.Network], _ board: inout Scoreboard) throws {
    let x = try batch(images.train, lab.pick(full: 3000, quick: 300)).x
    let few = lab.pick(full: 1000, quick: 200)
    let random = RandomStream(Seed(0).child("anchors"))
    let anchors = random.permutation(few).sliced(0, 0, few / 4)
    let layers = try models.map { model in
      try withoutGradients { model.activations(x) }.map { rows in
        let names = try dictionary(of: rows).names()
        return LayerMatching.Layer(rows: rows.sliced(0, 0, few), names: names, anchors: anchors)
      }
    }
    let matching = LayerMatching(models: layers)
    for measure in LayerMatching.Measure.allCases {
      board[ITDA.matched.name, measure.rawValue] = try matching.hits(measure)
    }
  }

  /// The dictionary of rows, in their order; the bound on its atoms is there for memory's sake.
  private func dictionary(of rows: Tensor) throws -> ITDA.Network {
    let made = try Source.made(
      "activations", train: MadeExamples(rows), test: MadeExamples(rows.sliced(0, 0, 8)), whole)
    var method = ITDA()
    (method.active, method.latents, method.threshold) = (active, min(1000, rows.size(0)), 0.004)
    return try lab.fit(method, made, seed: seed, as: "itda")
  }

  /// All examples to learn from.
  private var whole: SourceOptions {
    var options = SourceOptions()
    options.validation = 0
    return options
  }

  private func reconstruct(
    _ model: ResidualClassifier.Network, layer: Int, _ board: inout Scoreboard
  ) throws {
    let (train, test) = (try batch(images.train, 12_000), try batch(images.test, 3000))
    let (rows, held) = withoutGradients {
      (model.activations(train.x)[layer], model.activations(test.x)[layer])
    }
    let all = try Source.made(
      "activations", train: MadeExamples(rows), test: MadeExamples(held), whole)
    // A hundredth of the examples that the autoencoder sees over all its updates.
    let share = lab.pick(full: 1200, quick: 300)
    let part = try Source.made(
      "activations", train: MadeExamples(rows.sliced(0, 0, share)), test: MadeExamples(held), whole)
    var pursuit = ITDA()
    (pursuit.latents, pursuit.active, pursuit.threshold) = (latents, active, 0.004)
    let fast = try timed { try lab.fit(pursuit, part, seed: seed, as: "itda") }
    var trained = TopKSAE()
    (trained.dictionary.latents, trained.active, trained.dead.deadAfter) = (latents, active, 5000)
    trained.training.epochs = max(1, steps * trained.training.batch / rows.size(0))
    trained.training.learningRate = 0.003
    let slow = try timed { try lab.fit(trained, all, seed: seed, as: "topk") }
    board[ITDA.seconds.name, "itda"] = [fast.seconds]
    board[ITDA.seconds.name, "topk"] = [slow.seconds]
    board[ITDA.seconds.name, "a tenth of topk"] = [slow.seconds / 10]
    let judge = Reconstruction(model: model, layer: layer, rows: held, labels: test.labels)
    for (name, made) in [
      ("itda", fast.made.decode(fast.made.encode(held))),
      ("topk", slow.made.decode(slow.made.encode(held))),
    ] {
      board[TopKSAE.error.name, name] = [try judge.error(made)]
      board[ITDA.recovered.name, name] = [try judge.recovered(made)]
    }
    board[ITDA.recovered.name, "nine tenths"] = [0.9]
  }

  private func timed<Made>(_ make: () throws -> Made) rethrows -> (made: Made, seconds: Double) {
    let began = ContinuousClock.now
    let made = try make()
    return (made, (ContinuousClock.now - began) / .seconds(1))
  }
}

/// What a reconstruction of a layer's activations is worth to the model.
private struct Reconstruction {
  let model: ResidualClassifier.Network
  let layer: Int
  /// The layer's activations, `[n, d]`.
  let rows: Tensor
  let labels: Tensor?

  /// The share of the variance that is left.
  func error(_ made: Tensor) throws -> Double {
    let spread = (rows - rows.mean(over: 0, keep: true)).squared().sum()
    return try ((made - rows).squared().sum() / spread).value()
  }

  /// The share of what the layer brings, over its mean in its place, that the model keeps of its loss.
  func recovered(_ made: Tensor) throws -> Double {
    try withoutGradients {
      guard let labels else { return .nan }
      func loss(_ h: Tensor) throws -> Double {
        try model.logits(from: h, after: layer).crossEntropy(labels).mean().value()
      }
      let (whole, none) = (try loss(rows), try loss(rows * 0 + rows.mean(over: 0, keep: true)))
      return (none - (try loss(made))) / (none - whole)
    }
  }
}
