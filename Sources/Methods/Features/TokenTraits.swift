import Language

/// Something that is said of each token by a whole number, such as which token it is or what came before it.
public struct TokenTrait {
  /// What it is, before its value: `after` or `in the word`.
  public let name: String
  /// The value of each token.
  let values: [Int32]
  /// What a value is called.
  let names: [String]
  /// How many tokens have each value, of those that rules are learned from.
  fileprivate(set) var counts: [Int] = []

  fileprivate init(_ name: String, _ said: [String]) {
    var places: [String: Int32] = [:], names: [String] = []
    values = said.map { word in
      if let place = places[word] { return place }
      let place = Int32(names.count)
      places[word] = place
      names.append(word)
      return place
    }
    (self.name, self.names) = (name, names)
  }

  fileprivate mutating func count(_ isLearned: [Bool]) {
    counts = [Int](repeating: 0, count: names.count)
    for (value, isLearned) in zip(values, isLearned) where isLearned { counts[Int(value)] += 1 }
  }

  /// Whether a token is at the place of a value whose name is empty, which stands for none.
  func isNone(_ value: Int32) -> Bool { names[Int(value)].isEmpty }
}

/// All that rules may say of the tokens that were read.
public struct TokenTraits {
  public let all: [TokenTrait]
  /// The tokens that rules are learned from; the others judge them.
  public let isLearned: [Bool]

  /// The traits of the tokens of a reading; `kinds` names the kind of each text where there are such.
  ///
  /// Texts with an even number are learned from.
  public init(
    _ reading: ActivationReading, _ model: HookedLanguageModel, kinds: [String]? = nil
  ) {
    var written: [Int: String] = [:]
    func text(_ token: Int) -> String {
      if let known = written[token] { return known }
      let new = model.written(token)
      written[token] = new
      return new
    }
    var (tokens, before, pairs, words, lastWords, forms) = (
      [String](), [String](), [String](), [String](), [String](), [String]()
    )
    var row = -1, word = "", lastWord = "", previous = ["", ""]
    for place in reading.tokens {
      if place.row != row { (row, word, lastWord, previous) = (place.row, "", "", ["", ""]) }
      let piece = text(reading.rows[place.row][place.position])
      for letter in piece {
        if letter.isLetter || letter.isNumber {
          word.append(letter)
        } else if !word.isEmpty {
          (lastWord, word) = (word, "")
        }
      }
      tokens.append(piece)
      before.append(previous[1])
      pairs.append(previous[0].isEmpty ? "" : previous[1] + piece)
      words.append(word)
      lastWords.append(lastWord)
      forms.append(Self.form(piece, isFirst: word.count == piece.count && !word.isEmpty))
      previous = [previous[1], piece]
    }
    var all = [
      TokenTrait("token", tokens), TokenTrait("after", before), TokenTrait("after and at", pairs),
      TokenTrait("where the word so far is", words), TokenTrait("after the word", lastWords),
      TokenTrait("kind of token", forms),
    ]
    if let kinds { all.append(TokenTrait("text of", reading.tokens.map { kinds[$0.row] })) }
    let isLearned = reading.tokens.map { $0.row % 2 == 0 }
    for place in all.indices { all[place].count(isLearned) }
    (self.all, self.isLearned) = (all, isLearned)
  }

  /// The traits of examples that are no texts: the kind of each, where that is known.
  ///
  /// Every second example is learned from.
  public init(kinds: [String]) {
    var trait = TokenTrait("an example of", kinds)
    let isLearned = kinds.indices.map { $0 % 2 == 0 }
    trait.count(isLearned)
    (all, self.isLearned) = ([trait], isLearned)
  }

  private static func form(_ piece: String, isFirst: Bool) -> String {
    guard let last = piece.last else { return "" }
    if last.isNumber { return "digit" }
    if last.isLetter {
      let size = last.isUppercase ? "capital" : "letter"
      return isFirst ? "\(size) that begins a word" : size
    }
    if last.isWhitespace { return "space" }
    return last.isPunctuation || last.isSymbol ? "punctuation" : "other sign"
  }
}
