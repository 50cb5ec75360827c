import Files
import Foundation

/// The checksum of Castagnoli, as TFRecord files have it.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1
    }
  }

  /// The checksum of `bytes`.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xff)] }
  }

  /// The checksum turned and shifted, so that data that holds checksums has one of its own.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = checksum(bytes)
    return (sum >> 15 | sum << 17) &+ 0xa282_ead8
  }
}

/// Records in the framing of TFRecord files: length, its checksum, the data, their checksum.
enum Records {
  /// `data` with its frame.
  static func framed(_ data: [UInt8]) -> [UInt8] {
    var length = Wire(), record = Wire()
    length.little(UInt64(data.count))
    record.append(length.bytes)
    record.little(CRC32C.masked(length.bytes))
    record.append(data)
    record.little(CRC32C.masked(data))
    return record.bytes
  }

  /// The whole records at the start of `bytes`: one that was cut short or damaged ends them, as it does for every
  /// reader.
  static func whole(in bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var rest = bytes
    var records: [ArraySlice<UInt8>] = []
    while rest.count >= 16 {
      let length = number(rest.prefix(8))
      guard number(rest.dropFirst(8).prefix(4)) == UInt64(CRC32C.masked(rest.prefix(8))),
        length <= UInt64(rest.count - 16)
      else { break }
      let data = rest.dropFirst(12).prefix(Int(length))
      let tail = rest.dropFirst(12 + Int(length))
      guard number(tail.prefix(4)) == UInt64(CRC32C.masked(data)) else { break }
      records.append(data)
      rest = tail.dropFirst(4)
    }
    return records
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A file that grows by whole records while others read it.
final class RecordFile {
  private let descriptor: Int32
  private let path: String

  init(appendingTo path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure("create", path) }
  }

  deinit { close(descriptor) }

  /// Appends `data` as one record.
  func append(_ data: [UInt8]) throws {
    try Records.framed(data).withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw Self.failure("write", path) }
        rest = rest.dropFirst(written)
      }
    }
  }

  private static func failure(_ verb: String, _ path: String) -> UserError {
    UserError("cannot \(verb) \(path): \(String(cString: strerror(errno)).lowercased())")
  }
}
