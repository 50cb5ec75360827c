import Files
import Foundation
import GoldenFixtures
import Testing

@testable import Tokenisers

/// A tokeniser that the package `tokenizers` trained, and what it makes of texts.
struct TokeniserCase: Decodable, Sendable, CustomStringConvertible {
  let name: String
  let tokenizer: JSONValue
  let tokens: [[Int]]
  let again: [String?]
  let whole: String
  let bare: [Int]
  let blocks: [String: String]

  var description: String { name }

  struct File: Decodable {
    let texts: [String]
    let cases: [TokeniserCase]
  }

  static let file = try? golden("tokenisers", as: File.self)

  /// The case's tokeniser, with `change` made to what its file says.
  func tokeniser(_ change: (inout JSONValue) -> Void = { _ in }) throws -> PretrainedTokeniser {
    var json = tokenizer
    change(&json)
    return try JSONEncoder().encode(json).withUnsafeBytes {
      try PretrainedTokeniser($0, name: "tokenizer.json")
    }
  }
}

@Suite struct PretrainedTokeniserTests {
  static let cases = TokeniserCase.file?.cases ?? []
  static let texts = TokeniserCase.file?.texts ?? []

  @Test func thereAreCases() { #expect(Self.cases.count == 9 && Self.texts.count > 30) }

  @Test(arguments: cases) func textsAndTokensAreThoseOfThePackage(_ golden: TokeniserCase) throws {
    let tokeniser = try golden.tokeniser()
    for (place, text) in Self.texts.enumerated() {
      #expect(tokeniser.encode(text) == golden.tokens[place], "\(text)")
      let again = tokeniser.decode(golden.tokens[place])
      #expect(Array(again.utf8) == Array((golden.again[place] ?? text).utf8), "\(text)")
    }
    #expect(tokeniser.encode(Self.texts[0], framed: false) == golden.bare)
    #expect(tokeniser.decode(golden.tokens[0], withSpecials: true) == golden.whole)
  }

  /// The blocks of the same texts as in `tokenisers.py`.
  static let blocks: [(name: String, text: String)] = {
    let large = [
      0x3400..<0xa000, 0xac00..<0xd7b0, 0xe000..<0xf900, 0x17000..<0x18d10, 0x20000..<0x110000,
    ]
    return stride(from: 0, to: 0x110000, by: 512).compactMap { start in
      let chosen = (start..<start + 512).filter { code in
        guard let properties = Unicode.Scalar(UInt32(code))?.properties,
          let age = properties.age, age.major <= 14, properties.generalCategory != .unassigned
        else { return false }
        return !large.contains { $0.contains(code) } || code % 97 == 0
      }.compactMap { Unicode.Scalar(UInt32($0)) }
      guard !chosen.isEmpty else { return nil }
      let text = chosen.map { "a\($0)1 \($0)\($0) b" }.joined()
      return (String(start, radix: 16), text)
    }
  }()

  @Test(arguments: cases) func everyScriptGivesTheTokensOfThePackage(_ golden: TokeniserCase) throws
  {
    let tokeniser = try golden.tokeniser()
    // All of them take a minute in a debug build, so each case takes its share.
    let all = ProcessInfo.processInfo.environment["LATENT_ALL_SCRIPTS"] != nil
    let mine = Self.cases.firstIndex { $0.name == golden.name } ?? 0
    for (place, block) in Self.blocks.enumerated() where all || place % 9 == mine {
      var digest: UInt64 = 0xcbf2_9ce4_8422_2325
      for token in tokeniser.encode(block.text, framed: false) {
        digest = (digest ^ UInt64(token)) &* 0x100_0000_01b3
      }
      let hex = String(digest, radix: 16)
      let padded = String(repeating: "0", count: 16 - hex.count) + hex
      #expect(padded == golden.blocks[block.name], "block \(block.name)")
    }
    if all { #expect(Self.blocks.count == golden.blocks.count) }
  }

  @Test func anUnknownPartIsNamedInOneSentence() throws {
    let golden = try #require(Self.cases.first { $0.name == "llama3" })
    let parts: [([String], JSONValue, String)] = [
      (["normalizer"], .object(["type": .string("Precompiled")]), "Precompiled"),
      (["pre_tokenizer"], .object(["type": .string("UnicodeScripts")]), "UnicodeScripts"),
      (["post_processor"], .object(["type": .string("Elsewhere")]), "Elsewhere"),
      (["decoder"], .object(["type": .string("CTC")]), "CTC"),
      (
        ["pre_tokenizer"],
        .object(["type": .string("Metaspace"), "replacement": .string("")]), "Metaspace"
      ),
      (["model", "type"], .string("Unigram"), "Unigram"),
      (["model", "dropout"], .number(0.1), "dropout"),
      (["model", "merges"], .array([.string("no such")]), "merge 0"),
      (["model", "vocab"], .object(["a": .integer(-1)]), "the token a"),
      (["model", "unk_token"], .string("<?>"), "<?>"),
      (["added_tokens"], .array([.object(["id": .integer(1)])]), "added_tokens"),
      (
        ["pre_tokenizer"],
        .object([
          "type": .string("Split"), "behavior": .string("Isolated"),
          "pattern": .object(["Regex": .string("[a-z]+")]),
        ]), "[a-z]+"
      ),
    ]
    for (path, value, named) in parts {
      let error = #expect(throws: UserError.self) {
        try golden.tokeniser { $0[path] = value }
      }
      let sentence = error?.description ?? ""
      #expect(sentence.contains(named) && sentence.hasPrefix("tokenizer.json"), "\(sentence)")
      #expect(!sentence.contains("\n"))
    }
  }

  @Test func aStripWithoutEndEnds() throws {
    let golden = try #require(Self.cases.first { $0.name == "llama2" })
    let tokeniser = try golden.tokeniser {
      $0[["decoder"]] = .object([
        "type": .string("Strip"), "content": .string("▁"), "start": .integer(1 << 50),
        "stop": .integer(1 << 50),
      ])
    }
    #expect(!tokeniser.decode(golden.tokens[0]).isEmpty)
  }

  @Test(arguments: [
    "", "{", "[1,2", "{\"model\":{\"vocab\":{\"a\":1e400}}}", "{\"a\":\"\\ud800\"}", "nul",
    "{\"model\": {\"type\": \"BPE\"}}", "[]", "{}",
    "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":99999999999},\"merges\":[]}}",
  ]) func aBrokenFileIsRefused(_ text: String) {
    #expect(throws: UserError.self) {
      try Array(text.utf8).withUnsafeBytes { try PretrainedTokeniser($0, name: "t.json") }
    }
  }

  @Test func nestingWithoutEndIsRefused() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: UserError.self) {
      try bytes.withUnsafeBytes { try PretrainedTokeniser($0, name: "t.json") }
    }
  }

  @Test func bytesThatAreNoTextAreRefusedWithTheirPlace() throws {
    #expect(try String(utf8: Array("né".utf8), of: "x.txt") == "né")
    let error = #expect(throws: UserError.self) {
      try String(utf8: [0x61, 0xc3, 0xa9, 0xff, 0x62], of: "x.txt")
    }
    #expect(error?.description == "x.txt is not UTF-8: byte 3 begins no character")
  }
}
