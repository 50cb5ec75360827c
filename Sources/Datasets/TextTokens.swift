extension Domain {
  /// A text as a domain of texts has it: its bytes, each one more than it is, and zeros to the domain's length.
  public func tokens(of text: String) -> [Float] {
    let bytes = text.utf8.prefix(size).map { Float($0) + 1 }
    return bytes + Array(repeating: 0, count: size - bytes.count)
  }

  /// The text of tokens: 0 ends it, a byte b is b + 1.
  public static func text(of tokens: some Sequence<Float>) -> String {
    let bytes = tokens.prefix { $0 > 0 }.map { UInt8(clamping: Int($0.rounded()) - 1) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
