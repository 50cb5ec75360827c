import Files

/// The files of a tar archive, as POSIX, GNU and older tools write it.
struct Tar: Sendable {
  /// One file: its name, and where its bytes lie in the archive.
  struct Entry: Sendable {
    let name: String
    let range: Range<Int>
  }

  private(set) var entries: [Entry] = []

  /// Reads all headers; folders, links and devices are passed over.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    var position = 0, words = Words()
    while position < bytes.count {
      guard bytes.count - position >= Header.size else { throw UserError("\(name)\(Self.cut)") }
      let header = Header(
        bytes: .init(rebasing: bytes[position..<position + Header.size]))
      if header.isEmpty { break }
      guard header.isWhole else {
        throw UserError(
          position == 0
            ? "\(name) is not a tar archive"
            : "\(name) is damaged: there is no header of a file at byte \(position)")
      }
      let start = position + Header.size
      guard let size = words.size ?? header.size, size >= 0, size <= bytes.count - start else {
        throw UserError(
          "\(name) ends within \(words.path ?? header.name), or its header names a wrong size")
      }
      let content = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
      switch header.kind {
      case "L": words.path = Header.text(content.prefix(1 << 16))
      case "x": words.read(content)
      case "0", "\0", "7":
        let path = words.path ?? header.name
        // Before POSIX, a folder was a file with such a name.
        if !path.hasSuffix("/") { entries.append(Entry(name: path, range: start..<start + size)) }
        words = Words()
      case "S": throw UserError("\(header.name) in \(name) is a sparse file, which is not read")
      case "g", "K": break
      default: words = Words()
      }
      // What is left of the last block may be missing at the end.
      position = min(bytes.count, start + (size + Header.size - 1) / Header.size * Header.size)
    }
  }

  private static let cut = " ends within the header of a file: it is cut off, or no tar archive"
}

/// What an extended header says of the file after it.
private struct Words {
  var path: String?
  var size: Int?

  /// Reads records such as `18 path=some/name` and a line break, the length counting itself.
  mutating func read(_ records: UnsafeRawBufferPointer) {
    var rest = records[...]
    while let space = rest.prefix(20).firstIndex(of: UInt8(ascii: " ")),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex, length <= rest.count
    {
      let record = rest[(space + 1)..<max(space + 1, rest.startIndex + length - 1)]
      rest = rest.dropFirst(length)
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": path = value
      // What is no number fits no archive, as it should.
      case "size": size = Int(value) ?? -1
      default: break
      }
    }
  }
}

/// The block before each file.
private struct Header {
  static let size = 512
  let bytes: UnsafeRawBufferPointer

  var isEmpty: Bool { bytes.allSatisfy { $0 == 0 } }
  var kind: Character { Character(Unicode.Scalar(bytes[156])) }
  var size: Int? { Self.number(bytes[124..<136]) }

  /// The name, with the folder that POSIX keeps apart.
  var name: String {
    let name = Self.text(bytes[..<100])
    let isPOSIX = bytes[257..<263].elementsEqual("ustar\0".utf8)
    let folder = isPOSIX ? Self.text(bytes[345..<500]) : ""
    return folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// Whether the checksum is right, which counts its own place as spaces.
  var isWhole: Bool {
    let sum = bytes.enumerated().reduce(0) { sum, byte in
      sum + (148..<156 ~= byte.offset ? 32 : Int(byte.element))
    }
    return Self.number(bytes[148..<156]) == sum
  }

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits, or where the first bit is set a number with the highest byte first.
  private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let first = field.first else { return nil }
    guard first & 0x80 == 0 else {
      guard first == 0x80, field.dropLast(7).dropFirst().allSatisfy({ $0 == 0 }) else { return nil }
      return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
    }
    let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
