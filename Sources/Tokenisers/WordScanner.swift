/// The patterns by which well-known tokenisers cut text into words before they join pairs.
public enum WordPattern: String, Codable, CaseIterable, Sendable {
  /// A blank and letters, a blank and digits, a blank and what else there is: Radford et al., *Language models are
  /// unsupervised multitask learners*, 2019.
  case gpt2
  /// Of GPT-4 and Llama 3: any sign before letters, at most three digits, line ends with what they follow.
  case llama3
  /// As of Llama 3, and each digit apart.
  case qwen2

  private static let letters = #"|[^\r\n\p{L}\p{N}]?\p{L}+|"#
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let rest = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let words = #"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  /// The form of GPT-4's pattern that never goes back.
  private static let possessive =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*"#
    + #"|\s*[\r\n]|\s+(?!\S)|\s+"#

  /// The pattern that files write this way; nothing for another.
  init?(written pattern: String) {
    switch pattern {
    case "'s|'t|'re|'ve|'m|'ll|'d" + Self.words, "'(?:[sdmt]|ll|ve|re)" + Self.words: self = .gpt2
    case Self.contractions + Self.letters + #"\p{N}{1,3}"# + Self.rest, Self.possessive:
      self = .llama3
    case Self.contractions + Self.letters + #"\p{N}"# + Self.rest: self = .qwen2
    default: return nil
    }
  }

  /// The end of the word that begins at `start`, which is not the end of `text`.
  @inline(__always) func end(from start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    switch self {
    case .gpt2: text.endOfWord(from: start)
    case .llama3: text.endOfLineWord(from: start, digits: 3)
    case .qwen2: text.endOfLineWord(from: start, digits: 1)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The end of the run of characters of this kind from `place` on.
  @inline(__always) private func end(of kind: CharacterKind, from place: Int) -> Int {
    var place = place
    while place < count {
      let next = self.kind(at: place)
      guard next.kind == kind else { break }
      place += next.length
    }
    return place
  }

  /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at `place`; `place` where there is none.
  private func endOfContraction(_ place: Int, anyCase: Bool) -> Int {
    guard self[place] == UInt8(ascii: "'"), place + 1 < count else { return place }
    func letter(_ at: Int) -> UInt8 {
      guard at < count else { return 0 }
      let byte = self[at]
      return anyCase && (65...90).contains(byte) ? byte | 0x20 : byte
    }
    let first = letter(place + 1)
    switch (first, letter(place + 2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return place + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return place + 3
    // A long s is an s in another case.
    case (0xc5, 0xbf) where anyCase: return place + 3
    default: return place
    }
  }

  /// Where the run of white space from `start` is cut: before its last character where a word follows it.
  @inline(__always) private func endOfSpace(from start: Int) -> (end: Int, lastNewline: Int?) {
    var place = start, last = start, newline: Int?
    while place < count {
      let next = kind(at: place)
      guard next.kind.isSpace else {
        return (last > start ? last : place, newline)
      }
      last = place
      place += next.length
      if next.kind == .newline { newline = place }
    }
    return (place, newline)
  }

  /// The end of a word by GPT-2's pattern.
  func endOfWord(from start: Int) -> Int {
    let contraction = endOfContraction(start, anyCase: false)
    if contraction > start { return contraction }
    let first = kind(at: start)
    // A blank belongs to what follows it.
    let begin = self[start] == 32 && start + 1 < count ? start + 1 : start
    let next = kind(at: begin)
    if !next.kind.isSpace { return end(of: next.kind, from: begin + next.length) }
    return first.kind.isSpace
      ? endOfSpace(from: start).end : end(of: first.kind, from: start + first.length)
  }

  /// The end of a word by the pattern of GPT-4 and Llama 3.
  func endOfLineWord(from start: Int, digits: Int) -> Int {
    let contraction = endOfContraction(start, anyCase: true)
    if contraction > start { return contraction }
    let first = kind(at: start), after = start + first.length
    switch first.kind {
    case .letter: return end(of: .letter, from: after)
    case .number:
      var place = after, left = digits - 1
      while left > 0, place < count {
        let next = kind(at: place)
        guard next.kind == .number else { break }
        place += next.length
        left -= 1
      }
      return place
    case .newline: break
    case .space, .other:
      guard after < count else { break }
      let next = kind(at: after)
      if next.kind == .letter { return end(of: .letter, from: after + next.length) }
      if next.kind == .other, self[start] == 32 { return endOfSigns(from: after) }
    }
    if first.kind == .other { return endOfSigns(from: start) }
    let space = endOfSpace(from: start)
    return space.lastNewline ?? space.end
  }

  /// The end of signs that are neither letters, digits nor white space, with the line ends after them.
  private func endOfSigns(from start: Int) -> Int {
    end(of: .newline, from: end(of: .other, from: start))
  }
}
