import Autoencoding
import Datasets
import Learning
import Torch

/// The world of sentences as words, one token for each choice: eight tokens, the end included.
///
/// Words of the plural are tokens of their own, so that determiner and noun, and subject and verb, agree.
enum SentenceWords {
  static let length = 8
  static let vocabulary = 40
  /// The first token of each kind: determiners, adjectives (none is one), nouns, verbs; plural words follow.
  private static let starts = [1, 5, 12, 28, 1, 5, 12]
  /// How far a plural word is from its singular.
  private static let plurals = [0, 0, 8, 6, 0, 0, 8]
  /// Which choice says whether a word is plural: that of its determiner.
  private static let determiners = [0, 0, 0, 0, 4, 4, 4]

  /// Choices, `[n, 7]`, as tokens, `[n, 8]`.
  static func tokens(_ choices: Tensor) -> Tensor {
    let columns = (0..<7).map { place in
      let plural = (choices.selected(1, determiners[place]) .> 1).to(.float32)
      return choices.selected(1, place) + plural * Double(plurals[place]) + Double(starts[place])
    }
    return Tensor.stack(columns + [columns[0] * 0], along: 1)
  }

  /// The choices of a row of tokens; nothing where it is no sentence of the grammar.
  static func choices(_ tokens: [Int]) -> [Int]? {
    guard tokens.count == length, tokens[7] == 0 else { return nil }
    let sizes = Sentences.factors.map(\.values)
    var found: [Int] = []
    for place in 0..<7 {
      let first = determiners[place] == place ? 0 : found[determiners[place]]
      let choice = tokens[place] - starts[place] - (first > 1 ? plurals[place] : 0)
      guard 0..<sizes[place] ~= choice else { return nil }
      found.append(choice)
    }
    return found
  }
}

/// AutoGen on the words of sentences.
struct WordAutoGen: LossRecipe {
  static var card: Card { AutoGen.card }

  var base = AutoGen()
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> AutoGen.Network {
    .texts(
      SentenceAutoencoder(
        length: SentenceWords.length, vocabulary: SentenceWords.vocabulary, base.latents,
        base.sentences, random))
  }

  func loss(_ network: AutoGen.Network, _ batch: Batch, _ step: Step) -> Loss {
    // The world has its choices with it; a loss that is not a number stops the training.
    guard let choices = batch.factors else { return Loss(.term("reconstruction", Tensor(.nan))) }
    return base.loss(
      network, Batch(x: SentenceWords.tokens(choices), indices: batch.indices), step)
  }
}
