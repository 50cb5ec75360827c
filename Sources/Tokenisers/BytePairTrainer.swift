import Files

/// Learns which neighbouring tokens to join: again and again the pair that is the most frequent within words.
///
/// Ties go to the pair of the smaller tokens, as in the package `tokenizers`.
///
/// - Source: Sennrich, Haddow & Birch, *Neural machine translation of rare words with subword units*, ACL 2016; on
///   bytes as in Radford et al., *Language models are unsupervised multitask learners*, 2019.
public struct BytePairTrainer {
  private let pattern: WordPattern
  private var words = WordCounts()

  /// A trainer that has read nothing; `pattern` cuts texts into words.
  public init(_ pattern: WordPattern = .gpt2) { self.pattern = pattern }

  /// Counts the words of a text.
  public mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while start < text.count {
      let end = pattern.end(from: start, in: text)
      words.add(text[start..<end])
      start = end
    }
  }

  /// Counts the words of a text.
  public mutating func read(_ text: String) {
    var text = text
    text.withUTF8 { read($0) }
  }

  /// The tokeniser of at most `size` tokens, of which 256 are the bytes; pairs that were seen less than `least` times
  /// are not joined.
  ///
  /// - Throws: `UserError` when `size` leaves no room for the bytes.
  public func tokeniser(size: Int, least: Int = 2) throws -> BytePairTokeniser {
    try require(
      (256...1_000_000).contains(size),
      "a vocabulary of \(size): must be from 256, a token for each byte, to 1000000 tokens")
    var course = BytePairCourse(words, size: size, least: least)
    return BytePairTokeniser(joining: course.pairs(), pattern)
  }
}

/// Words while their pairs are joined one after another.
private struct BytePairCourse {
  private let size: Int
  private let least: Int
  private let counts: [Int]
  /// Tokens of all words; those of a word lie at the start of its stretch.
  private var tokens: [Int32] = []
  private var starts: [Int] = []
  private var lengths: [Int] = []
  private var pairCounts: [TokenPair: Int] = [:]
  /// The words that have a pair, or had it once.
  private var places: [TokenPair: [Int32]] = [:]

  private struct Candidate: Comparable {
    let count: Int
    let pair: TokenPair

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.count != b.count ? a.count > b.count : a.pair < b.pair
    }
  }

  init(_ words: WordCounts, size: Int, least: Int) {
    (self.size, self.least, counts) = (size, max(least, 1), words.counts)
    var order = [Int32](repeating: 0, count: 256)
    for (token, byte) in ByteAlphabet.ordered.enumerated() { order[Int(byte)] = Int32(token) }
    for word in 0..<words.count {
      starts.append(tokens.count)
      for byte in words.word(word) { tokens.append(order[Int(byte)]) }
      lengths.append(tokens.count - starts[word])
    }
    for word in 0..<words.count {
      let start = starts[word]
      for place in start..<max(start, start + lengths[word] - 1) {
        count(TokenPair(tokens[place], tokens[place + 1]), in: word, times: 1)
      }
    }
  }

  private mutating func count(_ pair: TokenPair, in word: Int, times: Int) {
    pairCounts[pair, default: 0] += times * counts[word]
    guard times > 0 else { return }
    // A word that has a pair twice in a row is noted once.
    if places[pair]?.last != Int32(word) { places[pair, default: []].append(Int32(word)) }
  }

  /// The pairs in the order in which they are joined.
  mutating func pairs() -> [(Int, Int)] {
    var joined: [(Int, Int)] = []
    var written = ByteAlphabet.ordered.map { [$0] }
    var known = Dictionary(uniqueKeysWithValues: written.enumerated().map { ($1, Int32($0)) })
    var heap = MinimumHeap(pairCounts.map { Candidate(count: $0.value, pair: $0.key) })
    while written.count < size, let best = heap.pop() {
      let now = pairCounts[best.pair] ?? 0
      guard best.count == now else {
        heap.push(Candidate(count: now, pair: best.pair))
        continue
      }
      guard now >= least else { break }
      let (first, second) = (best.pair.first, best.pair.second)
      let both = written[Int(first)] + written[Int(second)]
      // Two ways may lead to the same bytes.
      let token = known[both] ?? Int32(written.count)
      if token == written.count {
        known[both] = token
        written.append(both)
      }
      joined.append((Int(first), Int(second)))
      for pair in join(best.pair, as: token) {
        if let count = pairCounts[pair], count > 0 {
          heap.push(Candidate(count: count, pair: pair))
        }
      }
    }
    return joined
  }

  /// Joins a pair wherever it is; the pairs that there are more of now.
  private mutating func join(_ pair: TokenPair, as token: Int32) -> Set<TokenPair> {
    var grown: Set<TokenPair> = []
    for word in places.removeValue(forKey: pair) ?? [] {
      let word = Int(word)
      for change in join(pair, as: token, in: word) {
        count(change.pair, in: word, times: change.times)
        if change.times > 0 { grown.insert(change.pair) }
      }
    }
    pairCounts[pair] = nil
    return grown
  }

  private mutating func join(
    _ pair: TokenPair, as token: Int32, in word: Int
  ) -> [(pair: TokenPair, times: Int)] {
    var changes: [(TokenPair, Int)] = []
    let start = starts[word], end = start + lengths[word]
    var from = start, to = start
    while from < end {
      guard from + 1 < end, TokenPair(tokens[from], tokens[from + 1]) == pair else {
        tokens[to] = tokens[from]
        (from, to) = (from + 1, to + 1)
        continue
      }
      if to > start {
        changes.append((TokenPair(tokens[to - 1], pair.first), -1))
        changes.append((TokenPair(tokens[to - 1], token), 1))
      }
      if from + 2 < end {
        changes.append((TokenPair(pair.second, tokens[from + 2]), -1))
        changes.append((TokenPair(token, tokens[from + 2]), 1))
      }
      tokens[to] = token
      (from, to) = (from + 2, to + 1)
    }
    lengths[word] = to - start
    return changes
  }
}
