import Datasets
import Evaluation
import Files
import Language
import Learning
import Torch

/// A small language model that a study trains, and texts that it has not seen.
struct LabModel {
  let model: HookedLanguageModel
  /// Tokens of texts that were kept from training.
  let rows: [[Int]]

  /// Its size and its training.
  struct Recipe {
    /// What it reads: a source of texts.
    var texts = "text8-sample"
    /// Bytes of a text.
    var length = 128
    /// Texts to train on, and texts to read.
    var trained = 4000
    var read = 800
    var epochs = 3
    var blocks = 3
    var width = 128
    /// Tokens of text: bytes, and frequent neighbours joined.
    var vocabulary = 512

    /// Refuses sizes that make no model.
    func validate() throws {
      try require((16...4096).contains(length), "--length \(length): must be from 16 to 4096 bytes")
      try require(trained >= 20, "--trained \(trained): at least 20 texts are needed")
      try require(read >= 20, "--read \(read): at least 20 texts are needed")
      try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
      try require((2...100).contains(blocks), "--blocks \(blocks): must be from 2 to 100")
      try require(
        width >= 8 && width % 8 == 0, "--width \(width): must be a positive multiple of 8")
    }
  }

  init(_ recipe: Recipe, _ lab: Lab, _ seed: Seed) throws {
    var options = SourceOptions()
    (options.limit, options.validation, options.seed) = (recipe.trained + recipe.read, 0, 0)
    options.test = Double(recipe.read) / Double(recipe.trained + recipe.read)
    let texts = try Self.cut(Source.open(recipe.texts, options), to: recipe.length)
    var method = LanguageModel()
    (method.style, method.blocks, method.width, method.heads) = (
      .gpt2, recipe.blocks, recipe.width, 4
    )
    (method.vocabulary, method.training.epochs) = (recipe.vocabulary, recipe.epochs)
    method.training.batch = 32
    method.training.warmup = min(100, recipe.epochs * texts.train.count / 32 / 5)
    model = HookedLanguageModel(
      try lab.fit(method, texts, seed: seed.child("model"), as: "language model"))
    rows = try model.rows(
      texts.test.batch(Array(0..<texts.test.count)).x, texts.domain
    ).filter { $0.count > 2 }
    try require(rows.count >= 10, "\(recipe.texts) has \(rows.count) texts to read; 10 are needed")
  }

  /// The same texts, of each its first bytes.
  private static func cut(_ source: Source, to length: Int) throws -> Source {
    try require(source.domain.support == .tokens, "\(source.name) holds no texts")
    guard source.domain.size > length else { return source }
    func part(_ examples: Examples) throws -> MadeExamples {
      let x = try examples.batch(Array(0..<examples.count)).x
      return MadeExamples(x.flattened(from: 1).sliced(1, 0, length))
    }
    return try Source.made(
      source.name, train: part(source.train), test: part(source.test), support: .tokens,
      factors: [], .init())
  }
}
