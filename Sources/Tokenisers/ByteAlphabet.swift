/// The printable characters that GPT-2 and its heirs write bytes as.
///
/// - Source: Radford et al., *Language models are unsupervised multitask learners*, 2019, its program.
enum ByteAlphabet {
  /// The number of the character that stands for each byte.
  static let characters: [UInt16] = {
    var characters = [UInt16](repeating: 0, count: 256)
    var spare: UInt16 = 256
    for byte in 0..<256 {
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      characters[byte] = isPrintable ? UInt16(byte) : spare
      if !isPrintable { spare += 1 }
    }
    return characters
  }()

  /// The bytes in the order of their characters: that of the first 256 tokens.
  static let ordered: [UInt8] = (0..<256).sorted { characters[$0] < characters[$1] }
    .map { UInt8($0) }

  /// The byte that each character up to the last stands for.
  private static let bytes: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: characters.enumerated().map { (UInt32($1), UInt8($0)) })

  /// Bytes as their characters, in UTF-8.
  static func written(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var written: [UInt8] = []
    written.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      let code = characters[Int(byte)]
      if code < 128 {
        written.append(UInt8(code))
      } else {
        written.append(UInt8(0xc0 | code >> 6))
        written.append(UInt8(0x80 | code & 0x3f))
      }
    }
    return written
  }

  /// The bytes that characters stand for; the UTF-8 itself where one stands for none.
  static func read(_ written: [UInt8]) -> [UInt8] {
    var read: [UInt8] = []
    for scalar in String(decoding: written, as: UTF8.self).unicodeScalars {
      guard let byte = bytes[scalar.value] else { return written }
      read.append(byte)
    }
    return read
  }
}
