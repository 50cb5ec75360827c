import CDigest
import Foundation

/// The SHA-256 of what is added, piece by piece; the one place that knows which library computes it.
public struct Digest {
  private var context = SHA2_CTX()

  /// The digest of nothing yet.
  public init() { SHA256Init(&context) }

  /// Adds `bytes`.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    SHA256Update(&context, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Adds the UTF-8 of `text` and a zero, so that neighbours cannot run together.
  public mutating func add(_ text: String) {
    (Array(text.utf8) + [0]).withUnsafeBytes { add($0) }
  }

  /// The digest of the file at `path`.
  ///
  /// - Throws: ``UserError`` where it cannot be read.
  public static func of(file path: String) throws -> String {
    let file = try MappedFile(path)
    return withExtendedLifetime(file) {
      var digest = Digest()
      digest.add(file.bytes)
      return digest.hex()
    }
  }

  /// The digest of everything added so far, in 64 hexadecimal digits.
  public func hex() -> String {
    var copy = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &copy)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
