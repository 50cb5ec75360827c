import Testing

@testable import Torch

@Suite struct BatchShareTests {
  @Test func sharesAreRowsInOrderAndNearlyEqual() {
    let shares = (0..<3).map { BatchShare(of: 10, rank: $0, ranks: 3).rows }
    #expect(shares == [0..<3, 3..<6, 6..<10])
  }

  /// What two processes draw for their rows, one under the other, draw by draw.
  private func together(
    _ whole: Int, times: Int = 1, _ draw: (RandomStream, Range<Int>) -> Tensor
  ) -> Tensor {
    let parts = (0..<2).map { rank in
      let share = BatchShare(of: whole, rank: rank, ranks: 2)
      let drawn = draw(RandomStream(Seed(7), share: share).child("noise"), share.rows)
      return drawn.reshaped([times, share.rows.count] + drawn.shape.dropFirst())
    }
    let all = Tensor.concatenate(parts, along: 1)
    return all.reshaped([times * whole] + all.shape.dropFirst(2))
  }

  @Test(arguments: [8, 11, 40]) func drawsForExamplesAreThoseOfOneProcess(_ n: Int) throws {
    let one = RandomStream(7).child("noise")
    func same(_ a: Tensor, _ b: Tensor, _ name: String) throws {
      #expect(try a.bytes() == b.bytes(), "\(name)")
    }
    func fresh() -> RandomStream { RandomStream(7).child("noise") }
    try same(one.normal([n, 5]), together(n) { $0.normal([$1.count, 5]) }, "normal")
    try same(
      fresh().normal([3 * n, 5]), together(n, times: 3) { $0.normal([3 * $1.count, 5]) }, "draws")
    try same(fresh().uniform([n]), together(n) { $0.uniform([$1.count]) }, "uniform")
    try same(
      fresh().integers(0..<9, [n, 2]), together(n) { $0.integers(0..<9, [$1.count, 2]) },
      "integers")
    let p = RandomStream(1).uniform([n, 4])
    func rows(_ range: Range<Int>) -> Tensor { p.sliced(0, range.lowerBound, range.upperBound) }
    try same(fresh().bernoulli(p), together(n) { $0.bernoulli(rows($1)) }, "bernoulli")
    try same(fresh().gumbel(like: p), together(n) { $0.gumbel(like: rows($1)) }, "gumbel")
    try same(
      fresh().categorical(p, count: 3), together(n) { $0.categorical(rows($1), count: 3) },
      "categorical")
  }

  @Test func drawsForNoExampleAreTheSameInAllProcesses() throws {
    let draws = try (0..<2).map { rank in
      let share = BatchShare(of: 20, rank: rank, ranks: 2)
      return try RandomStream(Seed(7), share: share).normal([7, 3]).bytes()
    }
    #expect(try draws == [RandomStream(7).normal([7, 3]).bytes(), draws[0]])
  }

  @Test func whereTheSecondAxisCountsExamplesItIsShared() throws {
    let share = BatchShare(of: 22, rank: 1, ranks: 2)
    let drawn = RandomStream(Seed(7), share: share).normal([5, 11, 2])
    let whole = RandomStream(7).normal([5, 22, 2])
    #expect(try drawn.bytes() == whole.sliced(1, 11, 22).contiguous().bytes())
  }
}
