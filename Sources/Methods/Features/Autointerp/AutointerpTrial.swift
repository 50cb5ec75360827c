import Datasets
import Evaluation
import Language
import Learning
import Sparse
import Torch

/// One model with three kinds of units, and how well rules say when each is active.
struct AutointerpTrial {
  /// What units are.
  enum Kind: String, CaseIterable {
    case features = "sparse features"
    case neurons = "neurons"
    case random = "random directions"

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// A unit, its rule, and how well that says when it is active.
  struct Scored {
    let unit: Int
    /// Share of the tokens at which it is active.
    let share: Double
    let rule: RuleScores
    let words: String
  }

  private let study: SAEAutointerp
  private let seed: Seed
  private let lab: Lab
  private let traits: TokenTraits
  private let intervention: Intervention
  private let activity: [Kind: UnitActivity]
  /// What units write at the place that is read, `[m, d]`.
  private let directions: [Kind: Tensor]

  init(_ study: SAEAutointerp, _ lab: Lab, _ seed: Seed) throws {
    (self.study, self.lab, self.seed) = (study, lab, seed)
    let made = try LabModel(study.recipe, lab, seed)
    let model = made.model, place = "blocks.\(study.block).resid_post"
    let reading = try ActivationReading(model, at: place, rows: made.rows)
    traits = TokenTraits(reading, model)
    let vectors = try reading.vectors()
    let inside = try ActivationReading(
      model, at: "blocks.\(study.block).mlp_act", rows: made.rows
    ).vectors()

    let dictionary = try Self.dictionary(study, vectors, lab, seed)
    let drawn = RandomStream(seed.child("directions")).normal([study.latents, study.width])
    let random = drawn / drawn.norm(over: 1, keep: true)
    let centred = vectors - vectors.mean(over: 0, keep: true)
    activity = [
      .features: try Self.activity(vectors, study.latents) { dictionary.encode($0) },
      .neurons: try Self.activity(inside, inside.size(1)) { Self.largest($0, study.active) },
      .random: try Self.activity(centred, study.latents) {
        Self.largest($0.linear(random), study.active)
      },
    ]
    directions = [
      .features: dictionary.directions,
      .neurons: model.transformer.blocks[study.block].mlp.output.weight.tensor.transposed(),
      .random: random,
    ]
    let longest = min(48, model.transformer.form.context)
    let rows = made.rows.filter { $0.count >= longest }.map { Array($0.prefix(longest)) }
    let count = min(12, rows.count / 2)
    intervention = try Intervention(
      model, at: place, named: model.batch(Array(rows[0..<count])),
      judged: model.batch(Array(rows[count..<2 * count])))
  }

  private static func dictionary(
    _ study: SAEAutointerp, _ vectors: Tensor, _ lab: Lab, _ seed: Seed
  ) throws -> TopKSAE.Network {
    var method = TopKSAE()
    (method.dictionary.latents, method.active) = (study.latents, study.active)
    (method.training.epochs, method.training.batch) = (study.passes, 256)
    (method.training.learningRate, method.dead.deadAfter) = (0.002, 20_000)
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.made(
      "activations", train: MadeExamples(vectors), test: MadeExamples(vectors[0..<1]), options)
    return try lab.fit(method, source, seed: seed.child("features"), as: "sparse autoencoder")
  }

  /// Only the `k` largest numbers of each row that are above 0.
  private static func largest(_ x: Tensor, _ k: Int) -> Tensor {
    let top = x.relu().top(k, along: 1)
    return x.zerosLike().scatter(1, top.indices, top.values)
  }

  private static func activity(
    _ vectors: Tensor, _ units: Int, _ codes: (Tensor) -> Tensor
  ) throws -> UnitActivity {
    var activity = UnitActivity(units: units)
    try withoutGradients {
      for start in stride(from: 0, to: vectors.size(0), by: 1024) {
        try activity.add(codes(vectors[start..<min(start + 1024, vectors.size(0))]))
      }
    }
    return activity
  }

  /// The scores of drawn units of a kind, of those that are active often enough to be judged.
  func scores(_ kind: Kind) throws -> [Scored] {
    guard let activity = activity[kind] else { return [] }
    var random = SplitMix(seed.child("drawn").child(kind.rawValue))
    var found: [Scored] = []
    for unit in Array(0..<activity.units).shuffled(using: &random) where found.count < study.units {
      if lab.shouldStop() { throw TrainingError.stopped(step: found.count, steps: study.units) }
      // As many examples as the paper asks of a latent before it is explained, at our scale.
      guard activity.places[unit].count >= 40,
        let rule = TokenRule(activity.places[unit], traits),
        let scores = RuleScores(
          rule, activity.places[unit], activity.values[unit], traits, seed: seed.child(unit))
      else { continue }
      found.append(
        Scored(unit: unit, share: activity.share(unit), rule: scores, words: rule.words))
    }
    return found
  }

  /// What the first 40 of scored units gain for the tokens that they are named by.
  func interventions(_ kind: Kind, _ scored: [Scored]) throws -> [Double] {
    guard let directions = directions[kind] else { return [] }
    return try scored.prefix(40).map { scored in
      if lab.shouldStop() { throw TrainingError.stopped(step: 0, steps: scored.unit) }
      return try intervention.score(directions[scored.unit])?.gain ?? 0
    }
  }
}
