import Foundation

/// A command line that a shell reads as these words.
enum CommandText {
  /// The words, each in quotation marks where a shell would take it apart.
  static func of(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// What is a plain word stays; else single quotes, and `$'…'` for what no header may hold.
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "-_./,:=@%+".utf8.contains(byte)
    }
    if plain, !word.isEmpty { return word }
    guard word.utf8.allSatisfy({ (32...126).contains($0) }) else {
      let inside = word.utf8.map { byte -> String in
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 32...126: String(UnicodeScalar(byte))
        default: String(format: "\\x%02x", byte)
        }
      }
      return "$'\(inside.joined())'"
    }
    return "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  /// The header of an answer that a command can repeat.
  static func header(_ words: [String]) -> (String, String) { ("X-Latent-Command", of(words)) }
}
