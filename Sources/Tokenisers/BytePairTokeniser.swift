import Synchronization

/// Bytes joined to longer tokens, pair by pair, within words.
///
/// The first 256 tokens are the bytes, in GPT-2's order; each rule adds one.
public struct BytePairTokeniser: Tokeniser {
  /// The pairs of tokens that are joined, the most important first.
  public let pairs: [(Int, Int)]
  /// The bytes of each token.
  public let written: [[UInt8]]
  private let pattern: WordPattern
  private let joining: PairJoining
  private let order: [Int32]
  private let memory = WordMemory()

  /// The tokeniser that joins `pairs`, of which each names tokens that are there by then; one that does not, and all
  /// after it, are left out.
  public init(joining pairs: [(Int, Int)], _ pattern: WordPattern = .gpt2) {
    var written = ByteAlphabet.ordered.map { [$0] }
    var known = Dictionary(uniqueKeysWithValues: written.enumerated().map { ($1, $0) })
    var joining = PairJoining()
    var kept = 0
    for (first, second) in pairs {
      guard written.indices.contains(first), written.indices.contains(second) else { break }
      let both = written[first] + written[second]
      let token = known[both] ?? written.count
      if token == written.count {
        known[both] = token
        written.append(both)
      }
      joining.add(
        TokenPair(Int32(first), Int32(second)), .init(rank: Int32(kept), token: Int32(token)))
      kept += 1
    }
    var order = [Int32](repeating: 0, count: 256)
    for (token, byte) in ByteAlphabet.ordered.enumerated() { order[Int(byte)] = Int32(token) }
    self.pairs = Array(pairs.prefix(kept))
    (self.written, self.pattern, self.order) = (written, pattern, order)
    self.joining = joining
  }

  public var count: Int { written.count }

  public func encode(_ text: String) -> [Int] {
    var text = text
    return text.withUTF8 { encode($0) }
  }

  /// The tokens of bytes, which need not be UTF-8.
  public func encode(_ text: UnsafeBufferPointer<UInt8>) -> [Int] {
    var tokens: [Int] = []
    var start = 0
    while start < text.count {
      let end = pattern.end(from: start, in: text)
      let word = UnsafeBufferPointer(rebasing: text[start..<end])
      memory.append(word, to: &tokens) { joining.joined(word.map { order[Int($0)] }) }
      start = end
    }
    return tokens
  }

  public func decode(_ tokens: [Int]) -> String {
    String(decoding: bytes(of: tokens), as: UTF8.self)
  }

  /// The bytes of tokens; numbers that are no token have none.
  public func bytes(of tokens: [Int]) -> [UInt8] {
    tokens.flatMap { written.indices.contains($0) ? written[$0] : [] }
  }
}

/// The tokens of words that were seen, since words come again.
final class WordMemory: Sendable {
  private struct Known: Sendable {
    var words = WordTable()
    var starts = [0]
    var tokens: [Int32] = []
  }

  /// Words kept at most, and bytes of a word that is kept.
  private static let words = 200_000, longest = 64
  private let known = Mutex(Known())

  /// Appends the tokens of `word`, which `make` makes where they are not known.
  func append(
    _ word: UnsafeBufferPointer<UInt8>, to tokens: inout [Int], _ make: () -> [Int32]
  ) {
    guard word.count <= Self.longest else {
      for token in make() { tokens.append(Int(token)) }
      return
    }
    let isKnown = known.withLock { known in
      guard let place = known.words.place(of: word) else { return false }
      for token in known.starts[place]..<known.starts[place + 1] {
        tokens.append(Int(known.tokens[token]))
      }
      return true
    }
    if isKnown { return }
    let made = make()
    known.withLock { known in
      guard known.words.count < Self.words, known.words.insert(word).isNew else { return }
      known.tokens += made
      known.starts.append(known.tokens.count)
    }
    for token in made { tokens.append(Int(token)) }
  }
}
