import Foundation
import Testing
import Torch

@Suite struct RandomStreamTests {
  init() { Runtime.threads = 1 }

  @Test func theSameSeedGivesTheSameNumbersAndAnotherGivesOthers() throws {
    func draw(_ seed: UInt64) throws -> [Float] {
      let random = RandomStream(seed)
      return try random.normal([5]).values() + random.uniform([5]).values()
    }
    #expect(try draw(1) == draw(1))
    #expect(try draw(1) != draw(2))
  }

  @Test func seedsThatDifferOnlyInTheirHighBitsGiveOtherNumbers() throws {
    let low = try RandomStream(7).normal([8]).values()
    let high = try RandomStream(7 | 1 << 40).normal([8]).values()
    #expect(low != high)
  }

  @Test func aChildDoesNotDependOnDrawsFromItsParentNorTheParentOnIt() throws {
    let (one, other) = (RandomStream(3), RandomStream(3))
    _ = one.normal([100])
    #expect(
      try one.child("noise").normal([4]).values() == other.child("noise").normal([4]).values())
    #expect(try one.child(5).normal([4]).values() == other.child(5).normal([4]).values())
    #expect(try one.child("noise").normal([4]).values() != one.child("init").normal([4]).values())
    #expect(try one.child(5).normal([4]).values() != one.child(6).normal([4]).values())
    _ = other.child("noise").normal([9])
    let fresh = RandomStream(3)
    #expect(try other.normal([4]).values() == fresh.normal([4]).values())
  }

  @Test func aStreamDrawsOneSequenceInPieces() throws {
    let whole = RandomStream(9)
    let first = try whole.uniform([3]).values() + whole.uniform([3]).values()
    #expect(Set(first).count == 6)
  }

  /// A sampler with its mean and variance.
  static let samplers:
    [(
      name: String, mean: Double, variance: Double,
      draw: @Sendable (RandomStream, Tensor) -> Tensor
    )] = [
      ("uniform", 0.5, 1 / 12, { $0.uniform($1.shape) }),
      ("normal", 0, 1, { $0.normal($1.shape) }),
      ("integers", 4, 2, { $0.integers(2..<7, $1.shape).to(.float32) }),
      ("exponential", 0.5, 0.25, { $0.exponential(like: $1, rate: 2) }),
      ("gumbel", 0.577_215_66, 1.644_934_1, { $0.gumbel(like: $1) }),
      ("geometric", 4, 12, { $0.geometric(like: $1, probability: 0.25) }),
      ("bernoulli", 0.3, 0.21, { $0.bernoulli($1.filled(with: 0.3)) }),
      ("poisson", 2.5, 2.5, { $0.poisson($1.filled(with: 2.5)) }),
      ("binomial", 3, 2.1, { $0.binomial($1.filled(with: 10), $1.filled(with: 0.3)) }),
      ("gamma", 0.7, 0.7, { $0.gamma($1.filled(with: 0.7)) }),
    ]

  @Test(arguments: samplers.indices) func aSamplerHasItsMeanAndVariance(_ index: Int) throws {
    let sampler = Self.samplers[index]
    let count = 200_000
    let x = sampler.draw(RandomStream(11), Tensor.zeros([count])).to(.float64)
    let mean = try x.mean().value()
    // Five standard errors; of the variance, with room for heavy tails.
    let error = (sampler.variance / Double(count)).squareRoot()
    #expect(abs(mean - sampler.mean) < 5 * error, "\(sampler.name) \(mean)")
    let variance = try x.variance().value()
    #expect(abs(variance / sampler.variance - 1) < 0.04, "\(sampler.name) \(variance)")
  }

  @Test func aCauchyDrawHasItsQuartiles() throws {
    let x = RandomStream(2).cauchy(like: Tensor.zeros([100_000]), location: 1, scale: 2)
    let quartiles = try x.quantile([0.25, 0.5, 0.75], over: 0).values()
    for (found, right) in zip(quartiles, [-1, 1, 3] as [Float]) {
      #expect(abs(found - right) < 0.1)
    }
  }

  @Test func aDirichletDrawSumsToOneWithItsMean() throws {
    let x = RandomStream(2).dirichlet(Tensor([1.0, 2, 5]).expanded([50_000, 3]))
    #expect(try (x.sum(over: 1) - 1).abs().max().value() < 1e-6)
    for (found, right) in zip(try x.mean(over: 0).values(), [0.125, 0.25, 0.625] as [Float]) {
      #expect(abs(found - right) < 0.005)
    }
  }

  @Test func aPermutationIsOneAndACategoricalFollowsItsWeights() throws {
    let random = RandomStream(4)
    #expect(try random.permutation(50).values(as: Int.self).sorted() == Array(0..<50))
    let drawn = random.categorical([[1, 3, 0]], count: 40_000)
    let counts = try drawn.flattened().bincount(length: 3).values(as: Int.self)
    #expect(abs(counts[0] - 10_000) < 450 && counts[2] == 0)
    #expect(random.categorical([[0, 0]]).error != nil)
  }

  @Test func gradientsPassThroughAGammaDraw() throws {
    // E[x] is the shape, so its derivative is 1.
    let shape = Tensor.full([100_000], 1.5, type: .float64).requiringGradient()
    let slope = try RandomStream(8).gamma(shape).mean().gradient(of: shape)
    #expect(try abs(slope.sum().value() - 1) < 0.02)
  }

  @Test func splitMixIsTheReferenceSequence() {
    // From the reference C code with seed 1234567.
    var random = SplitMix(Seed(1_234_567))
    #expect(
      (0..<3).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
