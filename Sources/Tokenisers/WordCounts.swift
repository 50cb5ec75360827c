/// How often each word was seen, the words kept once and side by side.
struct WordCounts {
  private var bytes: [UInt8] = []
  private var starts = [0]
  private var hashes: [UInt64] = []
  private(set) var counts: [Int] = []
  /// Places of words plus one, 0 for none, by their hashes.
  private var table = [Int32](repeating: 0, count: 1 << 12)

  /// Number of different words.
  var count: Int { counts.count }

  /// The word at `place`.
  func word(_ place: Int) -> ArraySlice<UInt8> { bytes[starts[place]..<starts[place + 1]] }

  /// Counts a word once more.
  mutating func add(_ word: UnsafeBufferPointer<UInt8>.SubSequence) {
    let word = UnsafeBufferPointer(rebasing: word)
    let hash = Self.hash(word)
    var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
    while table[slot] != 0 {
      let place = Int(table[slot]) - 1
      if hashes[place] == hash, isWord(place, word) { return counts[place] += 1 }
      slot = (slot + 1) & (table.count - 1)
    }
    bytes.append(contentsOf: word)
    starts.append(bytes.count)
    hashes.append(hash)
    counts.append(1)
    table[slot] = Int32(counts.count)
    if 2 * counts.count > table.count { grow() }
  }

  private func isWord(_ place: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[place]
    guard starts[place + 1] - start == word.count else { return false }
    for i in 0..<word.count where bytes[start + i] != word[i] { return false }
    return true
  }

  private mutating func grow() {
    table = [Int32](repeating: 0, count: 2 * table.count)
    for (place, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
      while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = Int32(place + 1)
    }
  }

  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 29
  }
}
