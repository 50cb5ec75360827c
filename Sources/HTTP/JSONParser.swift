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
  private var path: [Step] = []

  private enum Step {
    case name(String)
    case index(Int)
  }

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The byte at the place; 0 at the end, which stands nowhere in JSON.
  private var byte: UInt8 { place < bytes.count ? bytes[place] : 0 }

  func error(_ what: String) -> UserError {
    UserError("the body is not JSON: at byte \(place), \(what)")
  }

  /// The way to the value that is being read, such as `inputs[3]`.
  private func way(_ more: [Int] = []) -> String {
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

  private mutating func take(_ wanted: UInt8) -> Bool {
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

  /// The nested lists of numbers that begin here.
  private mutating func numbers() throws -> NumberArray {
    var sizes: [Int] = [], counts: [Int] = []
    var values: [Float] = []
    // About as many as the rest of the body can hold, in parts: a hostile body is no reason to take memory.
    values.reserveCapacity(min((bytes.count - place) / 8, 1 << 16))
    while take(UInt8(ascii: "[")) {
      sizes.append(-1)
      counts.append(0)
      guard sizes.count + path.count <= Self.deepest else {
        throw error("lists and objects are more than \(Self.deepest) deep")
      }
      try skipBlanks()
    }
    var depth = sizes.count
    while true {
      if depth == sizes.count {
        counts[depth - 1] = try row(&values, in: counts)
      }
      // The end of a list: as long as those beside it.
      guard take(UInt8(ascii: "]")) else { throw error("a comma or ] was expected") }
      depth -= 1
      let count = counts[depth]
      counts[depth] = 0
      if sizes[depth] < 0 { sizes[depth] = count }
      guard sizes[depth] == count else {
        let here = way(Array(counts[..<depth]))
        throw UserError(
          "\(here) has \(count) entries where \(sizes[depth]) are needed: lists of numbers must be of equal lengths"
        )
      }
      if depth == 0 { return NumberArray(values, shape: sizes) }
      counts[depth - 1] += 1
      try skipBlanks()
      guard take(UInt8(ascii: ",")) else { continue }
      try skipBlanks()
      while depth < sizes.count {
        guard take(UInt8(ascii: "[")) else {
          throw UserError("\(way(Array(counts[..<depth]))) must be a list, as those before it")
        }
        depth += 1
        try skipBlanks()
      }
    }
  }

  /// The numbers of an innermost list, up to its end; how many.
  private mutating func row(_ values: inout [Float], in counts: [Int]) throws -> Int {
    var count = 0
    while true {
      if let value = plainFloat() {
        values.append(value)
      } else {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
          values.append(try finiteFloat(counts.dropLast() + [count]))
        case UInt8(ascii: "]") where count == 0: return 0
        default:
          throw UserError("\(way(counts.dropLast() + [count])), at byte \(place), must be a number")
        }
      }
      count += 1
      // Most lists have no blanks.
      if byte != UInt8(ascii: ",") {
        try skipBlanks()
        guard byte == UInt8(ascii: ",") else { return count }
      }
      place += 1
      if byte <= 32 { try skipBlanks() }
    }
  }

  private mutating func finiteFloat(_ place: [Int]) throws -> Float {
    let start = self.place
    let value = try float()
    guard value.isFinite else {
      let digits = String(decoding: bytes[start..<self.place].prefix(40), as: UTF8.self)
      throw UserError("\(way(place)) is \(digits), which is too large for single precision")
    }
    return value
  }

  /// A number of at most 19 digits without exponent, which nearly all are; nothing, and no step taken, where it is another.
  private mutating func plainFloat() -> Float? {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
    var at = base + place
    let end = base + bytes.count
    let isNegative = at < end && at.pointee == UInt8(ascii: "-")
    if isNegative { at += 1 }
    let first = at
    var digits: UInt64 = 0
    while at < end, at.pointee &- 48 < 10 {
      digits = digits &* 10 &+ UInt64(at.pointee &- 48)
      at += 1
    }
    let whole = at - first
    guard whole > 0, whole == 1 || first.pointee != 48 else { return nil }
    var decimals = 0
    if at < end, at.pointee == UInt8(ascii: ".") {
      at += 1
      let fraction = at
      while at < end, at.pointee &- 48 < 10 {
        digits = digits &* 10 &+ UInt64(at.pointee &- 48)
        at += 1
      }
      decimals = at - fraction
      guard decimals > 0 else { return nil }
    }
    // A zero before the point is no digit of the number.
    guard whole + decimals - (first.pointee == 48 ? 1 : 0) <= 19, decimals <= 22, at < end,
      at.pointee | 0x20 != UInt8(ascii: "e"),
      let value = single(digits, tenTo: -decimals)
    else { return nil }
    place = at - base
    return isNegative ? -value : value
  }

  /// `digits` · 10^`exponent` in single precision, for exponents from −22 to 22; nothing where rounding twice might not be
  /// right.
  private func single(_ digits: UInt64, tenTo exponent: Int) -> Float? {
    if digits == 0 { return 0 }
    let power = powersOfTen[abs(exponent)]
    let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
    // Both steps round, and are off by less than two units of double precision: that matters only beside the middle
    // between two numbers of single precision.
    let rest = value.bitPattern & 0x1fff_ffff
    guard rest < 0x0fff_fffc || rest > 0x1000_0004 else { return nil }
    let single = Float(value)
    return single.isFinite ? single : nil
  }
}

