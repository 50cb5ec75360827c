import Torch

/// Small and large damage to a file.
enum Mutation {
  private static let edges: [UInt64] = [
    0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000,
    0xffff_ffff, 1 << 32, 1 << 40, 1 << 62, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, .max,
  ]
  private static let numbers = [
    "0", "-1", "1099511627776", "9223372036854775807", "18446744073709551616", "1e999", "nan", "",
    "?", "4294967296", "65537",
  ]

  /// One of the corpus with one to six changes.
  static func mutated(
    _ corpus: [[UInt8]], _ target: Target, _ random: inout SplitMix
  ) -> [UInt8] {
    var input = corpus[below(corpus.count, &random)]
    for _ in 0...below(6, &random) {
      let other = corpus[below(corpus.count, &random)]
      change(&input, other, &random)
    }
    return Array(input.prefix(1 << 18))
  }

  static func below(_ n: Int, _ random: inout SplitMix) -> Int {
    Int(random.next().multipliedFullWidth(by: UInt64(max(1, n))).high)
  }

  private static func change(
    _ input: inout [UInt8], _ other: [UInt8], _ random: inout SplitMix
  ) {
    guard !input.isEmpty else { return input = other }
    // Headers decide most, so half of all changes fall into the first bytes.
    let reach = random.next() & 1 == 0 ? min(128, input.count) : input.count
    let at = below(reach, &random)
    switch below(9, &random) {
    case 0: input[at] ^= 1 << UInt8(below(8, &random))
    case 1: input[at] = UInt8(truncatingIfNeeded: random.next())
    case 2: input.removeLast(below(input.count, &random))
    case 3: input.removeSubrange(at..<min(input.count, at + 1 + below(16, &random)))
    case 4:
      let part = input[at..<min(input.count, at + 1 + below(64, &random))]
      input.insert(contentsOf: part, at: below(input.count, &random))
    case 5: input = Array(input[..<at]) + other[below(other.count, &random)...]
    case 6, 7: setInteger(&input, at, &random)
    default: setNumber(&input, at, &random)
    }
  }

  private static func setInteger(_ input: inout [UInt8], _ at: Int, _ random: inout SplitMix) {
    let value = edges[below(edges.count, &random)]
    let width = [1, 2, 4, 8][below(4, &random)]
    let highFirst = random.next() & 1 == 0
    for i in 0..<width where at + i < input.count {
      let shift = 8 * (highFirst ? width - 1 - i : i)
      input[at + i] = UInt8(truncatingIfNeeded: value >> UInt64(shift))
    }
  }

  /// Replaces the digits at or after a place, as in a NumPy header or a table.
  private static func setNumber(_ input: inout [UInt8], _ at: Int, _ random: inout SplitMix) {
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    guard let start = input[at...].firstIndex(where: isDigit) else { return }
    let end = input[start...].firstIndex { !isDigit($0) } ?? input.count
    let number = numbers[below(numbers.count, &random)]
    input.replaceSubrange(start..<end, with: Array(number.utf8))
  }
}
