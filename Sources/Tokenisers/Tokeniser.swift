import Files

/// Turns text into whole numbers and back.
public protocol Tokeniser: Sendable {
  /// Number of tokens, V: they are 0 to V − 1.
  var count: Int { get }
  /// The tokens of a text.
  func encode(_ text: String) -> [Int]
  /// The text of tokens; numbers that are no token say nothing.
  func decode(_ tokens: [Int]) -> String
}

/// Each byte of UTF-8 as the token of its value.
public struct ByteTokeniser: Tokeniser {
  public let count = 256

  public init() {}

  public func encode(_ text: String) -> [Int] { text.utf8.map { Int($0) } }

  public func decode(_ tokens: [Int]) -> String {
    String(decoding: tokens.compactMap { UInt8(exactly: $0) }, as: UTF8.self)
  }
}

/// Each character of an alphabet (a Unicode scalar) as a token; 0 stands for any other.
public struct CharacterTokeniser: Tokeniser {
  /// The alphabet, in the order of tokens from 1.
  public let characters: [Unicode.Scalar]
  private let places: [Unicode.Scalar: Int]

  /// The tokeniser of the characters in `text`, in the order of their numbers.
  public init(of text: some StringProtocol) {
    characters = Set(text.unicodeScalars).sorted()
    places = Dictionary(uniqueKeysWithValues: characters.enumerated().map { ($1, $0 + 1) })
  }

  public var count: Int { characters.count + 1 }

  public func encode(_ text: String) -> [Int] { text.unicodeScalars.map { places[$0] ?? 0 } }

  public func decode(_ tokens: [Int]) -> String {
    var text = String.UnicodeScalarView()
    for token in tokens where (0...characters.count).contains(token) {
      text.append(token == 0 ? "\u{fffd}" : characters[token - 1])
    }
    return String(text)
  }
}

extension String {
  /// The text of `bytes`, which must be UTF-8; `name` is what the sentence calls them.
  ///
  /// - Throws: `UserError` that says where they are not.
  public init(utf8 bytes: [UInt8], of name: String) throws {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = text
      return
    }
    let place = bytes.withUnsafeBufferPointer { text in
      var place = 0
      while place < text.count, let (_, length) = text.scalar(at: place) { place += length }
      return place
    }
    throw UserError("\(name) is not UTF-8: byte \(place) begins no character")
  }
}
