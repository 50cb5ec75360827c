import Datasets
import Evaluation
import Files
import Foundation
import Language
import Learning
import Manual
import Torch

/// A language model that a verb looks into, with texts for it to read.
struct OpenModel {
  let name: String
  let model: HookedLanguageModel
  /// The space that it is; nothing for a published model.
  let open: OpenSpace?
  private let arguments: Arguments

  /// The model that MODEL names.
  ///
  /// - Throws: `UserError` where there is none, or the space is of another method.
  init(_ arguments: Arguments) throws {
    guard let path = arguments.positional("MODEL") else {
      throw UsageError("latent \(arguments.verb.name): which MODEL?")
    }
    try self.init(path, arguments)
  }

  init(_ path: String, _ arguments: Arguments) throws {
    (name, self.arguments) = (path, arguments)
    if HookedLanguageModel.isPublished(path) {
      (model, open) = (try HookedLanguageModel(opening: path), nil)
      return
    }
    let space = try OpenSpace(path, arguments)
    guard let network = space.space.network as? LanguageModel.Network else {
      throw UserError(
        "\(path) is a space of \(space.space.description.method); a language model is wanted here: latent fit lm SOURCE "
          + "makes one")
    }
    (model, open) = (HookedLanguageModel(network), space)
  }

  /// Whether the folder at `path` is a language model.
  static func isModel(_ path: String) -> Bool {
    if HookedLanguageModel.isPublished(path) { return true }
    return (try? SpaceDescription(opening: path))?.method == LanguageModel.card.id
  }

  /// The place that `--at` names, or the middle block's end.
  var place: String { arguments.string("at") ?? "blocks.\((model.blocks - 1) / 2).resid_post" }

  /// The texts that SOURCE names, or those that the space was fitted on; nothing for a published model without any.
  ///
  /// A model of texts reads any, so that what it was fitted on says nothing of how others are split or what their classes
  /// are.
  func texts() throws -> Source? {
    guard model.readsTexts, let spec = arguments.positional("SOURCE") else {
      return try open?.source()
    }
    var options = SourceOptions()
    options.textColumn = arguments.isGiven("column") ? arguments.string("column") : nil
    options.labelColumn = arguments.isGiven("label") ? arguments.string("label") : nil
    return try Source.open(spec, options)
  }

  /// What names the model's weights.
  func fingerprint() throws -> String {
    let whole = name + (open == nil ? "/model.safetensors" : "/weights.safetensors")
    let isThere = FileManager.default.fileExists(atPath: whole)
    return try Digest.of(file: isThere ? whole : whole + ".index.json")
  }

  /// The same for a verb that can do nothing without.
  func neededTexts() throws -> Source {
    guard let source = try texts() else {
      throw UsageError(
        "latent \(arguments.verb.name): a published model brings no texts of its own; name a SOURCE"
      )
    }
    return source
  }

  /// The tokens of at most `limit` examples.
  func rows(_ examples: Examples, _ source: Source, limit: Int? = nil) throws -> [[Int]] {
    let examples = limit.map { examples.prefix($0) } ?? examples
    return try examples.chunks(of: 1000).flatMap {
      try model.rows(examples.batch($0).x, source.domain)
    }
  }

  /// The tokens of the texts at `path`.
  func rows(of path: String, limit: Int) throws -> [[Int]] {
    var options = SourceOptions()
    (options.validation, options.test, options.limit) = (0, 0, limit)
    let source = try Source.open(path, options)
    try require(source.domain.support == .tokens, "\(path) holds no texts")
    return try rows(source.train, source)
  }

  /// The first token of `text` after another.
  func answer(_ text: String) throws -> Int {
    let start = model.tokens(of: "").count
    guard let token = model.tokens(of: text).dropFirst(start).first else {
      throw UserError("“\(text)” is no answer: it has no token")
    }
    return token
  }

  /// A token as it is shown: blanks and ends of lines can be seen.
  func shown(_ token: Int) -> String { Self.shown(model.written(token)) }

  static func shown(_ text: String) -> String {
    text.replacingOccurrences(of: "\n", with: "↵").replacingOccurrences(of: " ", with: "␣")
      .replacingOccurrences(of: "\t", with: "⇥")
  }
}
