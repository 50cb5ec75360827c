import Datasets
import Evaluation
import Foundation
import Language
import Learning
import Networks
import Testing
import Torch

@testable import Features

@Suite struct FeaturesTests {
  let model: HookedLanguageModel
  let reading: ActivationReading
  let traits: TokenTraits

  init() throws {
    Runtime.threads = 1
    var method = LanguageModel()
    (method.blocks, method.width, method.heads) = (1, 8, 2)
    let domain = Domain(shape: [24], support: .tokens)
    let network = method.makeNetwork(domain, RandomStream(2))
    // Larger weights than training starts with, so that what is said next differs.
    for parameter in network.parameters where parameter.rank == 2 {
      try parameter.assign(parameter.detached() * 30)
    }
    model = HookedLanguageModel(network)
    let texts = (0..<40).map { $0 % 4 < 2 ? "the cat sat on the mat" : "a dog ran to a hut" }
    let rows = texts.map(model.tokens)
    reading = try ActivationReading(model, at: "embed", rows: rows)
    let kinds = (0..<40).map { $0 % 4 < 2 ? "cats" : "dogs" }
    traits = TokenTraits(reading, model, kinds: kinds)
  }

  private func places(_ isActive: (_ letter: Character, _ place: Int) -> Bool) -> [Int32] {
    reading.tokens.indices.filter { index in
      let token = reading.tokens[index]
      return isActive(Character(model.written(reading.rows[token.row][token.position])), index)
    }.map { Int32($0) }
  }

  private func scores(_ active: [Int32]) throws -> (TokenRule, RuleScores) {
    let rule = try #require(TokenRule(active, traits))
    let values = [Float](repeating: 1, count: active.count)
    let scores = RuleScores(rule, active, values, traits, stretch: 4, seed: Seed(1))
    return (rule, try #require(scores))
  }

  @Test func aUnitOfOneLetterIsToldWithoutFault() throws {
    let (rule, scores) = try scores(places { letter, _ in letter == "o" })
    #expect(rule.words == "token “o”")
    #expect(scores.fuzzing == 1 && abs(scores.simulation - 1) < 1e-9)
  }

  @Test func aUnitOfAWordIsToldByTheWord() throws {
    // The t of “cat”, not that of “the”, “sat”, “mat” or “hut”.
    let (rule, scores) = try scores(
      places { letter, place in
        guard letter == "t", place > 1 else { return false }
        let token = reading.tokens[place]
        return token.position > 2
          && model.text(of: reading.rows[token.row].prefix(token.position + 1)).hasSuffix("cat")
      })
    #expect(rule.words == "where the word so far is “cat”")
    #expect(scores.fuzzing == 1)
  }

  @Test func aUnitOfAKindOfTextIsToldByTheKind() throws {
    let (rule, scores) = try scores(places { _, place in reading.tokens[place].row % 4 >= 2 })
    #expect(rule.words == "text of “dogs”")
    #expect(scores.detection > 0.9)
  }

  @Test func chanceIsToldNoBetterThanByChance() throws {
    var random = SplitMix(Seed(3))
    let active = places { _, _ in random.uniform() < 0.2 }
    let values = [Float](repeating: 1, count: active.count)
    let rule = TokenRule(active, traits)
    let scores = [rule, nil].map {
      RuleScores($0, active, values, traits, stretch: 4, seed: Seed(1))
    }
    let told = try #require(scores[0])
    #expect(abs(told.simulation) < 0.2 && abs(told.fuzzing - 0.5) < 0.15)
    let none = try #require(scores[1])
    #expect(none.detection == 0.5 && none.fuzzing == 0.5 && none.simulation == 0)
    #expect(TokenRule([1, 2], traits) == nil)
  }

  @Test func activityIsWhatIsAboveZero() throws {
    var activity = UnitActivity(units: 3)
    try activity.add([[1, 0, 0], [2, 1, 0]] as Tensor)
    try activity.add([[0, 0, -1], [0, 0, 0]] as Tensor)
    #expect(activity.count == 4 && activity.places == [[0, 1], [1], []])
    #expect(activity.values == [[1, 2], [1], []] && activity.most(0) == 2)
    #expect(activity.share(0) == 0.5 && activity.share(2) == 0)
    // φ of two indicators with 2 and 1 of 4, together once: (1/4 − 1/8) / √(1/4 · 3/16).
    let phi = activity.coactivity([0, 1, 2])
    #expect(abs(phi[0][1] - 0.125 / (0.25 * 0.1875).squareRoot()) < 1e-12)
    #expect(phi[0][0] == 1 && phi[0][2] == 0)
  }

  @Test func theVectorThatWritesATokenRaisesIt() throws {
    let rows = model.transformer.embedding.weight.tensor.detached()
    // No other vector has a larger product with the longest than it has with itself.
    let longest = try rows.norm(over: 1).argmax(over: 0).places()[0]
    let effect = try NextTokenEffect.direct(model, rows[longest..<longest + 1] * 50, count: 3)
    #expect(effect[0].raised[0].token == longest && effect[0].raised.count == 3)
    #expect(effect[0].lowered[0].by < 0)
    let batch = model.batch(reading.rows.prefix(4).map { Array($0.prefix(10)) })
    let intervention = try Intervention(
      model, at: "blocks.0.resid_post", named: batch, judged: batch)
    let found = try #require(try intervention.score(rows[longest]))
    #expect(found.tokens.contains(longest) && found.gain > 0.1)
  }

  @Test func featuresComeWithTheBestToldFirst() throws {
    var activity = UnitActivity(units: 2)
    let o = Set(places { letter, _ in letter == "o" })
    var random = SplitMix(Seed(3))
    let codes = reading.tokens.indices.flatMap { place -> [Float] in
      [random.uniform() < 0.3 ? 1 : 0, o.contains(Int32(place)) ? 1 : 0]
    }
    try activity.add(Tensor(codes, shape: [reading.tokens.count, 2]))
    let features = ExplainedFeature.all(activity, traits, stretch: 4, seed: Seed(1))
    #expect(features.map(\.unit) == [1, 0])
    #expect(features[0].words == "token “o”" && features[0].top.count == 12)
  }

  @Test func aStudyThatCannotBeIsRefused() {
    for change in [
      { (study: inout SAEAutointerp) in study.block = 3 }, { $0.width = 12 }, { $0.active = 0 },
      { $0.read = 2 },
    ] as [(inout SAEAutointerp) -> Void] {
      var study = SAEAutointerp()
      change(&study)
      #expect(throws: (any Error).self) { try study.run(StudyRoom(seed: Seed(0))) }
    }
  }
}
