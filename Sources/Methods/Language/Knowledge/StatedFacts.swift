import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// A language of statements about things, what somebody thinks of each, whether it holds, and a word after that: “ada
/// likes tea, bo says no: yes, right.” Words are tokens.
///
/// The word after the answer follows from whether the answer is true (`right`, `wrong`), from whether it is what was
/// said (`agreed`, `denied`), or from nothing. The more often it follows from what was said, the more a model has reason
/// to keep that beside the answer.
struct StatedFacts: Sendable {
  var things = 24
  var relations = 2
  var values = 4
  var speakers = 4
  /// Probability that the word after the answer says whether it is true.
  var truthful = 0.3
  /// Probability that it says whether the answer is what was said.
  var opinionated = 0.0
  /// The true value of each thing in each relation.
  private let facts: [[Int]]

  /// A statement and what was said of it.
  struct Statement: Hashable, Sendable {
    let thing: Int
    let relation: Int
    let value: Int
    let speaker: Int
    let opinion: Bool
  }

  init(opinionated: Double, _ seed: Seed) {
    self.opinionated = opinionated
    var dice = SplitMix(seed.child("facts"))
    facts = (0..<24).map { _ in (0..<2).map { _ in Int(dice.uniform() * 4) } }
  }

  /// Tokens of a text: five of the statement, the answer, the word after it.
  static let length = 7
  /// The place of the answer.
  static let answer = 5

  static let no = 0
  static let yes = 1
  private static let ends = 2  // right, wrong, agreed, denied, nothing
  private var firstThing: Int { 7 }
  private var firstRelation: Int { firstThing + things }
  private var firstValue: Int { firstRelation + relations }
  private var firstSpeaker: Int { firstValue + values }
  private var firstOpinion: Int { firstSpeaker + speakers }

  func isTrue(_ statement: Statement) -> Bool {
    facts[statement.thing][statement.relation] == statement.value
  }

  /// The tokens of a statement with an answer and the word after it, the last of five being none.
  func words(_ statement: Statement, answer: Bool, end: Int) -> [Int] {
    [
      firstThing + statement.thing, firstRelation + statement.relation,
      firstValue + statement.value, firstSpeaker + statement.speaker,
      firstOpinion + (statement.opinion ? 1 : 0), answer ? Self.yes : Self.no,
      Self.ends + end,
    ]
  }

  private func statement(_ random: inout SplitMix) -> Statement {
    func pick(_ count: Int) -> Int { min(Int(random.uniform() * Double(count)), count - 1) }
    let (thing, relation) = (pick(things), pick(relations))
    // As many true statements as false ones.
    let value =
      random.uniform() < 0.5
      ? facts[thing][relation] : (facts[thing][relation] + 1 + pick(values - 1)) % values
    return Statement(
      thing: thing, relation: relation, value: value, speaker: pick(speakers),
      opinion: random.uniform() < 0.5)
  }

  /// `count` texts as tokens `[n, 7]`: a third are true statements alone; of the others four answers in five are true.
  func texts(_ count: Int, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed)
    let values = (0..<count).flatMap { _ -> [Float] in
      let statement = statement(&random)
      if random.uniform() < 1.0 / 3 {
        let plain = [
          firstThing + statement.thing, firstRelation + statement.relation,
          firstValue + facts[statement.thing][statement.relation], Self.ends + 4,
        ]
        return plain.map { Float($0) + 1 } + Array(repeating: 0, count: Self.length - plain.count)
      }
      let answer = isTrue(statement) == (random.uniform() < 0.8)
      let dice = random.uniform()
      let end =
        dice < truthful
        ? (answer == isTrue(statement) ? 0 : 1)
        : dice < truthful + opinionated ? (answer == statement.opinion ? 2 : 3) : 4
      return words(statement, answer: answer, end: end).map { Float($0) + 1 }
    }
    return Tensor(values, shape: [count, Self.length])
  }

  /// `count` different statements in two halves that share no value of a thing's relation, as many true as false.
  func statements(_ count: Int, _ seed: Seed) -> (train: [Statement], test: [Statement]) {
    var random = SplitMix(seed)
    var halves: [[Statement]] = [[], []]
    var seen: Set<Statement> = []
    for _ in 0..<count * 20 where halves.contains(where: { $0.count < count / 2 }) {
      let drawn = statement(&random)
      let half = (drawn.thing + drawn.relation + drawn.value) % 2
      let isRight = isTrue(drawn)
      let same = halves[half].filter { isTrue($0) == isRight }.count
      guard same < count / 4, seen.insert(drawn).inserted else { continue }
      halves[half].append(drawn)
    }
    return (halves[0], halves[1])
  }
}
