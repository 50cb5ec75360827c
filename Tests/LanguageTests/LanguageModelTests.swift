import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Testing
import Torch

@testable import Language

@Suite struct LanguageModelTests {
  init() { Runtime.threads = 1 }

  private func model(_ change: (inout LanguageModel) -> Void = { _ in }) -> LanguageModel {
    var model = LanguageModel()
    (model.blocks, model.width, model.heads) = (1, 16, 2)
    change(&model)
    return model
  }

  private func network(_ domain: Domain, _ model: LanguageModel) -> LanguageModel.Network {
    let network = model.makeNetwork(domain, RandomStream(2))
    // Larger weights than training starts with, so that probabilities differ.
    for parameter in network.parameters where parameter.rank == 2 {
      try? parameter.assign(parameter.detached() * 30)
    }
    return network
  }

  private func texts(_ texts: [String], _ length: Int) -> (Domain, Tensor) {
    let domain = Domain(shape: [length], support: .tokens)
    return (domain, Tensor(texts.flatMap(domain.tokens), shape: [texts.count, length]))
  }

  @Test(arguments: LanguageModel.Style.allCases)
  func theProbabilitiesOfAllTextsSumToOne(_ style: LanguageModel.Style) throws {
    let domain = Domain(shape: [1], support: .tokens)
    let network = network(domain, model { $0.style = style })
    let all = Tensor.range(0, 257, type: .float32).reshaped(257, 1)
    let p = try network.logProbability(of: all).exp().values(as: Double.self)
    #expect(abs(p.reduce(0, +) - 1) < 1e-4)
    // Draws come as often as the model says.
    let drawn = network.written(4000, TokenChoice(), RandomStream(3))
    let counts = try drawn.to(.int64).flattened().bincount(length: 257).values(as: Double.self)
    let statistic = zip(counts, p).reduce(0) { sum, pair in
      sum + (pair.0 - 4000 * pair.1) * (pair.0 - 4000 * pair.1) / max(4000 * pair.1, 1e-9)
    }
    #expect(statistic < 257 + 5 * (2 * 257.0).squareRoot())
    let best = try network.written(1, TokenChoice(temperature: 0), RandomStream(3)).value()
    #expect(Int(best) == p.indices.max { p[$0] < p[$1] })
  }

  @Test func theDensityOfARealNumberIntegratesToOne() throws {
    let domain = Domain(shape: [1], support: .real)
    let network = network(domain, model())
    let x = Tensor.linspace(-6, 6, count: 24_001).reshaped(24_001, 1)
    let sum = try network.logProbability(of: x).exp().sum().value() * 12 / 24_000
    #expect(abs(sum - 1) < 1e-2)
  }

  @Test func numbersAreWrittenAsLevels() throws {
    let domain = Domain(shape: [1, 2, 2], support: .unit)
    let drawn = network(domain, model()).written(50, TokenChoice(), RandomStream(1))
    #expect(drawn.shape == [50, 1, 2, 2])
    #expect(try drawn.min().value() >= 0 && drawn.max().value() <= 1)
  }

