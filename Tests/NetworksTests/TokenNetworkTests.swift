import Networks
import Testing
import Torch

@Suite struct TokenNetworkTests {
  init() { Runtime.threads = 1 }

  @Test func convolutionsLeaveAGridAndLayersARow() throws {
    let x = RandomStream(1).uniform([2, 1, 28, 28])
    let random = RandomStream(2)
    for (architecture, tokens) in [(Architecture.convolution, 49), (.mlp, 6)] {
      let encoder = TokenEncoder(
        [1, 28, 28], architecture, tokens: 6, width: 5, hidden: [8], activation: .relu, random)
      let decoder = TokenDecoder(
        [1, 28, 28], architecture, tokens: 6, width: 5, hidden: [8], activation: .relu, random)
      #expect(encoder.tokens == tokens)
      #expect(encoder(x).shape == [2, tokens, 5])
      #expect(decoder(encoder(x)).shape == [2, 1, 28, 28])
    }
  }

  /// A pixel in one corner changes the vector of that corner, and none of the corner opposite.
  @Test func aPlaceOfTheGridSeesItsPartOfTheImage() throws {
    let encoder = TokenEncoder(
      [1, 16, 16], .convolution, tokens: 1, width: 3, hidden: [], activation: .relu,
      RandomStream(2))
    let dark = Tensor.zeros([1, 1, 16, 16])
    let dot = dark.replacing(2, 0, 1, with: Tensor.ones([1, 1, 1, 16]))
    let change = try (encoder(dot) - encoder(dark)).abs().sum(over: 2).values()
    #expect(change[0] > 0 && change[15] == 0)
  }
}

@Suite struct TokenTransformerTests {
  init() { Runtime.threads = 1 }

  let prior = TokenTransformer(
    size: 3, tokens: 3, width: 8, blocks: 2, heads: 2, RandomStream(1))

  /// All 27 rows of three tokens.
  var all: Tensor {
    let numbers = Tensor.range(0, 27)
    let digits = [9, 3, 1].map { (place: Int64) in
      numbers.floorDivide(Tensor([place])).remainder(3)
    }
    return Tensor.stack(digits, along: 1)
  }

  @Test func theProbabilitiesOfAllRowsSumToOne() throws {
    let total = try (-prior.negativeLogProbability(all)).exp().sum().value()
    #expect(abs(total - 1) < 1e-5)
  }

  @Test func aTokenDoesNotSeeItselfOrThoseAfter() throws {
    let one = prior.logits(Tensor([0, 1, 2] as [Int64], shape: [1, 3]))
    let other = prior.logits(Tensor([0, 2, 0] as [Int64], shape: [1, 3]))
    let gaps = try (one - other).abs().max(over: 2).values()
    #expect(gaps[0] == 0 && gaps[1] == 0 && gaps[2] > 0)
  }

  /// Frequencies of 20,000 draws against the probabilities: the memory of attention changes nothing.
  @Test func drawsHaveTheProbabilitiesOfTheRows() throws {
    let drawn = try withoutGradients { try prior.sample(20_000, RandomStream(3)).places() }
    var counts = [Double](repeating: 0, count: 27)
    for row in 0..<20_000 {
      let place = drawn[3 * row..<3 * row + 3].reduce(0) { 3 * $0 + $1 }
      counts[place] += 1
    }
    let p = try (-prior.negativeLogProbability(all)).exp().values(as: Double.self)
    let worst = zip(counts, p).map { abs($0 / 20_000 - $1) }.max() ?? 1
    #expect(worst < 0.01)
  }

  @Test func withoutTemperatureEachTokenIsTheLikeliest() throws {
    let drawn = prior.sample(2, temperature: 0, RandomStream(3))
    let best = prior.logits(drawn).argmax(over: 2)
    #expect(try drawn.places() == best.places())
  }
}
