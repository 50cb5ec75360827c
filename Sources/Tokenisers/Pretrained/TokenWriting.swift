import Files

/// How tokens become a text again.
indirect enum TokenWriting: Sendable {
  case sequence([TokenWriting])
  case byteLevel
  case wordPiece(prefix: [UInt8], cleans: Bool)
  case metaspace([UInt8], dropsFirst: Bool)
  case byteFallback
  case fuse
  case replace([UInt8], with: [UInt8])
  case strip([UInt8], start: Int, stop: Int)

  /// The decoder that a `tokenizer.json` describes.
  ///
  /// - Throws: `UserError` that names a part that is not known.
  init(_ node: JSONNode, _ place: String) throws {
    let type = node["type"]?.text ?? "without a type"
    switch type {
    case "Sequence":
      self = .sequence(try (node["decoders"]?.list ?? []).map { try TokenWriting($0, place) })
    case "ByteLevel": self = .byteLevel
    case "WordPiece":
      self = .wordPiece(
        prefix: node["prefix"]?.bytes ?? Array("##".utf8), cleans: node["cleanup"]?.flag ?? true)
    case "Metaspace":
      let old = node["add_prefix_space"]?.flag ?? true ? "always" : "never"
      self = .metaspace(
        node["replacement"]?.bytes ?? Array("▁".utf8),
        dropsFirst: (node["prepend_scheme"]?.text ?? old) != "never")
    case "ByteFallback": self = .byteFallback
    case "Fuse": self = .fuse
    case "Replace":
      guard let pattern = node["pattern"]?["String"]?.bytes, !pattern.isEmpty else {
        throw UserError(
          "\(place): its decoder Replace has a pattern other than a text, which is not known here")
      }
      self = .replace(pattern, with: node["content"]?.bytes ?? [])
    case "Strip":
      self = .strip(
        node["content"]?.bytes ?? [32], start: node["start"]?.integer ?? 0,
        stop: node["stop"]?.integer ?? 0)
    default: throw UserError("\(place): its decoder \(type) is not known here")
    }
  }

  /// What tokens written as `parts` say, in pieces that follow each other.
  func callAsFunction(_ parts: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .sequence(let steps): return steps.reduce(parts) { $1($0) }
    case .byteLevel: return [parts.flatMap(ByteAlphabet.read).repaired]
    case .fuse: return [parts.flatMap { $0 }]
    case .replace(let pattern, let content):
      return parts.map { $0.replacing(pattern, with: content) }
    case .wordPiece(let prefix, let cleans):
      return parts.enumerated().map { place, part in
        var part = part
        if place > 0 {
          part = part.starts(with: prefix) ? Array(part.dropFirst(prefix.count)) : [32] + part
        }
        return cleans ? part.cleaned : part
      }
    case .metaspace(let sign, let dropsFirst):
      return parts.enumerated().map { place, part in
        let starts = place == 0 && dropsFirst && part.starts(with: sign)
        return (starts ? Array(part.dropFirst(sign.count)) : part).replacing(sign, with: [32])
      }
    case .byteFallback: return Self.withBytes(parts)
    case .strip(let sign, let start, let stop):
      return parts.map { part in
        var part = part[...]
        for _ in 0..<max(0, start) {
          guard !sign.isEmpty, part.starts(with: sign) else { break }
          part = part.dropFirst(sign.count)
        }
        for _ in 0..<max(0, stop) {
          guard !sign.isEmpty, part.suffix(sign.count).elementsEqual(sign) else { break }
          part = part.dropLast(sign.count)
        }
        return Array(part)
      }
    }
  }

  /// Runs of tokens such as `<0xE2>` as the characters that their bytes are, or a sign for each where they are none.
  private static func withBytes(_ parts: [[UInt8]]) -> [[UInt8]] {
    var written: [[UInt8]] = [], bytes: [UInt8] = []
    func flushed() -> [[UInt8]] {
      if bytes.isEmpty { return [] }
      if String(validating: bytes, as: UTF8.self) != nil { return [bytes] }
      return bytes.map { _ in Array("\u{fffd}".utf8) }
    }
    for part in parts {
      if part.count == 6, part.starts(with: "<0x".utf8), part.last == UInt8(ascii: ">"),
        let byte = UInt8(String(decoding: part[3..<5], as: UTF8.self), radix: 16)
      {
        bytes.append(byte)
      } else {
        written += flushed()
        bytes = []
        written.append(part)
      }
    }
    return written + flushed()
  }
}

extension [UInt8] {
  /// The bytes as UTF-8, with a sign for what is none.
  var repaired: [UInt8] { Array(String(decoding: self, as: UTF8.self).utf8) }

  /// Without the blanks that stand before signs and contractions when words are joined.
  fileprivate var cleaned: [UInt8] {
    let pairs = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return pairs.reduce(self) { $0.replacing(Array($1.0.utf8), with: Array($1.1.utf8)) }
  }
}
