import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Testing
import Torch

@testable import Language

@Suite struct SparseProbingTests {
  init() { Runtime.threads = 1 }

  @Test func theNeuronThatHoldsTheLabelComesFirst() throws {
    let random = RandomStream(1)
    let labels = (0..<200).map { $0 % 2 }
    var x = random.normal([200, 10])
    let signal = Tensor(labels.map { Float($0) }).unsqueezed(1)
    // Neuron 3 is loud and says little, neuron 7 is quiet and says it.
    x = x.replacing(1, 3, 4, with: random.normal([200, 1]) * 100 + signal * 10)
    x = x.replacing(1, 7, 8, with: (random.normal([200, 1]) * 0.1 + signal) * 0.01)
    #expect(try SparseProbe.ranked(x, labels).first == 7)
    let half = (x: x[..<100], labels: Array(labels[..<100]))
    let rest = (x: x[100...], labels: Array(labels[100...]))
    #expect(try SparseProbe.score(train: half, test: rest, neurons: [7]) == 1)
    #expect(try SparseProbe.score(train: half, test: rest, neurons: [0]) < 0.75)
    #expect(throws: UserError.self) { try SparseProbe.ranked(x, Array(repeating: 1, count: 200)) }
  }

  @Test func f1IsTheHarmonicMeanOfPrecisionAndRecall() {
    // Found: the first three; right: the first two of four.
    let labels = [1, 1, 0, 1, 1, 0], hits = [1.0, 1, 0, 0, 0, 1]
    let (precision, recall) = (2.0 / 3, 2.0 / 4)
    #expect(
      abs(SparseProbe.f1(hits, labels) - 2 * precision * recall / (precision + recall)) < 1e-12)
    #expect(SparseProbe.f1([0, 1], [1, 0]) == 0)
  }

  private var small: SparseProbing {
    var study = SparseProbing()
    study.texts = "facts,topics"
    (study.examples, study.length, study.epochs) = (120, 32, 1)
    (study.blocks, study.width, study.sizes) = (2, 16, [1, 2, 8])
    return study
  }

  @Test func placesHaveWhatStandsThere() throws {
    let mixture = try small.mixture()
    let network = try small.model(mixture, Lab(quick: true), Seed(1), isTrained: false)
    let (x, kinds) = mixture.examples(0..<3)
    let found = try ProbedActivations(network, x, kinds: kinds, places: 5, seed: Seed(2))
    #expect(found.layers.count == 2 && found.layers.allSatisfy { $0.size(0) == found.kinds.count })
    let pairs = Set(
      mixture.texts.flatMap { $0[0..<3] }.flatMap { text in
        zip(text, text.dropFirst()).map { Int($0) * 256 + Int($1) }
      })
    #expect(found.bytes.allSatisfy { pairs.contains($0.before * 256 + $0.now) })
    #expect(Set(found.kinds) == [0, 1])
  }

  @Test func everyFeatureIsProbedInEveryBlock() throws {
    let findings = try small.run(StudyRoom(seed: Seed(1)))
    let table = try #require(findings.tables.first)
    #expect(table.columns == ["feature", "block", "1", "2", "8", "one, drawn"])
    #expect(table.rows.count >= 4)
    let scores = table.rows.joined().compactMap { cell -> Double? in
      guard case .number(let value) = cell else { return nil }
      return value
    }
    #expect(scores.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  @Test func activationsAreOfTheirPlaces() throws {
    let study = small
    let mixture = try study.mixture()
    let trial = try study.trial(mixture, Lab(quick: true), Seed(1), isTrained: false)
    // What a letter does to the first block can be read where it stands, and is not there by chance.
    let letter = Int(UInt8(ascii: "a"))
    let here = TextFeature(name: "a", isContext: false, holds: { _, _, now in now == letter })
    let scores = try #require(try trial.scores(here, layer: 0))
    #expect(scores.best.last.map { $0 > 0.8 } == true, "\(scores.best)")
  }

  @Test func kindsThatAreNoneAreRefused() {
    for texts in ["facts", "facts,digits", "facts,nowhere", "facts,topics:x"] {
      var study = small
      study.texts = texts
      #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
    }
  }
}