  @Test func levelsAreReadAsTheyAreWritten() {
    for support in [Domain.Support.unit, .real] {
      let levels = Levels(support)
      for level in 0..<256 { #expect(levels.level(of: levels.value(of: level)) == level) }
      #expect(levels.level(of: .nan) == 0 && levels.level(of: .infinity) == 255)
      #expect(levels.level(of: 99) == 255 && levels.level(of: -99) == 0)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 50], [0, 1, 2]) func everyTokenIsToldOnce(
    _ length: Int, _ overlap: Int
  ) throws {
    let overlap = min(overlap, length - 1)
    let rows = [Array(1...9), [4], [5, 6], Array(20...27)]
    let windows = TokenWindows(rows, of: length, overlap: overlap, .cpu)
    #expect(windows.counted == 8 + 0 + 1 + 7)
    let (inputs, targets) = (try windows.inputs.places(), try windows.targets.places())
    let width = windows.inputs.size(1)
    #expect(width <= length)
    var told: [Int: [Int]] = [:]
    for (place, target) in targets.enumerated() where target >= 0 {
      // Rows count upwards, so that each token follows what was read.
      #expect(target == inputs[place] + 1)
      told[windows.owners[place / width], default: []].append(target)
    }
    #expect(told[0] == Array(2...9) && told[2] == [6] && told[3] == Array(21...27))
  }

  @Test func aTextThatDoesNotFitIsScoredInWindows() throws {
    let (domain, x) = texts(["abcabcab", "abc", ""], 8)
    let whole = network(domain, model())
    let short = network(domain, model { $0.context = 3 })
    let p = try short.logProbability(of: x).values(as: Double.self)
    #expect(p.allSatisfy { $0.isFinite && $0 < 0 })
    // Only the end of an empty text is told, which needs no context.
    #expect(try abs(whole.logProbability(of: x).values()[2] - Float(p[2])) < 1e-5)
    let alone = try short.logProbability(of: x[1..<2]).value()
    #expect(abs(alone - p[1]) < 1e-5)
    let drawn = short.written(3, TokenChoice(), RandomStream(1))
    #expect(drawn.shape == [3, 8])
  }

  @Test func textsAreReadEndToEnd() {
    let (domain, x) = texts(["ab", "", "cdef"], 4)
    let network = network(domain, model())
    let (rows, bytes) = network.reader.rows(x, endToEnd: true)
    #expect(rows == [[0, 98, 99, 0, 0, 100, 101, 102, 103]] && bytes == 6)
    #expect(network.reader.rows(x).tokens == [[0, 98, 99, 0], [0, 0], [0, 100, 101, 102, 103]])
  }

  @Test func joinedNeighboursAreLearnedAndReadBack() throws {
    var options = SourceOptions()
    options.limit = 300
    let source = try Source.open("sentences", options)
    let model = model { $0.vocabulary = 300 }
    let network = model.makeNetwork(source.domain, RandomStream(1))
    try network.reader.learn(source.train)
    let x = try source.train.batch(Array(0..<20)).x
    let (rows, bytes) = network.reader.rows(x)
    let tokens = rows.reduce(0) { $0 + $1.count }
    #expect(3 * tokens < 2 * bytes && rows.joined().allSatisfy { (0..<300).contains($0) })
    let back = network.reader.examples(rows.map { Array($0.dropFirst()) }, .cpu)
    #expect(try back.values() == x.values())
    // What was learned is part of the state.
    let again = model.makeNetwork(source.domain, RandomStream(9))
    try again.load(network.state)
    #expect(again.reader.rows(x).tokens == rows)
    #expect(
      try abs((again.logProbability(of: x) - network.logProbability(of: x)).max().value()) < 1e-5)
  }

  @Test(arguments: LanguageModel.Style.allCases)
  func aChainIsLearnedToItsEntropy(_ style: LanguageModel.Style) throws {
    let world = MarkovTexts(letters: 3, order: 1, length: 24, seed: Seed(4))
    let domain = Domain(shape: [24], support: .tokens)
    func part(_ count: Int, _ name: String) -> MadeExamples {
      let rows = world.texts(count, part: name, seed: Seed(1)).flatMap {
        domain.tokens(of: $0.text)
      }
      return MadeExamples(Tensor(rows, shape: [count, 24]))
    }
    let source = try Source.made(
      "chain", train: part(480, "train"), test: part(200, "test"), support: .tokens)
    let model = model {
      $0.style = style
      $0.width = 32
      ($0.training.epochs, $0.training.warmup, $0.training.learningRate) = (6, 10, 1e-2)
    }
    let network = try Space.fitted(model, FitRun(source, seed: Seed(1))).network
    let loss = try -network.logProbability(of: source.test.batch(Array(0..<200)).x).mean().value()
    let best =
      -world.texts(200, part: "test", seed: Seed(1))
      .reduce(0) { $0 + world.logProbability(of: $1.text) } / 200
    #expect(loss > best - 0.2 && loss < best + 24 * 0.04, "\(loss) beside \(best)")
  }

  @Test func textsHaveTheirBitsPerByte() throws {
    var options = SourceOptions()
    options.limit = 60
    let source = try Source.open("markov", options)
    let network = model().makeNetwork(source.domain, RandomStream(1))
    let figures = try Figure.all(of: network, source.domain, source.test, draws: []) { _, body in
      try body(Scores(source.test, seed: Seed(1)))
    }
    let nats = try #require(figures.first { $0.unit == "nats" }).estimate.value
    let bits = try #require(figures.first { $0.name == "negative ELBO per byte" })
    #expect(bits.unit == "bits" && abs(bits.estimate.value - nats / (64 * log(2))) < 1e-9)
  }

  @Test func settingsThatMakeNoNetworkAreRefused() {
    let texts = Domain(shape: [8], support: .tokens),
      pictures = Domain(shape: [1, 4, 4], support: .unit)
    let wrong: [((inout LanguageModel) -> Void, Domain)] = [
      ({ $0.heads = 3 }, texts), ({ $0.width = 0 }, texts), ({ $0.blocks = 0 }, texts),
      ({ $0.context = -1 }, texts), ({ $0.vocabulary = 100 }, texts),
      ({ $0.vocabulary = 400 }, pictures), ({ _ in }, Domain(shape: [100_000], support: .real)),
    ]
    for (change, domain) in wrong {
      #expect(throws: UserError.self) { try model(change).validate(for: domain) }
    }
    #expect(throws: Never.self) { try model().validate(for: pictures) }
  }
}
