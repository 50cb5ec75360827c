import Torch

/// A language of statements about things, what somebody thinks of each, whether it holds, and a word after that: “ada
/// likes tea, bo says no: yes, right.” Words are tokens.
///
/// The word after the answer follows from whether the answer is true (`right`, `wrong`), from whether it is what was
/// said (`agreed`, `denied`), or from nothing. The more often it follows from what was said, the more a model has reason
/// to keep that beside the answer. A third of the texts are true statements alone, from which models learn the facts.
struct StatedFacts: Sendable {
  private static let things = 24
  private static let relations = 2
  private static let values = 4
  private static let speakers = 4
  /// Probability that the word after the answer says whether it is true.
  private static let truthful = 0.3
  /// Probability that it says whether the answer is what was said.
  let opinionated: Double
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
    facts = (0..<Self.things).map { _ in
      (0..<Self.relations).map { _ in Int(dice.uniform() * Double(Self.values)) }
    }
  }

  /// Tokens of a text: five of the statement, the answer, the word after it.
  static let length = 7
  /// The place of the answer.
  static let answer = 5

  static let no = 0
  static let yes = 1
  /// The word after an answer.
  enum End: Int {
    case right = 2
    case wrong, agreed, denied, none
  }
  private static let firstThing = 7
  private static let firstRelation = firstThing + things
  private static let firstValue = firstRelation + relations
  private static let firstSpeaker = firstValue + values
  private static let firstOpinion = firstSpeaker + speakers

  func isTrue(_ statement: Statement) -> Bool {
    facts[statement.thing][statement.relation] == statement.value
  }

  /// The tokens of a statement with an answer and the word after it.
  func words(_ statement: Statement, answer: Bool, end: End) -> [Int] {
    [
      Self.firstThing + statement.thing, Self.firstRelation + statement.relation,
      Self.firstValue + statement.value, Self.firstSpeaker + statement.speaker,
      Self.firstOpinion + (statement.opinion ? 1 : 0), answer ? Self.yes : Self.no, end.rawValue,
    ]
  }

  private func statement(_ random: inout SplitMix) -> Statement {
    func pick(_ count: Int) -> Int { min(Int(random.uniform() * Double(count)), count - 1) }
    let (thing, relation) = (pick(Self.things), pick(Self.relations))
    // As many true statements as false ones.
    let value =
      random.uniform() < 0.5
      ? facts[thing][relation] : (facts[thing][relation] + 1 + pick(Self.values - 1)) % Self.values
    return Statement(
      thing: thing, relation: relation, value: value, speaker: pick(Self.speakers),
      opinion: random.uniform() < 0.5)
  }

  /// `count` texts as tokens `[n, 7]`: a third are true statements alone; of the others four answers in five are true.
  func texts(_ count: Int, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed)
    let values = (0..<count).flatMap { _ -> [Float] in
      let statement = statement(&random)
      if random.uniform() < 1.0 / 3 {
        let plain = [
          Self.firstThing + statement.thing, Self.firstRelation + statement.relation,
          Self.firstValue + facts[statement.thing][statement.relation], End.none.rawValue,
        ]
        return plain.map { Float($0) + 1 } + Array(repeating: 0, count: Self.length - plain.count)
      }
      let answer = isTrue(statement) == (random.uniform() < 0.8)
      let dice = random.uniform()
      let end: End =
        dice < Self.truthful
        ? (answer == isTrue(statement) ? .right : .wrong)
        : dice < Self.truthful + opinionated
          ? (answer == statement.opinion ? .agreed : .denied) : .none
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
