import Datasets
import Evaluation
import Learning
import Torch

/// One seed of dictionaries in a world whose directions are known.
struct KnownFeatureTrial {
  private let arms: SparseArms
  private let directions: Tensor

  init(_ lab: Lab, _ seed: Seed) throws {
    let world = Superposition(
      inputs: 64, groups: lab.pick(full: 64, quick: 8), groupSize: 4, seed: seed.child("world"))
    let count = lab.pick(full: 13_500, quick: 270)
    var split = SourceOptions()
    split.validation = 1.0 / 9
    let source = try Source.made(
      "known features", train: MadeExamples(world.examples(count, part: "train")),
      test: MadeExamples(world.examples(count / 4, part: "test")), split)
    arms = SparseArms(
      lab: lab, seed: seed, source: source, vectors: "known features",
      latents: lab.pick(full: 512, quick: 32), active: lab.pick(full: 7, quick: 3),
      batch: lab.pick(full: 256, quick: 60), steps: lab.pick(full: 1500, quick: 16),
      rates: lab.pick(full: [0.001, 0.003, 0.01], quick: [0.003]))
    directions = world.directions
  }

  func run(_ board: inout Scoreboard) throws {
    let few = arms.lab.pick(full: 128, quick: 8)
    func note(_ name: String, _ dictionary: FeatureDictionary) throws {
      board[TopKSAE.recovery.name, name] = [
        try DictionaryScores.recovery(of: directions, by: dictionary.decoder.tensor)
      ]
    }
    try note("topk", arms.best("topk") { _ in arms.topK() }.dictionary)
    try note(
      "topk, few units",
      arms.best("topk, \(few) units", latents: few) { _ in arms.topK() }.dictionary)
    try note("relu", arms.best("relu") { try arms.relu(rate: $0) }.dictionary)
  }
}
