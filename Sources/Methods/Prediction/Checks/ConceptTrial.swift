import Datasets
import Evaluation
import Torch

/// Tests of generated concepts.
struct ConceptTrial {
  private let lab: Lab
  private let seed: Seed
  private let level = 0.05

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    for world in 0..<lab.pick(full: 10, quick: 1) {
      lab.say("generated world \(world + 1)")
      try conditional(seed.child("conditional").child(world), &board)
      try global(seed.child("global").child(world), &board)
    }
    for metric in [Ibydmt.wrong, Ibydmt.right, Ibydmt.discoveries] {
      let arm = metric.name == Ibydmt.discoveries.name ? "falling bound" : "conditional"
      board[metric.name, "5%"] = board[metric.name, arm].map { _ in level }
    }
    board[Ibydmt.rank.name, "any order"] = board[Ibydmt.rank.name, "conditional"].map { _ in 0 }
  }

  private func conditional(_ seed: Seed, _ board: inout Scoreboard) throws {
    let rows = lab.pick(full: 1000, quick: 120)
    let world = try ConceptWorld(2 * rows, correlation: 0.6, seed)
    let judged = Array(0..<rows), learnt = Array(rows..<2 * rows)
    let density = KernelSampler(
      world.concepts.rows(learnt), neighbours: lab.pick(full: 50, quick: 10))
    for (arm, sampler) in [
      ("conditional", world as any ConceptSampler), ("conditional, kernel density", density),
      ("conditional, regression", try RegressionSampler(world.concepts.rows(learnt))),
    ] {
      let paths = world.weights.indices.map { j in
        conditionalPath(
          world.predictions, world.concepts, j, order: judged, sampler: sampler,
          until: 1 / level, seed.child(arm).child(j))
      }
      note(paths, world.weights, arm, &board)
    }
    let rises = try permutationImportance(world, learnt, judged, seed.child("permutations"))
    for (rise, weight) in zip(rises, world.weights) {
      let isFound = rise.mean - 2 * rise.deviation > 0
      board[(weight == 0 ? Ibydmt.wrong : Ibydmt.right).name, "permutation importance"].append(
        isFound ? 1 : 0)
    }
    board[Ibydmt.rank.name, "permutation importance"].append(
      rankCorrelation(rises.map(\.mean), world.weights, still: 0))
  }

  private func global(_ seed: Seed, _ board: inout Scoreboard) throws {
    let world = try ConceptWorld(lab.pick(full: 1000, quick: 120), correlation: 0, seed)
    let paths = world.weights.indices.map {
      globalPath(
        world.predictions, world.concepts.column($0), order: Array(0..<world.predictions.count),
        until: Double(world.weights.count) / level)
    }
    note(paths, world.weights, "global", &board)
    let falling = controlledRejections(paths, level: level).map { $0 != nil }
    let plain = paths.map { $0.step(reaching: 1 / level) != nil }
    for (arm, found) in [("falling bound", falling), ("one bound", plain)] {
      let wrong = zip(found, world.weights).count { $0 && $1 == 0 }
      let all = found.count { $0 }
      board[Ibydmt.discoveries.name, arm].append(all > 0 ? Double(wrong) / Double(all) : 0)
    }
  }

  private func note(
    _ paths: [WealthPath], _ weights: [Double], _ arm: String, _ board: inout Scoreboard
  ) {
    let steps = paths.map { $0.step(reaching: 1 / level) }
    for (step, weight) in zip(steps, weights) {
      board[(weight == 0 ? Ibydmt.wrong : Ibydmt.right).name, arm].append(step != nil ? 1 : 0)
    }
    let late = steps.map { -Double($0 ?? Int(Int32.max)) }
    board[Ibydmt.rank.name, arm].append(rankCorrelation(late, weights, still: 0))
  }

  /// Mean and deviation over permutations of how much the squared error rises, for each concept.
  private func permutationImportance(
    _ world: ConceptWorld, _ learnt: [Int], _ judged: [Int], _ seed: Seed
  ) throws -> [(mean: Double, deviation: Double)] {
    let fit = try BoostedTrees().fit(world.concepts, world.predictions, rows: learnt)
    let x = world.concepts.rows(judged)
    func error(_ x: FeatureMatrix) -> Double {
      zip(judged, fit.predict(x)).map {
        (world.predictions[$0] - $1) * (world.predictions[$0] - $1)
      }
      .mean
    }
    let base = error(x)
    return (0..<x.width).map { j in
      let rises = (0..<lab.pick(full: 20, quick: 3)).map { turn -> Double in
        var values = x.values
        for (row, other) in shuffled(x.count, seed.child(j).child(turn)).enumerated() {
          values[row * x.width + j] = x.values[other * x.width + j]
        }
        return error(FeatureMatrix(names: x.names, values: values, count: x.count)) - base
      }
      return (rises.mean, rises.variance.squareRoot())
    }
  }
}
