import Files

/// The tokeniser of a published model, read from its `tokenizer.json`, as the package `tokenizers` has it.
///
/// Known are the models BPE and WordPiece with what the published ones put before and after them; a part that is not
/// known is refused by name. What the file says of filling texts up is left to who makes batches.
public struct PretrainedTokeniser: Tokeniser {
  private let vocabulary: Vocabulary
  private let model: TokenModel
  private let normaliser: Normaliser?
  private let cutter: Pretokeniser?
  private let frame: Frame
  private let writing: TokenWriting?
  private let added: [AddedToken]
  private let specials: Set<Int>
  /// What is written for the tokens that are not the model's own, and back.
  private let contents: [Int: [UInt8]]
  private let places: [[UInt8]: Int]
  private let rawFinder: TokenFinder
  private let finder: TokenFinder
  private let memory = WordMemory()
  /// Most tokens of a text with its frame, where the file cuts longer ones; nothing where it does not.
  public let longest: Int?
  /// One more than the largest token.
  public let count: Int

  /// Opens the file at `path`.
  ///
  /// - Throws: `UserError` that says in one sentence what is wrong, or names a part that is not known here.
  public init(opening path: String) throws {
    let file = try MappedFile(path)
    try self.init(file.bytes, name: path)
  }

  /// The tokeniser that the text of a `tokenizer.json` describes; `name` is what sentences call it.
  ///
  /// - Throws: `UserError` that says in one sentence what is wrong, or names a part that is not known here.
  public init(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    let node = try JSONNode(bytes, name: name)
    vocabulary = try Vocabulary(node["model"]?["vocab"], name)
    model = try TokenModel(node["model"], vocabulary, name)
    normaliser = try node["normalizer"].map { try Normaliser($0, name) }
    cutter = try node["pre_tokenizer"].map { try Pretokeniser($0, name) }
    frame = try node["post_processor"].map { try Frame($0, name) } ?? Frame()
    writing = try node["decoder"].map { try TokenWriting($0, name) }
    added = try (node["added_tokens"]?.list ?? []).map { try AddedToken($0, name) }
    contents = Dictionary(added.map { ($0.token, $0.content) }) { $1 }
    places = Dictionary(added.map { ($0.content, $0.token) }) { $1 }
    specials = Set(added.filter(\.isSpecial).map(\.token))
    rawFinder = TokenFinder(added.filter { !$0.isNormalised }) { $0.content }
    finder = TokenFinder(added.filter(\.isNormalised)) { [normaliser] token in
      normaliser?(token.content) ?? token.content
    }
    longest = node["truncation"]?["max_length"]?.integer
    count = max(vocabulary.written.keys.max() ?? -1, contents.keys.max() ?? -1) + 1
  }

  public func encode(_ text: String) -> [Int] { encode(text, framed: true) }

  /// The tokens of a text; `framed` puts those around it that the model was trained with.
  public func encode(_ text: String, framed: Bool) -> [Int] {
    let text = Array(text.utf8)
    var tokens: [Int] = []
    for part in rawFinder.parts(of: text) {
      switch part {
      case .token(let token): tokens.append(token)
      case .text(let range):
        let stretch = Array(text[range])
        let keepsFirst = range.lowerBound == 0 && !dropsFirst(of: stretch)
        tokens += encode(normaliser?(stretch) ?? stretch, isFirst: keepsFirst)
      }
    }
    let around = framed ? frame.before.count + frame.after.count : 0
    if let longest { tokens = Array(tokens.prefix(max(0, longest - around))) }
    return framed ? frame.before + tokens + frame.after : tokens
  }

  /// Whether the normaliser leaves out the first character, after which no piece is where the text begins.
  private func dropsFirst(of text: [UInt8]) -> Bool {
    guard let normaliser, let first = text.first else { return false }
    let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    return normaliser(Array(text.prefix(length))).isEmpty
  }

  /// The tokens of a stretch that is normalised.
  private func encode(_ text: [UInt8], isFirst: Bool) -> [Int] {
    finder.parts(of: text).flatMap { part -> [Int] in
      switch part {
      case .token(let token): return [token]
      case .text(let range):
        let piece = Piece(
          text: Array(text[range]), isFirst: isFirst && range.lowerBound == 0)
        var tokens: [Int] = []
        for word in cutter?(piece) ?? [piece] {
          word.text.withUnsafeBufferPointer { bytes in
            memory.append(bytes, to: &tokens) { self.tokens(of: word.text) }
          }
        }
        return tokens
      }
    }
  }

  private func tokens(of word: [UInt8]) -> [Int32] {
    let isWritten = cutter?.endsInBytes ?? false
    return model.tokens(of: isWritten ? ByteAlphabet.written(word) : word, vocabulary)
  }

  public func decode(_ tokens: [Int]) -> String { decode(tokens, withSpecials: false) }

  /// The text of tokens; `withSpecials` also writes those that are special, such as `[CLS]`.
  public func decode(_ tokens: [Int], withSpecials: Bool) -> String {
    let parts = tokens.filter { withSpecials || !specials.contains($0) }
      .compactMap { contents[$0] ?? vocabulary.written[$0] }
    let written = writing?(parts).flatMap { $0 } ?? Array(parts.joined(separator: [32]))
    return String(decoding: written, as: UTF8.self)
  }

  /// The token that `text` is written as; nothing where there is none.
  public func token(_ text: String) -> Int? {
    places[Array(text.utf8)] ?? vocabulary[Array(text.utf8)]
  }
}
