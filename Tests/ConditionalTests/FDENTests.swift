import Datasets
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import Conditional

@Suite struct FDENTests {
  init() { Runtime.threads = 1 }

  private func small() -> FDEN {
    var method = FDEN()
    (method.latents, method.classUnits, method.styleUnits) = (4, 2, 3)
    (method.networks.hidden, method.factorHidden, method.codeEpochs) = ([16], [16], 1)
    return method
  }

  @Test func swapsAndMovesChangeTheClassFactorAlone() throws {
    let network = small().makeNetwork(
      Domain(shape: [6], support: .real, classes: ["a", "b"]), RandomStream(1))
    try network.means.tensor.assign(Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]))
    let z = RandomStream(2).normal([3, 5]), donors = RandomStream(3).normal([3, 5])
    let swapped = network.swapped(z, classOf: donors)
    #expect(try swapped.sliced(1, 0, 2).values() == donors.sliced(1, 0, 2).values())
    #expect(try swapped.sliced(1, 2, 5).values() == z.sliced(1, 2, 5).values())
    let moved = network.moved(z, toClass: 1, by: 1)
    #expect(try (moved.sliced(1, 0, 2) - Tensor([3, 4] as [Float])).abs().max().value() < 1e-6)
    #expect(try moved.sliced(1, 2, 5).values() == z.sliced(1, 2, 5).values())
    #expect(network.latents == 5 && network.decode(z).shape == [3, 6])
  }

  @Test func theBoundIsZeroForAStatisticThatSeesNothing() throws {
    let network = small().makeNetwork(
      Domain(shape: [6], support: .real, classes: ["a", "b"]), RandomStream(1))
    let weight = network.factors.score.weight.tensor
    try weight.assign(weight.detached().zerosLike())
    let bound = network.factors.correlation(RandomStream(2).normal([8, 5]), RandomStream(3))
    #expect(near(try bound.value(), 0, 1e-6))
  }

  @Test func theAutoencoderIsTrainedBeforeAndItsCodesAreStandardised() throws {
    let source = try threeKinds()
    var method = small()
    method.training.epochs = 1
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    method.training.epochs = 3
    let longer = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let x = try source.train.batch(Array(0..<source.train.count)).x
    let codes = withoutGradients { network.codes(x) }
    #expect(try codes.values() == withoutGradients { longer.codes(x) }.values())
    #expect(try codes.mean(over: 0).abs().max().value() < 1e-3)
    #expect(try (codes.standardDeviation(over: 0) - 1).abs().max().value() < 1e-2)
  }

  @Test func meansOfClassesAreThoseOfTheFactors() throws {
    let source = try threeKinds()
    var method = small()
    method.training.epochs = 1
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let labels = try #require(try source.train.labels())
    let codes = try withoutGradients {
      try network.encode(source.train.batch(Array(0..<source.train.count)).x).checked()
    }
    let mine = labels.indices.filter { labels[$0] == 1 }.map(Int64.init)
    let wanted = codes.indexSelect(0, Tensor(mine)).mean(over: 0).sliced(0, 0, 2)
    #expect(try (network.means.tensor[1] - wanted).abs().max().value() < 1e-4)
  }
}
