import Files

/// Learns which neighbouring tokens to join: again and again the pair that is the most frequent within words.
///
/// Ties go to the pair of the smaller tokens, as in the package `tokenizers`.
///
/// - Source: Sennrich, Haddow & Birch, *Neural machine translation of rare words with subword units*, ACL 2016; on
///   bytes as in Radford et al., *Language models are unsupervised multitask learners*, 2019.
public struct BytePairTrainer {
  private let pattern: WordPattern
  private var words = WordTable()
  private var counts: [Int] = []

  /// A trainer that has read nothing; `pattern` cuts texts into words.
  public init(_ pattern: WordPattern = .gpt2) { self.pattern = pattern }

  /// Counts the words of a text.
  public mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    while start < text.count {
      let end = pattern.end(from: start, in: text)
      let (place, isNew) = words.insert(UnsafeBufferPointer(rebasing: text[start..<end]))
      if isNew { counts.append(1) } else { counts[place] += 1 }
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
    var course = BytePairCourse(words, counts, size: size, least: least)
    return BytePairTokeniser(joining: course.joined(), pattern)
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
  private var pairs = PairTable()
  /// How often each pair is there.
  private var pairCounts: [Int] = []
  /// The words that have a pair, or had it once.
  private var places: [[Int32]] = []
  /// The pairs that there are more of since the last was joined, and the round in which each was noted.
  private var grown: [Int] = []
  private var rounds: [Int] = []
  private var round = 0

  private struct Candidate: Comparable {
    let count: Int
    let pair: TokenPair

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.count != b.count ? a.count > b.count : a.pair < b.pair
    }
  }

  init(_ words: WordTable, _ counts: [Int], size: Int, least: Int) {
    (self.size, self.least, self.counts) = (size, max(least, 1), counts)
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
        more(TokenPair(tokens[place], tokens[place + 1]), in: word)
      }
    }
  }

  private mutating func more(_ pair: TokenPair, in word: Int) {
    let (place, isNew) = pairs.insert(pair)
    if isNew {
      pairCounts.append(0)
      places.append([])
      rounds.append(-1)
    }
    pairCounts[place] += counts[word]
    // A word that has a pair twice in a row is noted once.
    if places[place].last != Int32(word) { places[place].append(Int32(word)) }
    if rounds[place] != round {
      rounds[place] = round
      grown.append(place)
    }
  }

  private mutating func fewer(_ pair: TokenPair, in word: Int) {
    if let place = pairs.place(of: pair) { pairCounts[place] -= counts[word] }
  }

  /// The pairs in the order in which they are joined.
  mutating func joined() -> [(Int, Int)] {
    var joined: [(Int, Int)] = []
    var written = ByteAlphabet.ordered.map { [$0] }
    var known = Dictionary(uniqueKeysWithValues: written.enumerated().map { ($1, Int32($0)) })
    var heap = MinimumHeap(
      zip(pairCounts, pairs.pairs).map { Candidate(count: $0, pair: $1) })
    while written.count < size, let best = heap.pop() {
      let now = pairs.place(of: best.pair).map { pairCounts[$0] } ?? 0
      guard best.count == now else {
        if now > 0 { heap.push(Candidate(count: now, pair: best.pair)) }
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
      join(best.pair, as: token)
      for place in grown where pairCounts[place] > 0 {
        heap.push(Candidate(count: pairCounts[place], pair: pairs.pairs[place]))
      }
    }
    return joined
  }

  /// Joins a pair wherever it is.
  private mutating func join(_ pair: TokenPair, as token: Int32) {
    round += 1
    grown.removeAll(keepingCapacity: true)
    guard let place = pairs.place(of: pair) else { return }
    let words = places[place]
    places[place] = []
    for word in words { join(pair, as: token, in: Int(word)) }
    pairCounts[place] = 0
  }

  private mutating func join(_ pair: TokenPair, as token: Int32, in word: Int) {
    let start = starts[word], end = start + lengths[word]
    var from = start, to = start
    while from < end {
      guard from + 1 < end, TokenPair(tokens[from], tokens[from + 1]) == pair else {
        if to != from { tokens[to] = tokens[from] }
        (from, to) = (from + 1, to + 1)
        continue
      }
      if to > start {
        fewer(TokenPair(tokens[to - 1], pair.first), in: word)
        more(TokenPair(tokens[to - 1], token), in: word)
      }
      if from + 2 < end {
        fewer(TokenPair(pair.second, tokens[from + 2]), in: word)
        more(TokenPair(token, tokens[from + 2]), in: word)
      }
      tokens[to] = token
      (from, to) = (from + 2, to + 1)
    }
    lengths[word] = to - start
  }
}
