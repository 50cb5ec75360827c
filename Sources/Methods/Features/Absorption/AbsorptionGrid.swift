import Datasets
import Evaluation
import Learning
import Sparse
import Torch

/// Sparse autoencoders of several sizes and sparsities, all trained alike on the activations of a world.
struct AbsorptionGrid {
  /// Numbers of units.
  var latents = [256, 512]
  /// Units that are active at once, of those of which the largest are kept.
  var active = [4, 8]
  /// Weights of the sum of active units, of those in which it is penalised.
  var penalties = [3.0]
  /// Updates of each, at most.
  var steps = 1200
  /// Step size of these.
  var rate = 0.003

  /// What keeps most units of a dictionary silent.
  enum Rule: Sendable {
    case largest(Int)
    case penalty(Double)
  }

  /// One dictionary and how it treats the concepts.
  struct Row: Sendable {
    let latents: Int
    let rule: Rule
    let scores: DictionaryScores
    let summary: AbsorptionSummary

    /// Whether only the largest units are kept.
    var keepsLargest: Bool { if case .largest = rule { true } else { false } }
  }

  /// All arms.
  var arms: [(latents: Int, rule: Rule)] {
    latents.flatMap { size -> [(latents: Int, rule: Rule)] in
      let kept = active.map { (latents: size, rule: Rule.largest($0)) }
      return kept + penalties.map { (latents: size, rule: Rule.penalty($0)) }
    }
  }

  /// The rows of all arms in the world called `name`; `done` hears of each.
  ///
  /// - Throws: what fitting throws.
  func rows(
    _ world: ProbedConcepts, as name: String, _ lab: Lab, _ seed: Seed, done: () -> Void = {}
  ) throws -> [Row] {
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.made(
      name, train: MadeExamples(world.states), test: MadeExamples(world.judged.x), options)
    let arms = arms
    return try arms.enumerated().map { place, arm -> Row in
      if lab.shouldStop() { throw TrainingError.stopped(step: place, steps: arms.count) }
      let fit = Fit(
        grid: self, source: source, world: world, lab: lab, seed: seed.child("dictionary"),
        name: "\(name): \(arm.latents) units")
      defer { done() }
      switch arm.rule {
      case .largest(let active):
        var method = TopKSAE()
        (method.active, method.dead.deadAfter) = (active, 5000)
        return try fit.row(method, arm.latents, arm.rule)
      case .penalty(let penalty):
        var method = ReLUSAE()
        method.penalty = penalty
        return try fit.row(method, arm.latents, arm.rule)
      }
    }
  }

  /// What all fits in a world share.
  private struct Fit {
    let grid: AbsorptionGrid
    let source: Source
    let world: ProbedConcepts
    let lab: Lab
    let seed: Seed
    let name: String

    func row<Arm: SparseRecipe>(_ method: Arm, _ latents: Int, _ rule: Rule) throws -> Row {
      var method = method
      let count = source.train.count
      method.dictionary.latents = latents
      method.training.batch = max(1, min(256, count / 8))
      method.training.learningRate = grid.rate
      method.training.epochs = max(1, grid.steps * method.training.batch / max(1, count))
      let network = try lab.fit(method, source, seed: seed, as: name)
      return Row(
        latents: latents, rule: rule, scores: try DictionaryScores(network, source.test),
        summary: try world.summary(of: network))
    }
  }
}
