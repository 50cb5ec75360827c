import Foundation

/// Different words, kept side by side, with the place of each.
struct WordTable: Sendable {
  private var bytes: [UInt8] = []
  private var starts = [0]
  private var hashes: [UInt64] = []
  /// Places of words plus one, 0 for none, by their hashes.
  private var table = [Int32](repeating: 0, count: 1 << 12)

  /// Number of different words.
  var count: Int { hashes.count }

  /// The word at `place`.
  func word(_ place: Int) -> ArraySlice<UInt8> { bytes[starts[place]..<starts[place + 1]] }

  /// The place of a word that is there.
  func place(of word: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slot(of: word, Self.hash(word))
    return table[slot] == 0 ? nil : Int(table[slot]) - 1
  }

  /// The place of a word, which is added where it is not there.
  mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> (place: Int, isNew: Bool) {
    let hash = Self.hash(word), slot = slot(of: word, hash)
    if table[slot] != 0 { return (Int(table[slot]) - 1, false) }
    bytes.append(contentsOf: word)
    starts.append(bytes.count)
    hashes.append(hash)
    table[slot] = Int32(hashes.count)
    if 2 * hashes.count > table.count { grow() }
    return (hashes.count - 1, true)
  }

  /// Where a word is in the table, or would be.
  private func slot(of word: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != 0 {
      let place = Int(table[slot]) - 1
      if hashes[place] == hash, isWord(place, word) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func isWord(_ place: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[place]
    guard starts[place + 1] - start == word.count, let first = word.baseAddress else {
      return starts[place + 1] == start && word.isEmpty
    }
    return bytes.withUnsafeBufferPointer { kept in
      kept.baseAddress.map { memcmp($0 + start, first, word.count) == 0 } ?? false
    }
  }

  private mutating func grow() {
    table = [Int32](repeating: 0, count: 2 * table.count)
    let mask = table.count - 1
    for (place, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while table[slot] != 0 { slot = (slot + 1) & mask }
      table[slot] = Int32(place + 1)
    }
  }

  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash ^ hash >> 29
  }
}
