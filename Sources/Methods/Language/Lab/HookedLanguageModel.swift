import Datasets
import Files
import Foundation
import Networks
import Tokenisers
import Torch

/// A causal transformer whose activations are to be read and changed, with the tokens of its texts: one that was fitted
/// here, or a published one.
public struct HookedLanguageModel {
  public let transformer: LanguageTransformer
  private let tokens: Tokens

  private enum Tokens {
    case fitted(TokenReader)
    case published(PretrainedTokeniser)
  }

  /// The model of a fitted space.
  public init(_ network: LanguageModel.Network) {
    transformer = network.transformer
    tokens = .fitted(network.reader)
  }

  /// The model in a folder as `transformers` saves them, with its `tokenizer.json`.
  ///
  /// - Throws: `UserError` where it is none, or no decoder.
  public init(opening folder: String) throws {
    guard case .decoder(let network) = try PretrainedModel(opening: folder) else {
      throw UserError(
        "\(folder) holds an encoder; a decoder, such as GPT-2 or Llama, is wanted here")
    }
    transformer = network
    let tokeniser = try PretrainedTokeniser(opening: folder + "/tokenizer.json")
    try require(
      tokeniser.count <= network.form.vocabulary,
      "\(folder)/tokenizer.json has tokens up to \(tokeniser.count - 1), and the model knows \(network.form.vocabulary)"
    )
    tokens = .published(tokeniser)
  }

  /// Whether the folder at `path` holds a published model.
  public static func isPublished(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/config.json")
  }

  /// The places that hooks may name.
  public var hookNames: [String] { transformer.hookNames }
  /// Whether it reads texts, and not numbers as levels.
  public var readsTexts: Bool {
    if case .fitted(let reader) = tokens { return reader.isText }
    return true
  }

  /// Blocks of the transformer.
  public var blocks: Int { transformer.blocks.count }

  /// The tokens of a text, after those that the model wants before each.
  public func tokens(of text: String) -> [Int] {
    switch tokens {
    case .fitted(let reader): reader.tokens(of: Array(text.utf8))
    case .published(let tokeniser): tokeniser.encode(text)
    }
  }

  /// The tokens of the texts of examples `[n]` + shape.
  ///
  /// - Throws: `UserError` where they are no texts, and the model reads nothing else; `TensorError` that `x` carries.
  public func rows(_ x: Tensor, _ domain: Domain) throws -> [[Int]] {
    if case .fitted(let reader) = tokens, !readsTexts { return reader.rows(x).tokens }
    try require(
      domain.support == .tokens, "this model reads texts, and the source holds numbers")
    let values: [Float] = try x.flattened(from: 1).to(.cpu).values(), width = max(domain.size, 1)
    return stride(from: 0, to: values.count, by: width).map { start in
      tokens(of: Domain.text(of: values[start..<start + width]))
    }
  }

  /// What a token stands for, as text; bytes that are no text of their own are written `‹e2›`.
  public func written(_ token: Int) -> String {
    switch tokens {
    case .fitted(let reader):
      let bytes = reader.bytes(of: token)
      return String(validating: bytes, as: UTF8.self)
        ?? bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : String(format: "‹%02x›", $0) }
        .joined()
    case .published(let tokeniser): return tokeniser.decode([token], withSpecials: true)
    }
  }

  /// The text of a row of tokens.
  public func text(of row: some Sequence<Int>) -> String {
    switch tokens {
    case .fitted(let reader):
      String(decoding: row.flatMap { reader.bytes(of: $0) }, as: UTF8.self)
    case .published(let tokeniser): tokeniser.decode(Array(row))
    }
  }

  /// Rows of at most a context of tokens as a tensor `[n, t]`, int64, filled up with 0 at their ends.
  ///
  /// What fills up comes after all that is read, so that no causal model sees it.
  public func batch(_ rows: [[Int]]) -> Tensor {
    let longest = max(1, rows.map(\.count).max() ?? 1)
    return Tensor(
      rows.flatMap { row in
        row.map { Int64($0) } + [Int64](repeating: 0, count: longest - row.count)
      }, shape: [rows.count, longest])
  }

  /// −log p of each token of rows but the first, nats, while `hooks` do what they are asked to.
  ///
  /// - Throws: `UserError` where a hook names no place; `TensorError`.
  public func losses(_ rows: [[Int]], _ hooks: Hooks = Hooks()) throws -> [[Double]] {
    let tokens = batch(rows), t = tokens.size(1) - 1
    guard t > 0 else { return rows.map { _ in [] } }
    let values = try withoutGradients {
      try transformer.losses(tokens, hooks).values(as: Double.self)
    }
    return rows.enumerated().map { place, row in
      Array(values[place * t..<place * t + max(row.count - 1, 0)])
    }
  }
}
