import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct BinarisationTests {
  private func examples(_ binarise: Binarisation) -> Examples {
    let levels =
      [UInt8](repeating: 0, count: 4000) + [UInt8](repeating: 64, count: 4000)
      + [UInt8](repeating: 128, count: 4000) + [UInt8](repeating: 255, count: 4000)
    let store = ArrayStore(.owned(levels), count: 4, shape: [4000], element: .uint8)
    return Examples(
      store: store, labels: nil, factorValues: nil,
      finish: Finish(divisor: 255, binarise: binarise, seed: Seed(3)))
  }

  private func means(_ examples: Examples, seed: Seed? = nil) throws -> [Float] {
    try (0..<4).map { try examples.batch([$0], seed: seed).x.values().reduce(0, +) / 4000 }
  }

  @Test func drawsHaveTheLevelsAsProbabilities() throws {
    for kind in [Binarisation.fixed, .stochastic] {
      let found = try means(examples(kind))
      #expect(found[0] == 0 && found[3] == 1)
      #expect(abs(found[1] - 0.251) < 0.02 && abs(found[2] - 0.502) < 0.03)
    }
    #expect(try means(examples(.threshold)) == [0, 0, 1, 1])
  }

  @Test func fixedDrawsIgnoreTheEpochAndStochasticOnesFollowIt() throws {
    let fixed = examples(.fixed), stochastic = examples(.stochastic)
    let a = try fixed.batch([1, 2], seed: Seed(1)).x.values()
    #expect(try a == fixed.batch([1, 2], seed: Seed(2)).x.values())
    #expect(try Array(a[4000...]) == fixed.batch([2]).x.values())
    let b = try stochastic.batch([1], seed: Seed(1)).x.values()
    #expect(try b == stochastic.batch([1], seed: Seed(1)).x.values())
    #expect(try b != stochastic.batch([1], seed: Seed(2)).x.values())
  }

  @Test func theLoaderDrawsAnewEachEpoch() throws {
    let loader = Loader(examples(.stochastic), batch: 4, seed: Seed(5), shuffled: false)
    let epochs = try [0, 1, 0].map { try loader.epoch($0).next()?.x.values() }
    #expect(epochs[0] == epochs[2] && epochs[0] != epochs[1])
  }
}
