import Foundation
import Torch

/// Texts of made words that are read or spelled: in half of them each word is followed by its first letter, in the others
/// by the next word, one of a few that may follow it; words are the seldomer the later they stand in the lexicon.
///
/// A word and a letter are one token each; 0 stands before each text.
struct SpellingTexts: Sendable {
  /// The letters that words begin with.
  static let consonants = Array("bdfgklmnprstvz")

  /// The words, the most frequent first.
  let words: [String]
  /// The place of each word's first letter.
  let first: [Int]
  /// Letters that words begin with.
  let letters: Int
  /// Words that may follow each.
  static let following = 4
  /// Tokens of a text.
  static let length = 7
  /// Frequencies of words at the start of a text, `[1, words]`.
  private let shares: Tensor
  /// Those that follow each word, one after another, `[words · following]`.
  private let successors: Tensor

  /// A lexicon of `count` words that begin with one of `letters`.
  init(words count: Int, letters: Int, seed: Seed) {
    var random = SplitMix(seed.child("lexicon"))
    let vowels = Array("aeiou")
    var words: [String] = [], first: [Int] = [], known: Set<String> = []
    while words.count < count {
      let letter = Int.random(in: 0..<letters, using: &random)
      var word = String(Self.consonants[letter])
      for _ in 0..<2 {
        word.append(vowels[Int.random(in: 0..<vowels.count, using: &random)])
        word.append(
          Self.consonants[Int.random(in: 0..<Self.consonants.count, using: &random)])
      }
      guard known.insert(word).inserted else { continue }
      words.append(word)
      first.append(letter)
    }
    (self.words, self.first, self.letters) = (words, first, letters)
    let weights = (1...count).map { Float(pow(Double($0), -0.7)) }
    shares = Tensor(weights, shape: [1, count])
    successors = RandomStream(seed.child("successors")).integers(
      0..<count, [count * Self.following])
  }

  /// Tokens of the texts.
  var vocabulary: Int { 1 + letters + words.count }

  /// `count` texts, int64 `[n, length]`, a share `spelled` of which spell their words.
  func texts(_ count: Int, spelled: Double, _ random: RandomStream) -> Tensor {
    var word = random.child("first").categorical(shares, count: count).flattened()
    var all = [word]
    for place in 1..<Self.length - 1 {
      let step = random.child("next").child(place).integers(0..<Self.following, [count])
      word = successors.indexSelect(0, (word * Double(Self.following) + step).to(.int64))
      all.append(word)
    }
    let running = Tensor.stack(all.map { token(ofWords: $0) }, along: 1)
    let half = all.prefix((Self.length - 1) / 2)
    let spelling = Tensor.stack(
      half.flatMap { [token(ofWords: $0), answer(ofWords: $0)] }, along: 1)
    let isSpelled = random.child("spelled").uniform([count, 1]) .< spelled
    let body = isSpelled.choose(spelling.to(.float32), running.to(.float32)).to(.int64)
    return Tensor.concatenate([Tensor.zeros([count, 1], type: .int64), body], along: 1)
  }

  /// The tokens of words by their places, of the same shape.
  func token(ofWords words: Tensor) -> Tensor { (words + Double(1 + letters)).to(.int64) }

  /// The tokens of their first letters.
  func answer(ofWords words: Tensor) -> Tensor {
    let known = Tensor(first.map(Int64.init))
    return (known.indexSelect(0, words.flattened()) + 1).to(.int64)
  }

  /// Texts that stop at the word of each place in `words`, which stands at `position` after drawn ones.
  func contexts(
    _ words: [Int], at position: Int, spelled: Double, _ random: RandomStream
  ) -> Tensor {
    let before = texts(words.count, spelled: spelled, random).sliced(1, 0, position)
    let own = token(ofWords: Tensor(words.map(Int64.init))).unsqueezed(1)
    return Tensor.concatenate([before, own], along: 1)
  }
}
