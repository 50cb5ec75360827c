import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Which neurons of a language model hold a feature: probes of few neurons, layer by layer, for the kind of a text and for
/// the letters just read, in a model that is trained here on texts of several kinds.
///
/// - Source: Gurnee, Nanda, Pauly, Harvey, Troitskii & Bertsimas, *Finding neurons in a haystack: case studies with sparse
///   probing*, TMLR 2023, arXiv:2305.01610.
/// - Departs: one small model of bytes; neurons are chosen by differences of means; as many places have a feature as not.
public struct SparseProbing: Study {
  public static let card = Card(
    id: "sparse-probing", title: "Finding neurons with sparse probes",
    source:
      "Gurnee, Nanda, Pauly, Harvey, Troitskii & Bertsimas, Finding Neurons in a Haystack: Case Studies with Sparse "
      + "Probing, TMLR 2023, arXiv:2305.01610",
    system: "S301",
    summary:
      "Logistic regressions that may read only a few neurons tell where a feature lives: one neuron of a middle layer for "
      + "the language of a text, several of an early one for the letters just read.")
  public static let inputs: [StudyInput] = []

  /// Kinds of text, by name or path, with the number of a part after a colon where tabs part texts.
  public var texts = "tatoeba:0,tatoeba:1,enwik8-sample"
  /// Texts of each kind to train on; as many more are probed.
  public var examples = 3000
  /// Bytes of a text.
  public var length = 64
  /// Passes over the texts.
  public var epochs = 4
  /// Blocks of the model.
  public var blocks = 4
  /// Numbers that stand for a byte inside the model.
  public var width = 96
  /// Numbers of neurons that a probe may read, the first of them 1.
  public var sizes = [1, 2, 4, 8, 16]

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let mixture = try mixture()
    let trained = try trial(mixture, lab, room.seed, isTrained: true)
    room.progress(1, 2)
    let rows = try TextFeature.all(kinds: mixture.names).flatMap { feature in
      try (0..<blocks).compactMap { layer in
        try trained.scores(feature, layer: layer).map { (feature, layer, $0.best, $0.drawn) }
      }
    }
    room.progress(2, 2)
    let middle = rows.filter { $0.0.isContext && $0.1 == blocks / 2 }.compactMap(\.2.first).mean
    let drawn = rows.filter { $0.0.isContext && $0.1 == blocks / 2 }.map(\.3).mean
    var findings = Findings(
      String(
        format:
          "One neuron of block %d tells the kind of a text with an F1 of %.2f; a drawn one with %.2f.",
        blocks / 2,
        middle, drawn))
    findings.add("F1 of one neuron for the kind of a text", middle)
    findings.add(
      table: "F1 by the neurons of a probe",
      ["feature", "block"] + sizes.map { "\($0)" } + ["one, drawn"],
      rows.map { feature, layer, best, drawn in
        [.word(feature.name), .number(Double(layer))] + (best + [drawn]).map { .number($0) }
      })
    return findings
  }

  /// The texts that all of a study reads.
  func mixture() throws -> TextMixture {
    try TextMixture(
      texts.split(separator: ",").map(String.init), each: 2 * examples, length: length, seed: 0)
  }

  /// Probes of a model that is trained on the first half of the texts, or of one that is not.
  func trial(
    _ mixture: TextMixture, _ lab: Lab, _ seed: Seed, isTrained: Bool
  ) throws -> SparseProbingTrial {
    let network = try model(mixture, lab, seed, isTrained: isTrained)
    func activations(_ range: Range<Int>, _ name: String) throws -> ProbedActivations {
      let (x, kinds) = mixture.examples(range)
      return try ProbedActivations(network, x, kinds: kinds, places: 12, seed: seed.child(name))
    }
    let half = examples + examples / 2
    return SparseProbingTrial(
      sizes: sizes, train: try activations(examples..<half, "train"),
      test: try activations(half..<2 * examples, "test"), seed: seed)
  }

  private func validate() throws {
    try require(
      (40...1_000_000).contains(examples), "--examples \(examples): at least 40 are needed")
    try require((16...4096).contains(length), "--length \(length): must be from 16 to 4096 bytes")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
    try require((2...100).contains(blocks), "--blocks \(blocks): must be from 2 to 100")
    try require(
      width >= 8 && width % 8 == 0, "--width \(width): must be a multiple of 8")
    try require(
      sizes.first == 1 && sizes.allSatisfy { (1...2 * width).contains($0) },
      "--sizes: must begin with 1 and be at most \(2 * width), twice the width")
    try require(
      texts.split(separator: ",").count > 1, "--texts \(texts): at least two kinds are needed")
  }
}
