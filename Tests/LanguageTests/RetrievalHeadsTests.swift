import Evaluation
import Foundation
import Networks
import Testing
import Torch

@testable import Language

@Suite struct RetrievalHeadsTests {
  init() { Runtime.threads = 1 }

  private let world = RecallWorld(keys: 6, values: 4, pairs: 3, questions: 2)

  private func model() -> RecallModel {
    let form = TransformerForm(
      .llama, vocabulary: world.vocabulary, context: world.length, width: 32, blocks: 2, heads: 4)
    return RecallModel(form, RandomStream(1))
  }

  @Test func everyQuestionHasItsAnswerAmongThePairs() throws {
    let (tokens, needles) = world.rows(20, Seed(3))
    let rows = try tokens.places(), length = world.length
    #expect(world.length == 11 && world.asking == [7, 9])
    for (row, needles) in needles.enumerated() {
      for (asked, needle) in zip(world.asking, needles) {
        let start = row * length
        #expect(rows[start + asked] == rows[start + needle - 1])
        #expect(rows[start + asked + 1] == rows[start + needle])
        #expect((1...6).contains(rows[start + asked]) && rows[start + needle] > 6)
      }
    }
  }

  @Test func aModelLearnsToRecallAndItsHeadsAreFound() throws {
    let model = model()
    let test = world.rows(100, Seed(5))
    let before = try model.recall(world, test.tokens)
    try model.train(
      world, steps: 400, batch: 32, rate: 0.005, seed: Seed(2), shouldStop: { false })
    let whole = try model.recall(world, test.tokens)
    #expect(whole > 0.9 && before < 0.5)
    let scores = try model.scores(world, test)
    let best = try #require(scores.max { $0.value < $1.value })
    #expect(scores.count == 8 && best.value > 0.4)
    let all = try model.recall(world, test.tokens, masking: Set(model.heads))
    #expect(all < whole - 0.3)
    #expect(try model.recall(world, test.tokens, masking: []) == whole)
  }

  @Test func studiesThatCannotBeAreRefused() {
    for change in [
      { (study: inout RetrievalHeads) in study.pairs = 40 }, { $0.width = 20 },
      { $0.silenced = 17 },
    ] as [(inout RetrievalHeads) -> Void] {
      var study = RetrievalHeads()
      change(&study)
      #expect(throws: (any Error).self) { try study.run(StudyRoom(seed: Seed(0))) }
    }
  }
}
