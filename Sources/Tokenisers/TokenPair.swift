/// Two neighbouring tokens.
struct TokenPair: Equatable, Comparable, Sendable {
  let bits: UInt64

  @inline(__always) init(_ first: Int32, _ second: Int32) {
    bits = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  var first: Int32 { Int32(truncatingIfNeeded: bits >> 32) }
  var second: Int32 { Int32(truncatingIfNeeded: bits) }

  static func < (a: TokenPair, b: TokenPair) -> Bool { a.bits < b.bits }
}

/// Different pairs in the order in which they came; it is asked for every pair of a text, where Swift's dictionaries spend
/// their time on hashes that withstand ill will.
struct PairTable: Sendable {
  private(set) var pairs: [TokenPair] = []
  /// Places of pairs plus one, 0 for none.
  private var table = [Int32](repeating: 0, count: 1 << 10)

  /// The place of a pair that is there.
  @inline(__always) func place(of pair: TokenPair) -> Int? {
    let slot = slot(of: pair)
    return table[slot] == 0 ? nil : Int(table[slot]) - 1
  }

  /// The place of a pair, which is added where it is not there.
  mutating func insert(_ pair: TokenPair) -> (place: Int, isNew: Bool) {
    let slot = slot(of: pair)
    if table[slot] != 0 { return (Int(table[slot]) - 1, false) }
    pairs.append(pair)
    table[slot] = Int32(pairs.count)
    if 2 * pairs.count > table.count { grow() }
    return (pairs.count - 1, true)
  }

  @inline(__always) private func slot(of pair: TokenPair) -> Int {
    let mask = table.count - 1
    var slot = Self.hash(pair) & mask
    while table[slot] != 0, pairs[Int(table[slot]) - 1] != pair { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    table = [Int32](repeating: 0, count: 2 * table.count)
    let mask = table.count - 1
    for (place, pair) in pairs.enumerated() {
      var slot = Self.hash(pair) & mask
      while table[slot] != 0 { slot = (slot + 1) & mask }
      table[slot] = Int32(place + 1)
    }
  }

  @inline(__always) private static func hash(_ pair: TokenPair) -> Int {
    let mixed = (pair.bits ^ pair.bits >> 32) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 32)
  }
}
