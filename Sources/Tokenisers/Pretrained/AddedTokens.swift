import Files

/// A token that stands for itself wherever it is written, such as `<|endoftext|>`.
struct AddedToken: Sendable {
  let token: Int
  let content: [UInt8]
  let isSpecial: Bool
  /// Whether it is looked for after the text was normalised.
  let isNormalised: Bool
  let isWord: Bool
  let takesLeft: Bool
  let takesRight: Bool

  init(_ node: JSONNode, _ place: String) throws {
    guard let token = node["id"]?.integer, (0..<100_000_000).contains(token),
      let content = node["content"]?.bytes, !content.isEmpty
    else { throw UserError("\(place): one of its added_tokens has no id and content") }
    (self.token, self.content) = (token, content)
    isSpecial = node["special"]?.flag ?? false
    isNormalised = node["normalized"]?.flag ?? !isSpecial
    isWord = node["single_word"]?.flag ?? false
    takesLeft = node["lstrip"]?.flag ?? false
    takesRight = node["rstrip"]?.flag ?? false
  }
}

/// Finds added tokens in a text: the leftmost first, of these the longest.
struct TokenFinder: Sendable {
  /// A part of a text: a token, or what is still to be cut.
  enum Part { case token(Int), text(Range<Int>) }

  private var found: [UInt8: [(content: [UInt8], token: AddedToken)]] = [:]

  /// A finder of `tokens`, whose contents `content` gives.
  init(_ tokens: [AddedToken], content: (AddedToken) -> [UInt8]) {
    for token in tokens {
      let written = content(token)
      if let first = written.first { found[first, default: []].append((written, token)) }
    }
    for first in found.keys { found[first]?.sort { $0.content.count > $1.content.count } }
  }

  private func match(_ text: [UInt8], at place: Int) -> (end: Int, token: AddedToken)? {
    guard let candidates = found[text[place]] else { return nil }
    let rest = text[place...]
    return candidates.first { rest.starts(with: $0.content) }
      .map { (place + $0.content.count, $0.token) }
  }

  /// The parts of `text` in their order.
  func parts(of text: [UInt8]) -> [Part] {
    if found.isEmpty { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var parts: [Part] = [], from = 0, place = 0
    while place < text.count {
      guard let (end, token) = match(text, at: place) else {
        place += 1
        continue
      }
      let start = place
      place = end
      if token.isWord, text.endsWord(at: start) || text.beginsWord(at: end) { continue }
      let left = token.takesLeft ? max(text.startOfSpace(before: start), from) : start
      let right = token.takesRight ? text.endOfSpace(from: end) : end
      if from < left { parts.append(.text(from..<left)) }
      parts.append(.token(token.token))
      from = right
    }
    if from < text.count { parts.append(.text(from..<text.count)) }
    return parts
  }
}

extension [UInt8] {
  /// The character that ends at `place`, and where it begins.
  private func scalar(before place: Int) -> (Unicode.Scalar, Int)? {
    var start = place - 1
    while start > 0, self[start] & 0xc0 == 0x80 { start -= 1 }
    guard start >= 0 else { return nil }
    return String(decoding: self[start..<place], as: UTF8.self).unicodeScalars.first.map {
      ($0, start)
    }
  }

  private func scalar(from place: Int) -> (Unicode.Scalar, Int)? {
    guard place < count else { return nil }
    let text = String(decoding: self[place..<Swift.min(place + 4, count)], as: UTF8.self)
    return text.unicodeScalars.first.map { ($0, place + UTF8.width($0)) }
  }

  fileprivate func endsWord(at place: Int) -> Bool { scalar(before: place)?.0.isWord ?? false }
  fileprivate func beginsWord(at place: Int) -> Bool { scalar(from: place)?.0.isWord ?? false }

  fileprivate func startOfSpace(before place: Int) -> Int {
    var place = place
    while let (scalar, start) = scalar(before: place), scalar.properties.isWhitespace {
      place = start
    }
    return place
  }

  fileprivate func endOfSpace(from place: Int) -> Int {
    var place = place
    while let (scalar, end) = scalar(from: place), scalar.properties.isWhitespace { place = end }
    return place
  }
}
