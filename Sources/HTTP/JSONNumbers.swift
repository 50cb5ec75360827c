import Files

extension JSONParser {
  /// The nested lists of numbers that begin here.
  mutating func numbers() throws -> NumberArray {
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
  mutating func double() throws -> Double {
    let start = place
    _ = try written()
    guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite
    else { throw error("a number is too large") }
    return value
  }
}

/// Powers of ten that double precision holds exactly.
let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]
