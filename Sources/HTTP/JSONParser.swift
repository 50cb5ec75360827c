import Files

extension JSONBody {
  /// The value that `bytes` write, all of them.
  ///
  /// Numbers in lists are rounded correctly to single precision. A name may occur once in an object; lists that begin
  /// with a number hold numbers only, and are as long as their neighbours.
  ///
  /// - Throws: ``UserError`` naming the place of what is wrong.
  public init(parsing bytes: UnsafeRawBufferPointer) throws {
    var parser = JSONParser(bytes)
    try parser.skipBlanks()
    let value = try parser.value()
    try parser.skipBlanks()
    guard parser.place == bytes.count else {
      throw parser.error("the value ends, and more follows")
    }
    self = value
  }
}

/// Reads JSON texts of people who may wish harm: depth, digits and lengths are bounded.
struct JSONParser {
  /// Lists and objects inside each other.
  static let deepest = 32
  /// Digits and signs of a number.
  static let longestNumber = 400

  let bytes: UnsafeRawBufferPointer
  var place = 0
  /// Names and places of what is being read, for messages.
  var path: [Step] = []

  enum Step {
    case name(String)
    case index(Int)
  }

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The byte at the place; 0 at the end, which stands nowhere in JSON.
  var byte: UInt8 { place < bytes.count ? bytes[place] : 0 }

  func error(_ what: String) -> UserError {
    UserError("the body is not JSON: at byte \(place), \(what)")
  }

  /// The way to the value that is being read, such as `inputs[3]`.
  func way(_ more: [Int] = []) -> String {
    let steps = path + more.map { .index($0) }
    let text = steps.reduce(into: "") { text, step in
      switch step {
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text.isEmpty ? "the body" : String(text.prefix(200))
  }

  mutating func skipBlanks() throws {
    while place < bytes.count {
      switch bytes[place] {
      case 32, 9, 10, 13: place += 1
      default: return
      }
    }
  }

  mutating func take(_ wanted: UInt8) -> Bool {
    guard byte == wanted, place < bytes.count else { return false }
    place += 1
    return true
  }

  mutating func value() throws -> JSONBody {
    guard path.count <= Self.deepest else {
      throw error("lists and objects are more than \(Self.deepest) deep")
    }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return beginsWithNumber() ? .numbers(try numbers()) : try list()
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try double())
    default: throw error("a value was expected")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONBody) throws -> JSONBody {
    let end = place + word.utf8CodeUnitCount
    guard end <= bytes.count,
      (place..<end).allSatisfy({ bytes[$0] == word.utf8Start[$0 - place] })
    else { throw error("a value was expected") }
    place = end
    return value
  }

  private mutating func object() throws -> JSONBody {
    place += 1
    var fields: [(name: String, value: JSONBody)] = []
    var names = Set<String>()
    try skipBlanks()
    if take(UInt8(ascii: "}")) { return .fields([]) }
    while true {
      try skipBlanks()
      guard byte == UInt8(ascii: "\"") else {
        throw error("a name in quotation marks was expected")
      }
      let name = try text()
      guard names.insert(name).inserted else {
        throw error("the name \(name.prefix(60)) is given twice")
      }
      try skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("a colon was expected") }
      try skipBlanks()
      path.append(.name(name))
      fields.append((name, try value()))
      path.removeLast()
      try skipBlanks()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw error("a comma or } was expected") }
      return .fields(fields)
    }
  }

  private mutating func list() throws -> JSONBody {
    place += 1
    var values: [JSONBody] = []
    try skipBlanks()
    if take(UInt8(ascii: "]")) { return .list([]) }
    while true {
      try skipBlanks()
      path.append(.index(values.count))
      values.append(try value())
      path.removeLast()
      try skipBlanks()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw error("a comma or ] was expected") }
      return .list(values)
    }
  }

  /// Whether the first thing inside the lists that begin here is a number.
  private func beginsWithNumber() -> Bool {
    for at in place..<bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "["), 32, 9, 10, 13: continue
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return true
      default: return false
      }
    }
    return false
  }
}

extension JSONParser {
  /// A text in quotation marks.
  private mutating func text() throws -> String {
    place += 1
    let start = place
    while place < bytes.count, bytes[place] >= 32, bytes[place] != UInt8(ascii: "\""),
      bytes[place] != UInt8(ascii: "\\")
    {
      place += 1
    }
    if byte == UInt8(ascii: "\"") {
      defer { place += 1 }
      return try decoded(Array(bytes[start..<place]))
    }
    var units = Array(bytes[start..<place])
    while place < bytes.count {
      let next = bytes[place]
      switch next {
      case UInt8(ascii: "\""):
        place += 1
        return try decoded(units)
      case UInt8(ascii: "\\"): try escape(&units)
      case ..<32: throw error("a text holds a control character")
      default:
        units.append(next)
        place += 1
      }
    }
    throw error("a text has no end")
  }

  private func decoded(_ units: [UInt8]) throws -> String {
    guard let text = String(validating: units, as: UTF8.self) else {
      throw error("a text is not UTF-8")
    }
    return text
  }

  private mutating func escape(_ units: inout [UInt8]) throws {
    place += 1
    let letter = byte
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
    case UInt8(ascii: "b"): units.append(8)
    case UInt8(ascii: "f"): units.append(12)
    case UInt8(ascii: "n"): units.append(10)
    case UInt8(ascii: "r"): units.append(13)
    case UInt8(ascii: "t"): units.append(9)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if 0xd800..<0xdc00 ~= code {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw error("half of a character stands alone")
        }
        let second = try hexadecimal()
        guard 0xdc00..<0xe000 ~= second else { throw error("half of a character stands alone") }
        code = 0x10000 + (code - 0xd800) << 10 + (second - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw error("half of a character stands alone")
      }
      units += Array(String(scalar).utf8)
    default: throw error("there is no such escape")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard place + 4 <= bytes.count else { throw error("a text has no end") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else {
        throw error("four hexadecimal digits were expected")
      }
      code = code << 4 | UInt32(digit)
      place += 1
    }
    return code
  }
}
