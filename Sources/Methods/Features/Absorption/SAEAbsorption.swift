import Datasets
import Evaluation
import Files
import Learning
import Sparse
import Torch

/// Whether units that seem to stand for a concept are silent where it is, since units of narrower things write its
/// direction: sparse autoencoders of several widths and sparsities, beside the same with concepts that come with nothing.
///
/// - Source: Chanin, Wilken-Smith, Dulka, Bhatnagar, Golechha & Bloom, *A is for absorption: studying feature splitting and
///   absorption in sparse autoencoders*, 2024, arXiv:2409.14507.
/// - Departs: one small model of made words, read where it does not spell; absorption by projections, as in SAEBench, and
///   not by effects on what the model says.
public struct SAEAbsorption: Study {
  public static let card = Card(
    id: "sae-absorption", title: "Absorption of features in sparse autoencoders",
    source:
      "Chanin et al., A is for Absorption: Studying Feature Splitting and Absorption in Sparse Autoencoders, 2024, "
      + "arXiv:2409.14507",
    system: "S127",
    summary:
      "A linear probe tells a word's first letter from what a model keeps of it; a unit of a sparse autoencoder that stands "
      + "for the letter misses words whose own units write the letter too. Of your own labelled activations, of a small "
      + "model that spells, or of a made hierarchy.")
  public static let inputs = [
    StudyInput("activations", "Activations [rows, width].", optional: true),
    StudyInput("labels", "The concept of each row, words or whole numbers.", optional: true),
    StudyInput(
      "tokens", "The token of each row; rows of one token learn together or judge together.",
      optional: true),
  ]

  /// Where the activations come from that are looked at without files.
  public enum World: String, Codable, CaseIterable, Sendable { case words, hierarchy }

  /// What is looked at without files: words, a model that spells, or hierarchy, made features.
  public var world = World.words
  /// Probability that a child comes with its own parent, in the hierarchy.
  public var together = 1.0
  /// Units of the dictionaries, each in turn.
  public var latents = [256, 512]
  /// Units that are active at once, each in turn.
  public var active = [4, 8]
  /// Weights of an L1 penalty, each in turn.
  public var penalties = [3.0]
  /// Updates of a dictionary, in batches of 256.
  public var steps = 1200
  /// Step size of these.
  public var rate = 0.003
  /// Examples of the hierarchy that dictionaries learn from.
  public var examples = 16_000
  /// Words of the lexicon.
  public var words = 600
  /// Letters that they begin with.
  public var letters = 12
  /// Texts that the model learns; dictionaries learn from its states in a seventh as many.
  public var texts = 42_000
  /// Passes over them.
  public var epochs = 4
  /// Numbers that stand for a token inside the model.
  public var width = 64
  /// Blocks of the model.
  public var blocks = 2
  /// The block after which it is read, from 0.
  public var block = 0

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let worlds = try worlds(room, lab), grid = grid
    var found: [AbsorptionFindings.Part] = [], done = 0
    for (name, world) in worlds {
      let rows = try grid.rows(world, as: name, lab, room.seed) {
        done += 1
        room.progress(done, worlds.count * grid.arms.count)
      }
      found.append(AbsorptionFindings.Part(name: name, world: world, rows: rows))
    }
    return AbsorptionFindings(parts: found).findings
  }

  /// The world and its control.
  private func worlds(
    _ room: StudyRoom, _ lab: Lab
  ) throws -> [(name: String, world: ProbedConcepts)] {
    if !room.inputs.names.isEmpty {
      let given = try GivenConcepts(room.inputs)
      return [
        ("your activations", try given.probed(room.seed, redrawn: false)),
        ("labels drawn anew", try given.probed(room.seed, redrawn: true)),
      ]
    }
    switch world {
    case .hierarchy:
      return [
        ("hierarchy", try hierarchy(together: together, room.seed)),
        ("no co-occurrence", try hierarchy(together: 0, room.seed)),
      ]
    case .words:
      let states = try SpellingStates(self, lab, room.seed)
      return [
        ("words", try states.concepts(texts: texts / 7)),
        ("letters drawn anew", try states.concepts(texts: texts / 7, redrawn: true)),
      ]
    }
  }

  /// The made hierarchy, in which a child comes with its parent as often as `together` says.
  func hierarchy(together: Double, _ seed: Seed) throws -> ProbedConcepts {
    var made = ConceptHierarchy(seed: seed.child("hierarchy"))
    made.together = together
    let judged = try made.examples(max(200, examples / 8), part: "judged")
    return try ProbedConcepts(
      states: made.examples(examples, part: "states").x,
      learned: made.examples(max(300, examples / 5), part: "learned"), judged: judged,
      names: (
        (1...made.parents).map { "parent \($0)" },
        (1...judged.x.size(0)).map { "example \($0)" }
      ))
  }

  /// The dictionaries that are trained.
  var grid: AbsorptionGrid {
    AbsorptionGrid(
      latents: latents, active: active, penalties: penalties, steps: steps, rate: rate)
  }

  private func validate() throws {
    try require(0...1 ~= together, "--together \(together): must be a probability from 0 to 1")
    try require(
      !latents.isEmpty && latents.allSatisfy { (2...1_000_000).contains($0) },
      "--latents: dictionaries need at least 2 units each")
    let fewest = latents.min() ?? 0
    try require(
      active.allSatisfy { (1...fewest).contains($0) },
      "--active: must be from 1 to \(fewest), the smallest of --latents")
    try require(
      penalties.allSatisfy { $0 >= 0 && $0.isFinite }, "--penalties: must be at least 0")
    try require(
      !active.isEmpty || !penalties.isEmpty, "--active and --penalties are both empty")
    try require(steps >= 1, "--steps \(steps): at least 1 update is needed")
    try require(rate > 0 && rate.isFinite, "--rate \(rate): must be above 0")
    try require(examples >= 100, "--examples \(examples): at least 100 are needed")
    try SpellingStates.validate(self)
  }
}
