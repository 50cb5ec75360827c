import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct TextWorldTests {
  /// All texts of so many letters.
  private func every(_ letters: Int, _ length: Int) -> [String] {
    let count = (0..<length).reduce(1) { all, _ in all * letters }
    return (0..<count).map { index in
      var rest = index
      return Letters.text(
        (0..<length).map { _ in
          defer { rest /= letters }
          return rest % letters
        })
    }
  }

  /// Σ p and −Σ p log p of texts.
  private func sums(_ world: some TextLaw, _ texts: [String]) -> (total: Double, entropy: Double) {
    texts.reduce((0, 0)) { sum, text in
      let logP = world.logProbability(of: text)
      return logP > -.infinity ? (sum.0 + exp(logP), sum.1 - exp(logP) * logP) : sum
    }
  }

  /// How far the mean of −log p over drawn texts is from `entropy`, in standard errors.
  private func surprise(_ world: some TextLaw, _ entropy: Double, count: Int = 1500) -> Double {
    let values = world.texts(count, part: "test", seed: Seed(3)).map {
      -world.logProbability(of: $0.text)
    }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    return abs(mean - entropy) / (variance / Double(count)).squareRoot()
  }

  @Test(arguments: [1, 2, 3]) func theEntropyOfAChainIsTheSumOverAllTexts(_ order: Int) {
    let world = MarkovTexts(letters: 3, order: order, length: 6, seed: Seed(UInt64(order)))
    let (total, entropy) = sums(world, every(3, 6))
    #expect(abs(total - 1) < 1e-12)
    #expect(abs(entropy - world.entropy) < 1e-10)
    #expect(abs(world.stationary.reduce(0, +) - 1) < 1e-12)
    #expect(world.logProbability(of: "abz") == -.infinity)
    #expect(surprise(MarkovTexts(seed: Seed(9)), MarkovTexts(seed: Seed(9)).entropy) < 4)
  }

  @Test func theRateOfAChainOfTwoLettersIsItsClosedForm() {
    let world = MarkovTexts(letters: 2, order: 1, length: 8, seed: Seed(5))
    let (a, b) = (world.transitions[0][1], world.transitions[1][0])
    #expect(abs(world.stationary[0] - b / (a + b)) < 1e-12)
    let rate = (b * [a, 1 - a].entropy + a * [b, 1 - b].entropy) / (a + b)
    #expect(abs(world.entropyRate - rate) < 1e-12)
  }

  @Test func hiddenModelsAreInferredAsBayesHasIt() throws {
    let world = HiddenMarkovTexts(models: 3, states: 2, letters: 3, length: 5, seed: Seed(2))
    #expect(abs(sums(world, every(3, 5)).total - 1) < 1e-12)
    // Against the sum over all paths of states.
    let text = try #require(Letters.symbols("abcab", below: 3))
    let likelihoods = world.transitions.map { transitions in
      (0..<32).reduce(0.0) { sum, path in
        let states = (0..<5).map { path >> $0 & 1 }
        let shown = zip(states, text).reduce(1.0) { $0 * world.emissions[$1.0][$1.1] }
        return sum
          + zip(states, states.dropFirst()).reduce(0.5 * shown) {
            $0 * transitions[$1.0][$1.1]
          }
      }
    }
    let belief = try #require(world.belief(after: "abcab"))
    let all = likelihoods.reduce(0, +)
    for (model, p) in belief.posterior.enumerated() {
      #expect(abs(p - likelihoods[model] / all) < 1e-12)
    }
    #expect(abs(exp(world.logProbability(of: "abcab")) - all / 3) < 1e-12)
    // What comes next, against texts that are one letter longer.
    let longer = HiddenMarkovTexts(models: 3, states: 2, letters: 3, length: 6, seed: Seed(2))
    for (letter, p) in world.prediction(belief).enumerated() {
      let joint = exp(longer.logProbability(of: "abcab" + Letters.text([letter])))
      #expect(abs(p - joint / (all / 3)) < 1e-12)
    }
  }

  @Test func aTextTellsItsModel() throws {
    let world = HiddenMarkovTexts(seed: Seed(1))
    let texts = world.texts(200, part: "test", seed: Seed(1))
    let right = try texts.count { text in
      let posterior = try #require(world.belief(after: text.text)).posterior
      return posterior.indices.max { posterior[$0] < posterior[$1] } == text.label
    }
    #expect(right > 120)
  }

  @Test func theInsideOfAGrammarIsTheSumOverAllWaysToMakeATextFromIt() {
    let world = GrammarTexts(symbols: 2, levels: 2, rules: 2, seed: Seed(4))
    // Every way, with its probability.
    var made: [String: Double] = [:], entropy = 0.0
    let bodies = world.rules
    for first in bodies[0][0] {
      let ways = first.map { bodies[1][$0] }
      let count = ways.reduce(1) { $0 * $1.count }
      for index in 0..<count {
        var rest = index
        let row = ways.flatMap { bodies in
          defer { rest /= bodies.count }
          return bodies[rest % bodies.count]
        }
        let p = 0.5 / Double(count)
        made[Letters.text(row), default: 0] += p
        entropy -= p * log(p)
      }
    }
    #expect(abs(made.values.reduce(0, +) - 1) < 1e-12)
    for (text, p) in made { #expect(abs(exp(world.logProbability(of: text)) - p) < 1e-12) }
    #expect(abs(world.derivationEntropy - entropy) < 1e-12)
    #expect(world.logProbability(of: "c") == -.infinity)
    #expect(world.logProbability(of: "") == -.infinity)
    let large = GrammarTexts(seed: Seed(4))
    for text in large.texts(20, part: "test", seed: Seed(1)) {
      #expect(large.logProbability(of: text.text).isFinite)
      #expect(text.text.utf8.count <= large.length)
    }
  }

  @Test func factsAreThoseOfTheTable() {
    let world = FactTexts(people: 30, seed: Seed(3))
    #expect(Set(world.people).count == 30)
    let all = (0..<30).flatMap { person in (0..<3).map { world.sentence(person, $0) } }
    let (total, entropy) = sums(world, all)
    #expect(abs(total - 1) < 1e-12 && abs(entropy - world.entropy) < 1e-12)
    #expect(all.allSatisfy { $0.utf8.count <= world.length })
    #expect(world.logProbability(of: all[0].replacing(".", with: "!")) == -.infinity)
    let large = FactTexts(seed: Seed(3))
    #expect(Set(large.people).count == 200 && surprise(large, large.entropy) < 4)
    #expect(
      large.people.indices.allSatisfy { p in
        (0..<3).allSatisfy { large.sentence(p, $0).utf8.count <= 36 }
      })
  }

  @Test func wordsAreAsFrequentAsTopicsAndSharesSay() throws {
    let world = TopicTexts(seed: Seed(6))
    let texts = world.texts(800, part: "test", seed: Seed(1))
    var seen = [Double](repeating: 0, count: world.words.count), wanted = seen
    for text in texts {
      #expect(text.text.utf8.count == world.length)
      let shares = text.factors.map { Double($0) }
      for word in try #require(world.wordPlaces(text.text)) { seen[word] += 1 }
      for word in wanted.indices {
        wanted[word] += 24 * zip(shares, world.topics).reduce(0) { $0 + $1.0 * $1.1[word] }
      }
    }
    // Given the shares the counts are sums of independent draws.
    let statistic = zip(seen, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    #expect(statistic < 48 + 4 * (2 * 48.0).squareRoot())
    let text = texts[0], shares = text.factors.map { Double($0) }
    let other = [1.0] + [Double](repeating: 0, count: 5)
    #expect(
      world.logProbability(of: text.text, shares: shares)
        > world.logProbability(of: text.text, shares: other))
  }

  @Test(arguments: ["markov", "hidden-markov", "grammar", "facts", "topics"])
  func aWorldOpensByItsNameAndFollowsFromItsSeed(_ name: String) throws {
    func open(_ seed: UInt64) throws -> Source {
      var options = SourceOptions()
      options.limit = 40
      options.seed = seed
      return try Source.open(name, options)
    }
    let source = try open(1)
    #expect(source.domain.support == .tokens && source.train.count > 20)
    let first: [Float] = try source.train.batch([0, 1]).x.values()
    #expect(first == (try open(1).train.batch([0, 1]).x.values()))
    #expect(first != (try open(2).train.batch([0, 1]).x.values()))
    #expect(Source.known().contains { $0.name == name && $0.isHere })
    #expect(!Domain.text(of: first.prefix(source.domain.size)).isEmpty)
  }
}
