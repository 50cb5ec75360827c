import Datasets
import Torch

/// A language of moods and of chains of relations: “um, fine grim happy fine dull, mood good; ada mother friend bo boss
/// cy.” Words are tokens.
///
/// Five words of feeling come before the mood that most of them have. A name follows, then relations, each of which leads
/// from one person to another; after each, with probability one half, the name to which the chain has led. As whom a
/// relation leads to depends on whom the one before led to, a chain needs as many look-ups, one after another, as it has
/// relations. That orders the tasks by how hard they are before any model is seen.
struct RelationChains: Sendable {
  static let people = 8
  static let relations = 4
  private static let feelings = 5
  /// Words of each feeling.
  private static let shades = 6
  private static let fillers = 5
  /// Most words before the feelings that say nothing.
  private static let opening = 3

  // Words; the two moods are 0 and 1.
  private static let asked = 2
  private static let stop = 3
  static let firstLetter = 4
  private static let firstFiller = 6
  private static let firstFeeling = firstFiller + fillers
  static let firstPerson = firstFeeling + 2 * shades
  static let firstRelation = firstPerson + people

  /// Most relations between two names.
  let steps: Int
  /// Whom each relation leads to from each person; from no two to the same one.
  private let leads: [[Int]]

  init(steps: Int, _ seed: Seed) {
    self.steps = steps
    leads = (0..<Self.relations).map { shuffled(Self.people, seed.child("relation").child($0)) }
  }

  /// What can be read of a text at its last word.
  enum Task: Equatable, Sendable {
    /// Which half of the relations the last word is of: the word itself says it.
    case word
    /// The mood of most words of feeling: they have to be gathered.
    case mood
    /// Which half of the people a chain of so many relations leads to: as many look-ups, one after another.
    case chain(Int)

    var name: String {
      switch self {
      case .word: "word"
      case .mood: "mood"
      case .chain(let steps): steps == 1 ? "1 step" : "\(steps) steps"
      }
    }
  }

  /// From the simplest to the hardest.
  var tasks: [Task] { [.word, .mood] + (1...steps).map { Task.chain($0) } }

  /// A text up to where its next word is the answer.
  struct Question: Equatable, Sendable {
    let words: [Int]
    let answer: Int
    /// What a probe is to read, 0 or 1.
    let label: Int
  }

  /// Tokens of a text with its end.
  var length: Int { Self.opening + Self.feelings + 6 + 3 * steps }

  private static func pick(_ count: Int, _ random: inout SplitMix) -> Int {
    min(Int(random.uniform() * Double(count)), count - 1)
  }

  /// Words of feeling, and the mood of most.
  private func felt(_ random: inout SplitMix) -> (words: [Int], mood: Int) {
    var words: [Int] = [], high = 0
    for _ in 0..<Self.feelings {
      let side = Self.pick(2, &random)
      high += side
      words.append(Self.firstFeeling + side * Self.shades + Self.pick(Self.shades, &random))
    }
    return (words, 2 * high > Self.feelings ? 1 : 0)
  }

  /// A question of `task`.
  func question(_ task: Task, _ random: inout SplitMix) -> Question {
    let (feelings, mood) = felt(&random)
    guard task != .mood else {
      return Question(words: feelings + [Self.asked], answer: mood, label: mood)
    }
    var person = Self.pick(Self.people, &random), relation = 0
    var words = feelings + [Self.asked, mood, Self.firstPerson + person]
    var relations = steps
    if case .chain(let count) = task { relations = count }
    for _ in 0..<relations {
      relation = Self.pick(Self.relations, &random)
      person = leads[relation][person]
      words.append(Self.firstRelation + relation)
    }
    return Question(
      words: words, answer: Self.firstPerson + person,
      label: task == .word ? relation % 2 : person % 2)
  }

  /// A text as long as all are, with a chain as long as there is room.
  private func text(_ random: inout SplitMix) -> [Int] {
    var words: [Int] = [], untold = 0
    for _ in 0..<Self.pick(Self.opening + 1, &random) {
      words.append(Self.firstFiller + Self.pick(Self.fillers, &random))
    }
    let (feelings, mood) = felt(&random)
    var person = Self.pick(Self.people, &random)
    words += feelings + [Self.asked, mood, Self.firstPerson + person]
    let room = length - 1
    while words.count < room - 1 {
      let relation = Self.pick(Self.relations, &random)
      person = leads[relation][person]
      words.append(Self.firstRelation + relation)
      untold += 1
      guard untold == steps || words.count == room - 1 || random.uniform() < 0.5 else { continue }
      words.append(Self.firstPerson + person)
      untold = 0
    }
    return words.count < room ? words + [Self.stop] : words
  }

  /// `count` texts as tokens `[n, length]`, each with its end.
  func texts(_ count: Int, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed)
    var values: [Float] = []
    for _ in 0..<count { values += text(&random).map { Float($0) + 1 } + [0] }
    return Tensor(values, shape: [count, length])
  }

  /// `words` after `count` strings of three letters alike, letters that are in no text.
  func noised(_ words: [Int], _ count: Int, _ random: inout SplitMix) -> [Int] {
    var noise: [Int] = []
    for _ in 0..<count {
      noise += [Int](repeating: Self.firstLetter + Self.pick(2, &random), count: 3)
    }
    return noise + words
  }

  /// The tokens of words, after the one that stands before each text.
  static func row(_ words: [Int]) -> [Int] { [0] + words.map { $0 + 1 } }
}
