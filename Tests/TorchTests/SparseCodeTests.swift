import Testing
import Torch

@Suite struct SparseCodeTests {
  private let random = RandomStream(Seed(5))

  @Test func keepsWhatADenseProductKeeps() throws {
    let (x, weight) = (random.child("x").normal([70, 24]), random.child("w").normal([300, 24]))
    let bias = random.child("b").normal([300])
    let codes = SparseCodes(x, weight: weight, bias: bias, largest: 7)
    let all = x.linear(weight, bias).relu()
    let top = all.top(7, along: 1)
    let dense = all.zerosLike().scatter(1, top.indices, top.values)
    let off = (codes.dense - dense).abs().max(over: 0, 1)
    #expect(try off.value() < 1e-5)
    let back = (codes.decoded(by: weight) - dense.matmul(weight)).abs().max(over: 0, 1)
    #expect(try back.value() < 1e-3)
    #expect(try codes.uses.sum().value() == 490)
  }

  @Test func gradientsAreThoseOfTheDenseProduct() throws {
    let x = random.child("x").normal([30, 10]).requiringGradient()
    let encoder = random.child("e").normal([90, 10]).requiringGradient()
    let decoder = random.child("d").normal([90, 10]).requiringGradient()
    let bias = random.child("b").normal([90]).requiringGradient()
    let aim = random.child("aim").normal([30, 10])
    let leaves = [x, encoder, decoder, bias]
    let codes = SparseCodes(x, weight: encoder, bias: bias, largest: 5)
    let mine = try (codes.decoded(by: decoder) - aim).squared().sum().gradients(for: leaves)
    let all = x.linear(encoder, bias).relu()
    let top = all.top(5, along: 1)
    let dense = all.zerosLike().scatter(1, top.indices, top.values)
    let theirs = try (dense.matmul(decoder) - aim).squared().sum().gradients(for: leaves)
    for (a, b) in zip(mine, theirs) {
      let size = try b.abs().max().value()
      #expect(try (a - b).abs().max().value() < 1e-5 * size)
    }
  }

  @Test func rowsWithFewUnitsAreFilledUpAndNoNumbersPass() throws {
    let codes = SparseCodes(
      [[1, 0], [-1, 0]], weight: [[1, 0], [2, 0], [-3, 0]], bias: [0, 0, 0], largest: 2)
    #expect(try codes.values.values() == [1, 2, 3, 0])
    #expect(try codes.places.values(as: Int32.self) == [0, 1, 2, 0])
    let bad = SparseCodes(
      Tensor([Float.nan, 0], shape: [1, 2]), weight: [[1, 0]], bias: [0], largest: 1)
    #expect(try bad.values.values()[0].isNaN)
    #expect(SparseCodes([[1]], weight: [[1]], bias: [0], largest: 2).values.error != nil)
  }

  @Test func rowsKeepTheirLengths() throws {
    let rows = Tensor([3, 4, 0, 0] as [Float], shape: [2, 2])
    try rows.makeUnitRows()
    #expect(try rows.values() == ([0.6, 0.8, 0, 0] as [Float]))
    let slopes = Tensor([1, 2, 1, 2] as [Float], shape: [2, 2])
    try slopes.makeTangent(to: [[1, 0], [0, 1]])
    #expect(try slopes.values() == [0, 2, 1, 0])
  }
}
