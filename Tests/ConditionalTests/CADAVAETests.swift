import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Conditional

/// Autoencoders of examples and class attributes in one latent space.
@Suite struct CADAVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .real, classes: ["a", "b", "c"])

  /// A method of few units with two attributes for each of three classes.
  func small() -> CADAVAE {
    var method = CADAVAE()
    method.classAttributes = [0, 1, 1, 0, 1, 1]
    (method.latents, method.networks.hidden, method.attributeHidden) = (3, [8], [8])
    (method.seenCodes, method.unseenCodes) = (20, 30)
    (method.training.epochs, method.training.batch) = (2, 10)
    return method
  }

  func source(changing unseen: Bool = false) throws -> Source {
    let labels = (0..<60).map { $0 % 3 }
    var x = RandomStream(3).normal([60, 6])
    if unseen { x += Tensor(labels.map { $0 == 2 ? Float(5) : 0 }, shape: [60, 1]) }
    let all = try Examples(given: x, labels: labels)
    return try Source(given: "x", domain, train: all, validation: all, test: all)
  }

  func step(_ progress: Double) -> Step { Step(index: 0, progress: progress, seed: Seed(2)) }

  @Test func weightsWarmUpAsInThePaper() throws {
    let method = small()
    let network = method.makeNetwork(domain, RandomStream(1))
    let batch = try source().train.batch(Array(0..<12))
    func weights(_ progress: Double) -> [String: Double] {
      let terms = method.loss(network, batch, step(progress)).terms
      return Dictionary(uniqueKeysWithValues: terms.map { ($0.name, $0.weight) })
    }
    // Epochs 0, 14, 48 and 100 of 100.
    let (start, early, late) = (weights(0), weights(0.14), weights(0.48))
    #expect(start["rate"] == 0 && start["distance"] == 0 && start["cross-reconstruction"] == 0)
    #expect(abs((early["distance"] ?? 0) - 8.13 / 2) < 1e-9)
    #expect(early["cross-reconstruction"] == 0)
    #expect(abs((late["cross-reconstruction"] ?? 0) - 2.37 / 2) < 1e-9)
    #expect(abs((late["rate"] ?? 0) - 0.25 * 0.48 / 0.93) < 1e-9)
    let end = weights(1)
    #expect(end["rate"] == 0.25 && end["distance"] == 8.13 && end["cross-reconstruction"] == 2.37)
  }

  @Test func withoutAlignmentTheExamplesDoNotFeelTheAttributes() throws {
    var method = small()
    (method.crossReconstruction, method.distance) = (0, 0)
    let network = method.makeNetwork(domain, RandomStream(1))
    let batch = try source().train.batch(Array(0..<12))
    let parts = network.encoder.parameters + network.head.parameters + network.decoder.parameters
    func slopes() throws -> [[Float]] {
      try method.loss(network, batch, step(0.5)).total.gradients(for: parts).map {
        try $0.values()
      }
    }
    let before = try slopes()
    try network.attributes.tensor.assign(network.attributes.tensor * 3)
    #expect(try slopes() == before)
    method.distance = 1
    #expect(try slopes() != before)
  }

  @Test func examplesOfUnseenClassesAreNotLearnedFrom() throws {
    var method = small()
    method.unseen = [2]
    func state(_ source: Source) throws -> [String: [Float]] {
      try Space.fitted(method, FitRun(source, seed: Seed(1))).network.state.mapValues {
        try $0.values()
      }
    }
    #expect(try state(source()) == state(source(changing: true)))
    method.unseen = []
    #expect(try state(source()) != state(source(changing: true)))
  }

  @Test func anUnseenClassIsFoundFromItsAttributes() throws {
    var method = small()
    method.unseen = [2]
    method.training.epochs = 1
    let network = try Space.fitted(method, FitRun(source(), seed: Seed(1))).network
    let weights: [Float] = try network.classifier.tensor.values()
    #expect(weights.count == 12 && weights.allSatisfy { $0.isFinite })
    // Codes of the unseen class are drawn, so its column is not pushed away alone.
    let column = (0..<4).map { abs(weights[$0 * 3 + 2]) }
    #expect(column.contains { $0 > 1e-3 })
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = small()
    method.unseen = [3]
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.unseen = [0, 1, 2]
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.unseen = [0]
    #expect(throws: Never.self) { try method.validate(for: domain) }
    method.classAttributes = [1, 2]
    #expect(throws: UserError.self) { try method.validate(for: domain) }
  }

  @Test func theHarmonicMeanIsOfMeanAccuraciesOverClasses() {
    let split = ClassSplit([[0], [1], [2]], unseen: [2])
    // Class 0: 2 of 2, class 1: 1 of 2, class 2: 1 of 4.
    let score = split.harmonic([0, 0, 1, 0, 2, 1, 1, 1], [0, 0, 1, 1, 2, 2, 2, 2])
    #expect(abs(score - 2 * 0.75 * 0.25) < 1e-12)
    #expect(split.harmonic([0, 1, 0], [0, 1, 2]) == 0)
  }
}
