import Datasets
import Evaluation
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct TLDRTests {
  init() { Runtime.threads = 1 }

  /// Numbers on a line, far from each other or near.
  private func line() throws -> Source {
    let x = Tensor([0, 1, 10, 11, 30] as [Float], shape: [5, 1])
    let examples = try Examples(given: x)
    return try Source(
      given: "line", Domain(shape: [1], support: .real), train: examples,
      validation: examples.prefix(0), test: examples.prefix(0))
  }

  @Test func partnersAreTheNearest() throws {
    let source = try line()
    let pairs = try NeighbourPairs(FitRun(source, seed: Seed(1)), count: 1, recall: 1)
    #expect(try pairs.places.places() == [1, 0, 3, 2, 3] && pairs.recall == 1)
    let batch = try source.train.batch([4, 0])
    #expect(try pairs.partners(of: batch, RandomStream(1)).values() == [11, 1])
  }

  @Test func withoutATableThePartnerIsTheNearestOfTheBatch() throws {
    let batch = try line().train.batch([0, 2, 4])
    #expect(try NeighbourPairs.partnersWithin(batch).values() == [10, 0, 10])
  }

  @Test func averagePrecisionIsThatOfTheRanking() throws {
    let codes = Tensor([1, 0, 0.8, 0.6, 0, 1, -1, 0] as [Float], shape: [4, 2])
    let query = Tensor([1, 0] as [Float], shape: [1, 2])
    // The ranking is 0, 1, 2, 3; wanted are the first and the third.
    let found = try RetrievalPrecision.of(query, [7], among: codes, [7, 1, 7, 1])
    #expect(near(found[0], (1 + 2.0 / 3) / 2))
  }

  @Test func neighboursThatAreNoiseAreForgotten() throws {
    // One number says the place on a ring of well separated points; others are noise that neighbours do not share.
    let random = RandomStream(4)
    let groups = random.child("groups").integers(0..<8, [400])
    let centres = random.child("centres").normal([8, 3]) * 5
    let signal = centres.indexSelect(0, groups)
    let x = Tensor.concatenate([signal, random.child("noise").normal([400, 5])], along: 1)
    let examples = try Examples(given: x)
    let source = try Source(
      given: "groups", Domain(shape: [8], support: .real), train: examples,
      validation: examples.prefix(0), test: examples.prefix(0))
    var method = TLDR()
    (method.latents, method.projection) = (3, [32, 32])
    (method.training.epochs, method.training.learningRate) = (30, 0.01)
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let weight = network.encoder.output.weight.tensor.detached()  // [3, 8]
    let strengths = try weight.matmul(x.transposed().matmul(x) / 400).squared().sum(over: 0)
      .values(as: Double.self)
    #expect(Array(strengths.prefix(3)).mean > 4 * Array(strengths.suffix(5)).mean)
  }

  @Test func settingsThatMakeNoReductionAreRefused() throws {
    let domain = Domain(shape: [4], support: .real)
    for (change, flag) in [
      ({ $0.latents = 0 }, "--latents 0"), ({ $0.recall = 0 }, "--recall 0.0"),
      ({ $0.neighbours = 0 }, "--neighbours 0"), ({ $0.projection = [] }, "--projection"),
    ] as [((inout TLDR) -> Void, String)] {
      var method = TLDR()
      change(&method)
      #expect { try method.validate(for: domain) } throws: { "\($0)".contains(flag) }
    }
  }
}
