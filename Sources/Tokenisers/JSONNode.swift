import Files

/// A JSON value whose texts are bytes: Swift's own strings take `é` for the same key however it is written, and
/// vocabularies do not.
enum JSONNode: Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text([UInt8])
  case list([JSONNode])
  case fields([(name: [UInt8], value: JSONNode)])

  /// The value of `bytes`; `name` is what sentences call them.
  ///
  /// - Throws: `UserError` that says at which byte they are no JSON.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    self = try bytes.withMemoryRebound(to: UInt8.self) { text in
      var reader = Reader(text: text, name: name)
      let value = try reader.value(depth: 0)
      reader.skipBlanks()
      guard reader.place == text.count else { throw reader.wrong("more follows its end") }
      return value
    }
  }

  /// The field called `name`; nothing where there is none, or it is null.
  subscript(_ name: String) -> JSONNode? {
    guard case .fields(let fields) = self else { return nil }
    let found = fields.last { $0.name.elementsEqual(name.utf8) }?.value
    if case .null = found { return nil }
    return found
  }

  var text: String? {
    guard case .text(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
  var bytes: [UInt8]? {
    guard case .text(let bytes) = self else { return nil }
    return bytes
  }
  var flag: Bool? {
    guard case .flag(let flag) = self else { return nil }
    return flag
  }
  var integer: Int? {
    guard case .number(let number) = self else { return nil }
    return Int(exactly: number)
  }
  var list: [JSONNode]? {
    guard case .list(let list) = self else { return nil }
    return list
  }
  var fields: [(name: [UInt8], value: JSONNode)]? {
    guard case .fields(let fields) = self else { return nil }
    return fields
  }
}

/// Reads JSON from its first byte on.
private struct Reader {
  let text: UnsafeBufferPointer<UInt8>
  let name: String
  var place = 0
  private static let deepest = 64

  init(text: UnsafeBufferPointer<UInt8>, name: String) { (self.text, self.name) = (text, name) }

  func wrong(_ what: String) -> UserError {
    UserError("\(name) is not JSON: byte \(place), \(what)")
  }

  mutating func skipBlanks() {
    while place < text.count, [32, 9, 10, 13].contains(text[place]) { place += 1 }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipBlanks()
    guard place < text.count, text[place] == byte.asciiValue else { return false }
    place += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard place + count <= text.count,
      (0..<count).allSatisfy({ text[place + $0] == word.utf8Start[$0] })
    else { return false }
    place += count
    return true
  }

  mutating func value(depth: Int) throws -> JSONNode {
    guard depth < Self.deepest else { throw wrong("it is nested more than \(Self.deepest) deep") }
    skipBlanks()
    guard place < text.count else { throw wrong("it ends too early") }
    switch text[place] {
    case UInt8(ascii: "{"): return try fields(depth)
    case UInt8(ascii: "["): return try list(depth)
    case UInt8(ascii: "\""): return .text(try string())
    default: break
    }
    if take(word: "true") { return .flag(true) }
    if take(word: "false") { return .flag(false) }
    if take(word: "null") { return .null }
    return try number()
  }

  private mutating func fields(_ depth: Int) throws -> JSONNode {
    var fields: [(name: [UInt8], value: JSONNode)] = []
    guard take("{") else { throw wrong("an object was expected") }
    if take("}") { return .fields(fields) }
    repeat {
      skipBlanks()
      let name = try string()
      guard take(":") else { throw wrong("a colon was expected") }
      fields.append((name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw wrong("a comma or } was expected") }
    return .fields(fields)
  }

  private mutating func list(_ depth: Int) throws -> JSONNode {
    var values: [JSONNode] = []
    guard take("[") else { throw wrong("a list was expected") }
    if take("]") { return .list(values) }
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw wrong("a comma or ] was expected") }
    return .list(values)
  }

  private mutating func number() throws -> JSONNode {
    let start = place
    while place < text.count, "+-.0123456789eE".utf8.contains(text[place]) { place += 1 }
    let written = String(
      decoding: UnsafeBufferPointer(rebasing: text[start..<place]), as: UTF8.self)
    guard let number = Double(written), number.isFinite else {
      place = start
      throw wrong("a value was expected")
    }
    return .number(number)
  }

  private mutating func string() throws -> [UInt8] {
    guard place < text.count, text[place] == UInt8(ascii: "\"") else {
      throw wrong("a text in quotes was expected")
    }
    place += 1
    var bytes: [UInt8] = []
    while place < text.count {
      let byte = text[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: bytes, as: UTF8.self) != nil else {
          throw wrong("a text is not UTF-8")
        }
        return bytes
      case UInt8(ascii: "\\"): try escape(to: &bytes)
      case 0..<32: throw wrong("a text holds a control character")
      default: bytes.append(byte)
      }
    }
    throw wrong("a text does not end")
  }

  private mutating func escape(to bytes: inout [UInt8]) throws {
    guard place < text.count else { throw wrong("a text does not end") }
    let byte = text[place]
    place += 1
    switch byte {
    case UInt8(ascii: "n"): bytes.append(10)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "b"): bytes.append(8)
    case UInt8(ascii: "f"): bytes.append(12)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xd800..<0xdc00).contains(code), take(word: "\\u") {
        code = 0x1_0000 + (code - 0xd800) << 10 + (try hexadecimal() &- 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw wrong("an escape is no character") }
      bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw wrong("there is no escape \\\(Character(Unicode.Scalar(byte)))")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard place + 4 <= text.count,
      let code = UInt32(
        String(decoding: UnsafeBufferPointer(rebasing: text[place..<place + 4]), as: UTF8.self),
        radix: 16)
    else { throw wrong("\\u needs four hexadecimal digits") }
    place += 4
    return code
  }
}