extension JSONParser {
  /// A number as it is written: its digits without the point, and what power of ten they are of.
  private struct Written {
    var digits: UInt64 = 0
    /// Digits from the first that is not 0 on.
    var count = 0
    var exponent = 0
    var isNegative = false
    /// Whether `digits` hold all of them.
    var isWhole: Bool { count <= 19 }
  }

  private mutating func written() throws -> Written {
    var number = Written()
    let start = place
    if byte == UInt8(ascii: "-") {
      number.isNegative = true
      place += 1
    }
    let first = place
    takeDigits(&number)
    guard place > first else { throw error("a digit was expected") }
    if bytes[first] == UInt8(ascii: "0"), place > first + 1 {
      place = first + 1
      throw error("a number begins with 0")
    }
    if byte == UInt8(ascii: ".") {
      place += 1
      let fraction = place
      takeDigits(&number)
      guard place > fraction else { throw error("a digit was expected") }
      number.exponent = fraction - place
    }
    if byte | 0x20 == UInt8(ascii: "e") { try number.exponent += exponent() }
    guard place - start <= Self.longestNumber else {
      throw error("a number has more than \(Self.longestNumber) digits")
    }
    return number
  }

  private mutating func takeDigits(_ number: inout Written) {
    var (at, digits, count) = (place, number.digits, number.count)
    while at < bytes.count {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      if count > 0 || digit > 0 { count += 1 }
      if count <= 19 { digits = digits &* 10 &+ UInt64(digit) }
      at += 1
    }
    (place, number.digits, number.count) = (at, digits, count)
  }

  private mutating func exponent() throws -> Int {
    place += 1
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { place += 1 }
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 {
      value = min(value * 10 + Int(bytes[place] - UInt8(ascii: "0")), 100_000)
      place += 1
    }
    guard place > start else { throw error("a digit was expected") }
    return isNegative ? -value : value
  }

  /// A number in single precision, rounded correctly; infinite where it is too large.
  mutating func float() throws -> Float {
    let start = place
    let number = try written()
    if number.isWhole, -22...22 ~= number.exponent,
      let value = single(number.digits, tenTo: number.exponent)
    {
      return number.isNegative ? -value : value
    }
    return Float(String(decoding: bytes[start..<place], as: UTF8.self)) ?? .nan
  }

  /// A number in double precision.
  private mutating func double() throws -> Double {
    let start = place
    _ = try written()
    guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite
    else { throw error("a number is too large") }
    return value
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

/// Powers of ten that double precision holds exactly.
let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]
