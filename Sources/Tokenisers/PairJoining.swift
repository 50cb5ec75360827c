import Files

/// Joins neighbouring tokens, those of the earliest rule first, the leftmost of these first.
///
/// - Source: Sennrich, Haddow & Birch, *Neural machine translation of rare words with subword units*, ACL 2016.
struct PairJoining: Sendable {
  /// A rule's place among the rules, and the token that it makes.
  struct Rule: Sendable {
    let rank: Int32
    let token: Int32
  }

  private var pairs = PairTable()
  private var rules: [Rule] = []

  init() {}

  /// Joins `pair` to `token` from now on, after those that were added before; the last rule of a pair holds.
  mutating func add(_ pair: TokenPair, _ rule: Rule) {
    let (place, isNew) = pairs.insert(pair)
    if isNew { rules.append(rule) } else { rules[place] = rule }
  }

  private func rule(_ first: Int32, _ second: Int32) -> Rule? {
    pairs.place(of: TokenPair(first, second)).map { rules[$0] }
  }

  /// The tokens of a word after all that can be joined is.
  func joined(_ tokens: [Int32]) -> [Int32] {
    tokens.count < 2 ? tokens : tokens.count <= 48 ? joinedByScan(tokens) : joinedByHeap(tokens)
  }

  private func joinedByScan(_ tokens: [Int32]) -> [Int32] {
    var tokens = tokens
    var found = zip(tokens, tokens.dropFirst()).map { rule($0, $1) }
    while true {
      var best: (place: Int, rule: Rule)?
      for (place, rule) in found.enumerated() {
        if let rule, rule.rank < best?.rule.rank ?? .max { best = (place, rule) }
      }
      guard let (place, rule) = best else { return tokens }
      tokens[place] = rule.token
      tokens.remove(at: place + 1)
      found.remove(at: place)
      if place > 0 { found[place - 1] = self.rule(tokens[place - 1], tokens[place]) }
      if place < found.count { found[place] = self.rule(tokens[place], tokens[place + 1]) }
    }
  }

  private struct Candidate: Comparable {
    let rank: Int32
    let place: Int32
    let pair: TokenPair
    let token: Int32

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.rank, a.place) < (b.rank, b.place)
    }
  }

  private func joinedByHeap(_ given: [Int32]) -> [Int32] {
    var tokens = given
    let end = tokens.count
    var next = (0..<end).map { $0 + 1 }, before = (0..<end).map { $0 - 1 }
    func candidate(_ place: Int, _ follower: Int) -> Candidate? {
      let pair = TokenPair(tokens[place], tokens[follower])
      return rule(pair.first, pair.second).map {
        Candidate(rank: $0.rank, place: Int32(place), pair: pair, token: $0.token)
      }
    }
    var heap = MinimumHeap((0..<end - 1).compactMap { candidate($0, $0 + 1) })
    while let best = heap.pop() {
      let place = Int(best.place), follower = next[place]
      // Either token may have been joined with another since; −1 marks one that is gone.
      guard tokens[place] >= 0, follower < end,
        TokenPair(tokens[place], tokens[follower]) == best.pair
      else { continue }
      tokens[place] = best.token
      tokens[follower] = -1
      next[place] = next[follower]
      if next[place] < end {
        before[next[place]] = place
        if let found = candidate(place, next[place]) { heap.push(found) }
      }
      if before[place] >= 0, let found = candidate(before[place], place) { heap.push(found) }
    }
    return tokens.filter { $0 >= 0 }
  }
}
