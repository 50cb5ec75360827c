import Files
import GoldenFixtures
import Testing

@testable import Tokenisers

@Suite struct BytePairTests {
  /// The corpus that `tokenisers.py` trains on.
  private let corpus = (0..<3).flatMap { _ in (TokeniserCase.file?.texts ?? []).prefix(14) }

  @Test func trainingJoinsThePairsOfThePackage() throws {
    let golden = try #require(TokeniserCase.file?.cases.first { $0.name == "gpt2" })
    var trainer = BytePairTrainer(.gpt2)
    for text in corpus { trainer.read(text) }
    let tokeniser = try trainer.tokeniser(size: 420, least: 1)
    #expect(tokeniser.count == 420)
    let theirs = try #require(
      JSONNodeList(golden.tokenizer[["model", "merges"]]))
    let names = tokeniser.written.map { String(decoding: ByteAlphabet.written($0), as: UTF8.self) }
    let ours = tokeniser.pairs.map { [names[$0.0], names[$0.1]] }
    #expect(ours == theirs)
    for (place, text) in (TokeniserCase.file?.texts ?? []).enumerated() where !text.contains("<|") {
      #expect(tokeniser.encode(text) == golden.tokens[place], "\(text)")
    }
  }

  /// Merges as lists of two texts.
  private func JSONNodeList(_ value: JSONValue?) -> [[String]]? {
    guard case .array(let merges) = value else { return nil }
    return merges.map { merge in
      guard case .array(let pair) = merge else {
        return merge.written.split(separator: " ").map(String.init)
      }
      return pair.map(\.written)
    }
  }

  @Test func anyBytesComeBack() throws {
    var trainer = BytePairTrainer()
    for text in corpus { trainer.read(text) }
    let tokeniser = try trainer.tokeniser(size: 350)
    let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 / 7) }
    let tokens = bytes.withUnsafeBufferPointer { tokeniser.encode($0) }
    #expect(tokeniser.bytes(of: tokens) == bytes)
    #expect(tokens.allSatisfy { (0..<tokeniser.count).contains($0) })
    let again = BytePairTokeniser(joining: tokeniser.pairs)
    #expect(bytes.withUnsafeBufferPointer { again.encode($0) } == tokens)
  }

  @Test func bothWaysOfJoiningAgreeOnLongWords() throws {
    var trainer = BytePairTrainer()
    trainer.read(String(repeating: "abcabdabe ", count: 10) + "aaaa aaaaaaaa")
    let tokeniser = try trainer.tokeniser(size: 290)
    let long = String(repeating: "abcabdabeaaa", count: 40)
    let whole = tokeniser.encode(long)
    #expect(tokeniser.decode(whole) == long)
    // The scan, which short words take, on the whole word.
    var order = [Int32](repeating: 0, count: 256)
    for (token, byte) in ByteAlphabet.ordered.enumerated() { order[Int(byte)] = Int32(token) }
    var tokens = long.utf8.map { Int(order[Int($0)]) }
    for (rank, pair) in tokeniser.pairs.enumerated() {
      var place = 0
      while place + 1 < tokens.count {
        if tokens[place] == pair.0, tokens[place + 1] == pair.1 {
          tokens[place] = 256 + rank
          tokens.remove(at: place + 1)
        }
        place += 1
      }
    }
    #expect(whole == tokens)
  }

  @Test func pairsThatNameNoTokenAreLeftOut() {
    let tokeniser = BytePairTokeniser(joining: [(0, 1), (999, 1), (2, 3)])
    #expect(tokeniser.count == 257 && tokeniser.pairs.count == 1)
    #expect(tokeniser.decode([-5, 0, 100_000]) == "!")
  }

  @Test func aVocabularyWithoutRoomForBytesIsRefused() {
    #expect(throws: UserError.self) { try BytePairTrainer().tokeniser(size: 255) }
  }

  @Test func bytesAndCharactersComeBack() {
    let text = "héllo, 世界"
    #expect(ByteTokeniser().decode(ByteTokeniser().encode(text)) == text)
    let characters = CharacterTokeniser(of: text)
    #expect(characters.decode(characters.encode(text)) == text)
    #expect(characters.count == Set(text.unicodeScalars).count + 1)
    #expect(characters.encode("z") == [0] && characters.decode([0, -1, 99]) == "\u{fffd}")
  }
}
