import Networks
import Testing
import Torch

@Suite struct PatchTransformerTests {
  init() { Runtime.threads = 1 }

  let size = TransformerSize(width: 8, blocks: 1, heads: 2)

  @Test func aPatchHoldsItsPixels() throws {
    let grid = PatchGrid([1, 4, 4], side: 2)
    let x = Tensor((0..<16).map(Float.init), shape: [1, 1, 4, 4])
    let expected: [Float] = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]
    #expect(try grid.patches(x).values() == expected)
  }

  @Test(arguments: [([1, 28, 28], 7), ([3, 10, 9], 4), ([5], 4), ([2], 4), ([2, 6], 4)])
  func patchesAreAssembledToWhatTheyWere(_ shape: [Int], _ side: Int) throws {
    let grid = PatchGrid(shape, side: side)
    let x = RandomStream(1).uniform([2] + shape)
    #expect(grid.patches(x).shape == [2, grid.count, grid.numbers])
    let back = grid.assembled(grid.patches(x))
    #expect(back.shape == x.shape)
    #expect(try (back - x).abs().max().value() == 0)
  }

  @Test func cellsShareThePatchesOutEvenly() {
    let even = PatchGrid([1, 4, 4], side: 1).cells(2, 2)
    #expect(even == [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3])
    let odd = PatchGrid([1, 3, 2], side: 1).cells(2, 1)
    #expect(odd == [0, 0, 0, 0, 1, 1])
    #expect(PatchGrid([1, 3, 2], side: 1).cells(3, 2) == Array(0..<6))
  }

  @Test func anyNumberOfLearnedTokensStandsForAnyNumberOfPatches() {
    let x = RandomStream(1).uniform([3, 1, 28, 28])
    for (layout, tokens) in [(TokenLayout.row(1), 1), (.row(20), 20), (.grid(4, 2), 8)] {
      let grid = PatchGrid([1, 28, 28], side: 7)
      let encoder = PatchEncoder(grid, layout, width: 5, size, RandomStream(2))
      let decoder = PatchDecoder(grid, layout, width: 5, size, RandomStream(3))
      #expect(encoder(x).shape == [3, tokens, 5])
      #expect(decoder(encoder(x)).shape == [3, 1, 28, 28])
    }
  }

  /// With a cell for each patch the tokens are the trunk's outputs; with one cell for all, their mean.
  @Test func aTokenOfAGridIsTheMeanOverItsPatches() throws {
    let grid = PatchGrid([1, 4, 4], side: 2)
    let x = RandomStream(1).uniform([2, 1, 4, 4])
    let each = PatchEncoder(grid, .grid(2, 2), width: 3, size, RandomStream(2))
    let all = PatchEncoder(grid, .grid(1, 1), width: 3, size, RandomStream(2))
    let h = each.trunk(each.embedding(grid.patches(x)) + each.positions.tensor)
    #expect(try (each(x) - each.output(h)).abs().max().value() < 1e-6)
    let mean = each(x).mean(over: 1, keep: true)
    #expect(try (all(x) - mean).abs().max().value() < 1e-6)
  }

  /// One row of attention over patches and learned tokens, of which the first are dropped.
  @Test func aLearnedTokenReadsEveryPatch() throws {
    let grid = PatchGrid([1, 4, 4], side: 2)
    let encoder = PatchEncoder(grid, .row(3), width: 2, size, RandomStream(2))
    let dark = Tensor.zeros([1, 1, 4, 4])
    for row in 0..<4 {
      let bright = dark.replacing(2, row, row + 1, with: Tensor.ones([1, 1, 1, 4]))
      let change = try (encoder(bright) - encoder(dark)).abs().sum(over: 2).values()
      #expect(change.allSatisfy { $0 > 0 })
    }
  }

  /// The picture follows the codes, and the place of a code counts.
  @Test func theDecoderKnowsOnlyTheCodes() throws {
    for layout in [TokenLayout.row(4), .grid(2, 2)] {
      let decoder = PatchDecoder(
        PatchGrid([1, 4, 4], side: 2), layout, width: 2, size, RandomStream(2))
      let z = RandomStream(3).normal([1, 4, 2])
      #expect(try (decoder(z) - decoder(z + 1)).abs().max().value() > 0)
      #expect(try (decoder(z) - decoder(z.flipped(1))).abs().max().value() > 1e-4)
    }
  }
}
