import Evaluation
import Learning
import Torch

extension ConceptDepth {
  /// Puts the scores of all arms for one seed on `board`.
  func judge(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    let (world, tasks) = world(seed)
    let model = try trained(world, lab, seed)
    let probes = DepthProbes(tasks: tasks, seed: seed.child("probes"), shouldStop: lab.shouldStop)
    let plain = try probes.curves(model, .plain)
    // Tasks: the word, the mood, chains of one step and more.
    let layers = plain.map { Double($0.converging) }
    board[Self.converging.name, "word and mood"] = [Array(layers.prefix(2)).mean]
    board[Self.converging.name, "one step"] = [layers[2]]
    board[Self.converging.name, "two steps"] = [layers[3]]
    board[Self.converging.name, "four steps"] = [layers[layers.count - 1]]
    let chains = Array(3..<plain.count)
    for arm in changes {
      lab.say("probes: \(arm.name)")
      let curves = arm == .plain ? plain : try probes.curves(model, arm)
      board[Self.reached.name, arm.name] = [
        chains.map { Double(curves[$0].reached(0.97 * plain[$0].peak)) }.mean
      ]
      board[Self.accuracy.name, arm.name] = [chains.map { curves[$0].accuracies.mean }.mean]
    }
    let shuffled = try probes.curves(model, .shuffled)
    board[Self.control.name, "labels shuffled"] = [shuffled.map(\.accuracies.mean).mean]
    board[Self.control.name, "chance and 0.05"] = [0.55]
    let untrained = try trained(world, lab, seed, isTrained: false)
    let before = try probes.curves(untrained, .plain)
    board[Self.best.name, "as it is"] = [chains.map { plain[$0].peak }.mean]
    board[Self.best.name, "untrained"] = [chains.map { before[$0].peak }.mean]
    var random = SplitMix(seed.child("answers"))
    let questions = (0..<400).map { _ in world.question(.chain(steps), &random) }
    board[Self.answers.name, "model"] = [try world.known(model, questions)]
    board[Self.answers.name, "chance"] = [1 / Double(RelationChains.people)]
  }
}
