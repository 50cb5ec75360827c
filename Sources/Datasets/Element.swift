import Foundation

/// The type of one raw number in a file.
enum Element: String, Sendable {
  case uint8, int8, uint16, int16, uint32, int32, uint64, int64, bool, float16, float32, float64

  var width: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  var isFloat: Bool { self == .float16 || self == .float32 || self == .float64 }

  /// Writes the numbers of `raw` as single-precision numbers, one after another.
  func decode(
    _ raw: UnsafeRawBufferPointer, swapped: Bool, to out: UnsafeMutableBufferPointer<Float>
  ) {
    switch self {
    case .uint8, .bool: for i in out.indices { out[i] = Float(raw[i]) }
    case .int8: each(Int8.self, raw, swapped, out) { Float($0) }
    case .uint16: each(UInt16.self, raw, swapped, out) { Float($0) }
    case .int16: each(Int16.self, raw, swapped, out) { Float($0) }
    case .uint32: each(UInt32.self, raw, swapped, out) { Float($0) }
    case .int32: each(Int32.self, raw, swapped, out) { Float($0) }
    case .uint64: each(UInt64.self, raw, swapped, out) { Float($0) }
    case .int64: each(Int64.self, raw, swapped, out) { Float($0) }
    case .float16: each(UInt16.self, raw, swapped, out, halfValue)
    case .float32: each(UInt32.self, raw, swapped, out) { Float(bitPattern: $0) }
    case .float64: each(UInt64.self, raw, swapped, out) { Float(Double(bitPattern: $0)) }
    }
  }

  /// The numbers of `raw` in double precision.
  func doubles(_ raw: UnsafeRawBufferPointer, count: Int, swapped: Bool) -> [Double] {
    func all<T: FixedWidthInteger>(_: T.Type, _ value: (T) -> Double) -> [Double] {
      (0..<count).map { i in
        let bits = raw.loadUnaligned(fromByteOffset: i * width, as: T.self)
        return value(swapped ? bits.byteSwapped : bits)
      }
    }
    return switch self {
    case .uint8, .bool: raw.prefix(count).map { Double($0) }
    case .int8: all(Int8.self) { Double($0) }
    case .uint16: all(UInt16.self) { Double($0) }
    case .int16: all(Int16.self) { Double($0) }
    case .uint32: all(UInt32.self) { Double($0) }
    case .int32: all(Int32.self) { Double($0) }
    case .uint64: all(UInt64.self) { Double($0) }
    case .int64: all(Int64.self) { Double($0) }
    case .float16: all(UInt16.self) { Double(halfValue($0)) }
    case .float32: all(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: all(UInt64.self) { Double(bitPattern: $0) }
    }
  }

  /// The numbers of `raw` as whole numbers; nothing where one is not whole or does not fit.
  func integers(_ raw: UnsafeRawBufferPointer, count: Int, swapped: Bool) -> [Int]? {
    func all<T: FixedWidthInteger>(_: T.Type) -> [Int]? {
      var result: [Int] = []
      result.reserveCapacity(count)
      for i in 0..<count {
        let bits = raw.loadUnaligned(fromByteOffset: i * width, as: T.self)
        guard let value = Int(exactly: swapped ? bits.byteSwapped : bits) else { return nil }
        result.append(value)
      }
      return result
    }
    switch self {
    case .uint8, .bool: return raw.prefix(count).map { Int($0) }
    case .int8: return all(Int8.self)
    case .uint16: return all(UInt16.self)
    case .int16: return all(Int16.self)
    case .uint32: return all(UInt32.self)
    case .int32: return all(Int32.self)
    case .uint64: return all(UInt64.self)
    case .int64: return all(Int64.self)
    case .float16, .float32, .float64:
      let floats = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        decode(raw, swapped: swapped, to: .init(rebasing: buffer[..<count]))
        filled = count
      }
      let whole = floats.compactMap { Int(exactly: $0) }
      return whole.count == count ? whole : nil
    }
  }
}

private func each<T: FixedWidthInteger>(
  _: T.Type, _ raw: UnsafeRawBufferPointer, _ swapped: Bool,
  _ out: UnsafeMutableBufferPointer<Float>, _ value: (T) -> Float
) {
  for i in out.indices {
    let bits = raw.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self)
    out[i] = value(swapped ? bits.byteSwapped : bits)
  }
}

/// The value of an IEEE half-precision number; by hand, since `Float16` is missing on Intel Macs.
private func halfValue(_ bits: UInt16) -> Float {
  let sign: Float = bits >> 15 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 31), fraction = Float(bits & 1023)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * (1 + fraction / 1024)
      * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }
}

/// The product of sizes from a file, or nothing where it does not fit an integer or one is negative.
func product(_ sizes: [Int]) -> Int? {
  var result = 1
  for size in sizes {
    guard size >= 0 else { return nil }
    let (next, overflow) = result.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    result = next
  }
  return result
}

/// A shape as a person writes it, such as `3x32x32`.
func written(_ shape: [Int]) -> String {
  shape.isEmpty ? "single numbers" : shape.map(String.init).joined(separator: "x")
}

/// A count with its noun, such as `1 row` or `3 rows`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}
