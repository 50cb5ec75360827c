import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Variational

@Suite struct AutoGenTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  @Test(arguments: [0.0, 1, 3]) func itsGradientIsThatOfARescaledBetaVAE(_ m: Double) throws {
    var (method, beta) = (AutoGen(), VAE())
    method.reconstructions = m
    beta.beta = 1 / (1 + m)
    let network = beta.makeNetwork(domain, RandomStream(1))
    let ours = try method.loss(.numbers(network), batch, step).total
      .gradients(for: network.parameters)
    let theirs = try beta.loss(network, batch, step).total.gradients(for: network.parameters)
    for (mine, other) in zip(ours, theirs) {
      #expect(try (mine - other * (1 + m)).abs().max().value() < 1e-4)
      #expect(try mine.abs().max().value() > 0)
    }
  }

  /// A writer of texts of three tokens of two letters and the end.
  let writer = SentenceAutoencoder(
    length: 3, vocabulary: 3, 2, SentenceNetworks(), RandomStream(1))

  @Test func theProbabilitiesOfAllTextsSumToOne() throws {
    var texts: [[Float]] = [[0, 0, 0]]
    for a in [Float(1), 2] {
      texts.append([a, 0, 0])
      for b in [Float(1), 2] {
        texts.append([a, b, 0])
        texts += [[a, b, 1], [a, b, 2]]
      }
    }
    let x = Tensor(texts.flatMap { $0 }, shape: [15, 3])
    let z = RandomStream(2).normal([1, 2]).expanded([15, 2]).contiguous()
    #expect(try abs(writer.logProbability(of: x, z).exp().sum().value() - 1) < 1e-5)
  }

  @Test func whatFollowsTheEndOfATextHasNoBearing() throws {
    let x = Tensor([1, 2, 0, 0, 0] as [Float], shape: [1, 5])
    let short = x[.all, ..<3]
    let z = RandomStream(2).normal([1, 2])
    let gap = writer.logProbability(of: x, z) - writer.logProbability(of: short, z)
    #expect(try gap.abs().max().value() < 1e-6)
    #expect(try (writer.encode(x) - writer.encode(short)).abs().max().value() < 1e-6)
    #expect(try (writer.encode(x) - writer.encode(x[.all, 1...])).abs().max().value() > 0)
  }

  @Test func writingTakesWhatIsChosenAndStopsAtTheEnd() throws {
    var turn = 0
    let tokens = writer.written(Tensor.zeros([2, 2])) { _ in
      turn += 1
      return Tensor(turn == 2 ? [Int64(0), 1] : [2, 2], shape: [2])
    }
    #expect(try tokens.values(as: Double.self) == [2, 0, 0, 2, 1, 2])
  }

  @Test func theLikeliestTextHasTheLikeliestTokenAtEachPlace() throws {
    let z = RandomStream(4).normal([5, 2]) * 3
    let tokens = writer.decode(z)
    let first = try tokens.selected(1, 0).values(as: Double.self)
    for (row, token) in first.enumerated() {
      // The probability of a first token is the sum over the texts that begin with it.
      let code = z[row..<row + 1]
      let texts = (0..<3).map { start -> [[Float]] in
        let a = Float(start)
        return start == 0
          ? [[0, 0, 0]]
          : [[a, 0, 0]] + [Float(1), 2].flatMap { b in (0..<3).map { [a, b, Float($0)] } }
      }
      let sums = try texts.map { group in
        let x = Tensor(group.flatMap { $0 }, shape: [group.count, 3])
        let codes = code.expanded([group.count, 2]).contiguous()
        return try writer.logProbability(of: x, codes).exp().sum().value()
      }
      #expect(sums.indices.max { sums[$0] < sums[$1] } == Int(token))
    }
  }

  @Test func sentencesAsWordsAreReadBackAndOnlyWhereTheyAgree() throws {
    let indices = stride(from: 0, to: Sentences.count, by: 9973).map { $0 }
    let rows = indices.map { Sentences.values(at: $0) }
    let choices = Tensor(rows.flatMap { $0.map(Float.init) }, shape: [rows.count, 7])
    let tokens = try SentenceWords.tokens(choices).to(.int64).places()
    for (row, values) in rows.enumerated() {
      var words = Array(tokens[(8 * row)..<(8 * row + 8)])
      #expect(words.allSatisfy { 0..<SentenceWords.vocabulary ~= $0 })
      #expect(SentenceWords.choices(words) == values)
      words[3] += values[0] > 1 ? -6 : 6  // a verb of the other number
      #expect(SentenceWords.choices(words) == nil)
    }
  }

  @Test func aTextIsLearnedFromTokens() throws {
    let source = try Source.open(
      "sentences",
      {
        var options = SourceOptions()
        options.limit = 100
        return options
      }())
    var method = AutoGen()
    method.training.epochs = 1
    method.sentences.sentenceUnits = 8
    try method.validate(for: source.domain)
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let x = try source.test.batch([0, 1]).x
    #expect(network.encode(x).shape == [2, 20])
    #expect(network.decode(network.encode(x)).shape == [2, 31])
    #expect(network.logWeights(x, draws: 3, RandomStream(1)).shape == [3, 2])
  }
}
