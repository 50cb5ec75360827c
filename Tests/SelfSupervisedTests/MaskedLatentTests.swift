import Datasets
import Foundation
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct MaskedLatentTests {
  init() { Runtime.threads = 1 }

  @Test func patchesWithGapsLieAnywhereInTheirCells() throws {
    // Brightness is the column, so a patch says where it was cut; twice as large, columns are half as far apart.
    let row = (0..<8).map { Float($0) }
    let x = Tensor((0..<8).flatMap { _ in row }, shape: [1, 1, 8, 8])
    let cut = GappedPatches([1, 8, 8], side: 4, gap: 4)
    var starts = Set<Int>()
    for seed in 0..<40 {
      let patches = try cut(x, RandomStream(UInt64(seed))).checked()
      #expect(patches.shape == [1, 4, 16])
      let values: [Float] = try patches.values()
      // Inside an image enlarged by linear interpolation neighbouring pixels differ by a half.
      for place in 1..<2 { #expect(near(Double(values[place + 1] - values[place]), 0.5)) }
      starts.insert(Int((2 * values[1]).rounded()))
    }
    #expect(starts.count == 5, "a gap of four leaves five places to begin at")
    let touching = GappedPatches([1, 8, 8], side: 4, gap: 0)
    #expect(
      try touching(x, RandomStream(1)).values()
        == PatchGrid([1, 8, 8], side: 4).patches(x).values())
    // Rows of numbers and sides that patches do not fit into.
    #expect(
      GappedPatches([5], side: 4, gap: 2)(x.reshaped(-1)[0..<5].unsqueezed(0), RandomStream(1))
        .shape == [1, 5, 1])
    #expect(
      GappedPatches([1, 8, 8], side: 3, gap: 1)(x, RandomStream(1)).shape == [1, 9, 9])
  }

  @Test func aPatchIsToldFromTheOthersOfItsImage() throws {
    let wanted = Tensor([1, 0, 0, 1] as [Float], shape: [1, 2, 2])
    // Standardised over the two patches, these are the directions (1, −1) and (−1, 1).
    let right = try wanted.discrimination(of: wanted, temperature: 0.5).value()
    let cosine = 0.5.squareRoot()
    let share = exp(cosine / 0.5) / (exp(cosine / 0.5) + exp(-cosine / 0.5))
    #expect(near(right, -log(share), 1e-3))
    let wrong = try wanted.discrimination(of: wanted.flipped(1), temperature: 0.5).value()
    #expect(near(wrong, -log(1 - share), 1e-3))
    let likeness = try wanted.meanLikeness.value()
    #expect(near(likeness, 0.5, 1e-6), "two of four pairs are one vector")
  }

  @Test func alikeExamplesArePulledAndOthersAreNot() throws {
    let found = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let targets = Tensor([0.6, 0.8, 1, 0] as [Float], shape: [2, 2])
    // The first is like the second's target, cosine 1; the second is 0.8 like the first's.
    let all = try found.distanceToAlike(targets, from: 0.5).values(as: Double.self)
    #expect(near(all[0], 0, 1e-6) && near(all[1], 0.4, 1e-6))
    let few = try found.distanceToAlike(targets, from: 0.9).values(as: Double.self)
    #expect(near(few[0], 0, 1e-6) && few[1] == 0)
  }

  @Test func categoriesAreOneColumnAndNumbersEachTheirOwn() throws {
    let domain = Domain(
      shape: [6], support: .real, columns: ["age", "sex=f", "sex=m", "job=a", "job=b", "hours"])
    #expect(ColumnTokens.columns(of: domain) == [0, 1, 1, 2, 2, 3])
    let tokens = ColumnTokens(domain, width: 3, RandomStream(1))
    let x = Tensor([2, 0, 1, 1, 0, -1] as [Float], shape: [1, 6])
    let found = try tokens(x).checked()
    #expect(found.shape == [1, 4, 3])
    let (w, b) = (tokens.weight.tensor, tokens.bias.tensor)
    let wanted = Tensor.stack([w[0] * 2 + b[0], w[2] + b[1], w[3] + b[2], b[3] - w[5]])
    #expect(try (found[0] - wanted).abs().max().value() < 1e-6)
    let plain = Domain(shape: [6], support: .real)
    #expect(ColumnTokens.columns(of: plain) == Array(0..<6))
  }

  @Test func columnsThatAreNotReadDoNotMatter() throws {
    let method = TJEPA()
    let network = method.makeNetwork(Domain(shape: [5], support: .real), RandomStream(2))
    let x = RandomStream(3).normal([2, 5])
    let places = Tensor([0, 2, 2, 4] as [Int64], shape: [2, 2])
    let other = x.replacing(1, 1, 2, with: x.sliced(1, 1, 2) + 5)
    let (one, two) = (network.reader(x, at: places), network.reader(other, at: places))
    #expect(try one.values() == two.values())
    #expect(try network.reader(x).values() != network.reader(other).values())
    #expect(one.shape == [2, 2, 64] && network.encode(x).shape == [2, 5 * 64])
  }

  @Test func columnSetsNeverMeet() {
    for count in 2...40 {
      for seed in 0..<20 {
        let sets = ColumnSets(count, shares: [0.2, 0.5], Seed(UInt64(seed)))
        #expect(sets.context >= 1 && sets.target >= 1 && sets.context + sets.target <= count)
      }
    }
  }

  @Test func withoutTheBatchFeaturesOfAnExampleAreItsOwnInTraining() throws {
    for scaling in LayerScaling.allCases {
      let features = NormedFeatures([1, 8, 8], widths: [4, 8], scaling, RandomStream(1))
      let x = RandomStream(2).uniform([3, 1, 8, 8])
      let apart = try Runtime.training(true) {
        try (features(x)[0..<1] - features(x[0..<1])).abs().max().value()
      }
      #expect(scaling == .batch ? apart > 1e-3 : apart < 1e-5, "\(scaling)")
    }
  }
}
