import Autoencoding
import Datasets
import Evaluation
import Learning
import Torch

/// One seed of editing by a projection and by what it is held against.
struct SubspaceTrial {
  let lab: Lab
  let seed: Seed
  let pictures: AttributeTrial

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    pictures = try AttributeTrial(lab, seed)
  }

  private var training: Training {
    var training = Training()
    (training.epochs, training.batch) = (lab.pick(full: 20, quick: 2), 64)
    training.learningRate = 0.002
    return training
  }

  func run(_ board: inout Scoreboard) throws {
    try projection(&board)
    try conditional(&board)
    try shift(&board)
    for weight in [1.0, 10] {
      var fader = FaderAutoencoder()
      (fader.networks.hidden, fader.training, fader.confusion) = ([256], training, weight)
      let arm = "fader, \(Int(weight))"
      let network = try lab.fit(fader, pictures.source, seed: seed, as: arm)
      try score(EditingArm(network), arm, &board)
      board[MatrixSubspaceProjection.rest.name, arm] = try left { network.encode($0.x) }
      board[MatrixSubspaceProjection.reconstruction.name, arm] = try missed { batch in
        network.logits(network.encode(batch.x), given: network.known(batch)).sigmoid()
      }
    }
    let worth = MatrixSubspaceProjection.worth.name
    let faders = ["fader, 1", "fader, 10"].map { board[worth, $0] }
    board[worth, "better fader"] = faders.max { $0.mean < $1.mean } ?? []
    for metric in [worth, MatrixSubspaceProjection.shown.name] {
      board[metric, "conditional, less 0.02"] = board[metric, "conditional"].map { $0 - 0.02 }
    }
    let rest = MatrixSubspaceProjection.rest.name
    board[rest, "a tenth"] = board[rest, "projection"].map { _ in 0.1 }
    let missed = MatrixSubspaceProjection.reconstruction.name
    board[missed, "shift, and a tenth"] = board[missed, "shift"].map { $0 * 1.1 }
  }

  private func projection(_ board: inout Scoreboard) throws {
    var recipe = MatrixSubspaceProjection()
    (recipe.networks.hidden, recipe.training) = ([256], training)
    let network = try lab.fit(recipe, pictures.source, seed: seed, as: "projection")
    try score(EditingArm(network), "projection", &board)
    board[MatrixSubspaceProjection.rest.name, "projection"] = try left { batch in
      let z = network.encode(batch.x)
      return z - network.projection.code(of: network.projection(z))
    }
    board[MatrixSubspaceProjection.reconstruction.name, "projection"] = try missed {
      network.decode(network.encode($0.x))
    }
  }

  private func conditional(_ board: inout Scoreboard) throws {
    var recipe = AttributeCVAE()
    (recipe.latents, recipe.networks.hidden, recipe.training) = (32, [256], training)
    let network = try lab.fit(recipe, pictures.source, seed: seed, as: "conditional")
    try score(EditingArm(network), "conditional", &board)
    board[MatrixSubspaceProjection.rest.name, "conditional"] = try left {
      network.encode($0.x, given: network.condition($0))
    }
    board[MatrixSubspaceProjection.reconstruction.name, "conditional"] = try missed { batch in
      let u = network.condition(batch)
      return network.decode(network.encode(batch.x, given: u), given: u)
    }
  }

  private func shift(_ board: inout Scoreboard) throws {
    var recipe = BetaVAE()
    (recipe.latents, recipe.networks.hidden, recipe.training) = (32, [256], training)
    let network = try lab.fit(recipe, pictures.source, seed: seed, as: "shift")
    let shifts = try ShiftArm(
      network, pictures.source.train, pictures.validated, pictures.judges, seed)
    try score(EditingArm(shifts), "shift", &board)
    board[MatrixSubspaceProjection.rest.name, "shift"] = try left { network.encode($0.x) }
    board[MatrixSubspaceProjection.reconstruction.name, "shift"] = try missed {
      network.decode(network.encode($0.x))
    }
  }

  private func score(_ arm: EditingArm, _ name: String, _ board: inout Scoreboard) throws {
    var arm = arm
    try arm.choose(pictures.validated, pictures.judges, seed)
    lab.say("\(name): strength \(arm.strength)")
    let swaps = pictures.judges.swaps(pictures.tested.values, seed.child("swaps"))
    let edited = try arm.edit(pictures.tested, swaps.wanted, arm.strength)
    let found = try EditingArm.worth(edited, swaps, pictures.judges)
    board[MatrixSubspaceProjection.worth.name, name] = found.both
    board[MatrixSubspaceProjection.shown.name, name] = found.new
    board[MatrixSubspaceProjection.kept.name, name] = found.kept
  }

  /// How far above chance a linear probe finds each attribute in codes, over what there is above it.
  private func left(_ codes: (Batch) -> Tensor) throws -> [Double] {
    func all(_ examples: Examples) throws -> (Tensor, [[Int]]) {
      let parts = try Scores(examples, seed: seed).map { batch, _ in [try codes(batch).checked()] }
      let labels = try examples.labels() ?? []
      let values = zip(labels, examples.factors() ?? []).map { [$0] + $1.map { Int($0) } }
      return (try Tensor.concatenate(parts).checked(), values)
    }
    let (train, known) = try all(pictures.source.train)
    let (test, wanted) = try all(pictures.source.test)
    return try pictures.judges.sizes.enumerated().map { attribute, size in
      let hits = try LinearProbe().hits(
        train: train, known.map { $0[attribute] }, test: test, wanted.map { $0[attribute] },
        classes: size)
      let chance = 1 / Double(size)
      return (hits.mean - chance) / (1 - chance)
    }
  }

  /// Squared errors of what is made of the test pictures.
  private func missed(_ make: (Batch) -> Tensor) throws -> [Double] {
    try Scores(pictures.source.test, seed: seed).map { batch, _ in
      try (make(batch) - batch.x).squared().flattened(from: 1).mean(over: 1)
        .values(as: Double.self)
    }
  }
}
