import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How well units of a language model can be said in words: features of a sparse autoencoder beside neurons and beside
/// random directions, each told by a rule that is learned from where it is active and judged on other texts.
///
/// - Source: Paulo, Mallen, Juang & Belrose, *Automatically interpreting millions of features in large language models*,
///   ICML 2025, arXiv:2410.13928.
/// - Departs: rules of tokens and words stand for the sentences that a large language model writes, and are their own
///   judges; one small model that is trained here.
public struct SAEAutointerp: Study {
  public static let card = Card(
    id: "sae-autointerp", title: "Automatic interpretation of sparse features",
    source:
      "Paulo, Mallen, Juang & Belrose, Automatically Interpreting Millions of Features in Large Language Models, "
      + "ICML 2025, arXiv:2410.13928",
    system: "S242",
    summary:
      "Learns for each unit of a language model a rule that says when it is active, and scores rules by detection, "
      + "fuzzing, simulation and intervention: features of a sparse autoencoder beside neurons and random directions."
  )
  public static let inputs: [StudyInput] = []

  /// A source of texts, by name or path.
  public var texts = "text8-sample"
  /// Bytes of a text.
  public var length = 128
  /// Texts to train the model on.
  public var trained = 6000
  /// Other texts, on which units are read.
  public var read = 3000
  /// Passes over the texts.
  public var epochs = 4
  /// Blocks of the model.
  public var blocks = 3
  /// Numbers that stand for a token inside the model.
  public var width = 128
  /// Tokens of the model's texts; 257 are bytes and an end.
  public var vocabulary = 512
  /// Block after which features are read.
  public var block = 1
  /// Units of the sparse autoencoder.
  public var latents = 512
  /// Units that are active at each token, of each kind.
  public var active = 16
  /// Passes of the sparse autoencoder over the vectors.
  public var passes = 6
  /// Units of each kind that are judged.
  public var units = 150

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let trial = try AutointerpTrial(self, lab, room.seed)
    let kinds = try AutointerpTrial.Kind.allCases.map { kind in
      let scores = try trial.scores(kind)
      room.progress(kind.place + 1, 3)
      return (kind: kind, scores: scores)
    }
    let fuzzing = kinds.map { $0.scores.map(\.rule.fuzzing).mean }
    var findings = Findings(
      String(
        format:
          "A rule tells the tokens of a sparse feature with a balanced accuracy of %.2f, those of a neuron with %.2f, "
          + "and those of a random direction with %.2f.", fuzzing[0], fuzzing[1], fuzzing[2]))
    findings.add(
      table: "Scores by kind of unit",
      ["units", "judged", "detection", "fuzzing", "simulation", "intervention"],
      try kinds.map { kind, scores in
        [
          .word(kind.rawValue), .number(Double(scores.count)),
          .number(scores.map(\.rule.detection).mean), .number(scores.map(\.rule.fuzzing).mean),
          .number(scores.map(\.rule.simulation).mean),
          .number(try trial.interventions(kind, scores).mean),
        ]
      })
    let told = kinds[0].scores.sorted { $0.rule.fuzzing > $1.rule.fuzzing }.prefix(30)
    findings.add(
      table: "The sparse features that are told best", ["feature", "active", "fuzzing", "rule"],
      told.map {
        [
          .number(Double($0.unit)), .number($0.share), .number($0.rule.fuzzing), .word($0.words),
        ]
      })
    return findings
  }

  private func validate() throws {
    try recipe.validate()
    try require(
      (0..<blocks).contains(block), "--block \(block): must be from 0 to \(blocks - 1)")
    try require((16...1_000_000).contains(latents), "--latents \(latents): at least 16 are needed")
    try require(
      (1...min(latents, width)).contains(active),
      "--active \(active): must be from 1 to \(min(latents, width))")
    try require(passes >= 1, "--passes \(passes): must be at least 1")
    try require(units >= 2, "--units \(units): at least 2 are needed")
  }

  /// The model that is read.
  var recipe: LabModel.Recipe {
    var recipe = LabModel.Recipe()
    (recipe.texts, recipe.length, recipe.trained, recipe.read) = (texts, length, trained, read)
    (recipe.epochs, recipe.blocks, recipe.width) = (epochs, blocks, width)
    recipe.vocabulary = vocabulary
    return recipe
  }
}
