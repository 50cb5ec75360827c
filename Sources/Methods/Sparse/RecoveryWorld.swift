import Autoencoding
import Datasets
import Evaluation
import Learning
import Torch

/// A world of known directions, and what each method finds of them.
struct RecoveryWorld {
  /// How near a method came.
  struct Score {
    let recovery: Double
    /// Share of the variance of test examples that is left, where the method writes examples.
    var error: Double?
    /// Active units of a test example.
    var active: Double?
  }

  /// A way of finding directions.
  struct Method: Sendable {
    let name: String
    let score: @Sendable (RecoveryWorld) throws -> Score
  }

  let arms: SparseArms
  let directions: Tensor

  init(_ study: DictionaryRecovery, _ lab: Lab, _ seed: Seed) throws {
    let world = Superposition(
      inputs: study.dimensions, groups: study.features / 4, groupSize: 4,
      seed: seed.child("world"))
    var split = SourceOptions()
    split.validation = 0.1
    let source = try Source.made(
      "known features", train: MadeExamples(world.examples(study.examples, part: "train")),
      test: MadeExamples(world.examples(study.examples / 4, part: "test")), split)
    arms = SparseArms(
      lab: lab, seed: seed, source: source, vectors: "known features", latents: study.latents,
      active: study.active, batch: min(256, study.examples / 8), steps: study.steps,
      rates: study.rates)
    directions = world.directions
  }

  static let methods = [
    Method(name: "topk-sae") { try $0.score("topk") { arms, _ in arms.topK() } },
    Method(name: "batch-topk-sae") {
      try $0.score("batch topk") { arms, _ in
        var arm = BatchTopKSAE()
        (arm.active, arm.dead.deadAfter) = (arms.active, 5000)
        return arm
      }
    },
    Method(name: "matryoshka-sae") {
      try $0.score("matryoshka") { arms, _ in
        var arm = MatryoshkaSAE()
        (arm.active, arm.dead.deadAfter) = (arms.active, 5000)
        return arm
      }
    },
    Method(name: "relu-sae") { try $0.score("relu") { arms, rate in try arms.relu(rate: rate) } },
    Method(name: "jumprelu-sae") {
      try $0.score("jumprelu") { arms, rate in
        try arms.matched("jumprelu", rate: rate) { penalty in
          var arm = JumpReLUSAE()
          arm.penalty = penalty / 4
          return arm
        }
      }
    },
    Method(name: "gated-sae") {
      try $0.score("gated") { arms, rate in
        try arms.matched("gated", rate: rate) { penalty in
          var arm = GatedSAE()
          arm.penalty = penalty
          return arm
        }
      }
    },
    Method(name: "ica") { world in
      var method = ICA()
      method.latents = world.directions.size(1)
      let network = try world.arms.lab.fit(
        method, world.arms.source, seed: world.arms.seed, as: "ica")
      return try world.score(bothWays: network.directions)
    },
    Method(name: "pca") { world in
      let axes = try PrincipalAxes(FitRun(world.arms.source, seed: world.arms.seed))
      return try world.score(bothWays: axes.axes.transposed().to(.float32))
    },
    Method(name: "examples themselves") { world in
      let rows = Array(0..<min(world.arms.latents, world.arms.source.train.count))
      let x = try world.arms.source.train.batch(rows).x
      return Score(recovery: try DictionaryScores.recovery(of: world.directions, by: x))
    },
    Method(name: "random directions") { world in
      let random = RandomStream(world.arms.seed.child("random directions"))
      let x = random.normal([world.arms.latents, world.directions.size(1)])
      return Score(recovery: try DictionaryScores.recovery(of: world.directions, by: x))
    },
  ]

  /// The score of a sparse autoencoder at its best learning rate.
  private func score<Arm: SparseRecipe>(
    _ name: String, _ make: (SparseArms, _ rate: Double) throws -> Arm
  ) throws -> Score {
    let network = try arms.best(name) { try make(arms, $0) }
    let scores = try DictionaryScores(network, arms.source.test)
    return Score(
      recovery: try DictionaryScores.recovery(
        of: directions, by: network.dictionary.decoder.tensor),
      error: scores.error, active: scores.active)
  }

  /// The score of directions that have no sign of their own.
  private func score(bothWays found: Tensor) throws -> Score {
    Score(
      recovery: try DictionaryScores.recovery(
        of: directions, by: Tensor.concatenate([found, -found])))
  }
}
