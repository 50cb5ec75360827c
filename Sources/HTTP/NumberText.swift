/// Numbers of single precision as JSON, each with the fewest digits that read as the same number.
public struct NumberText: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Writes text as it is.
  public mutating func append(_ text: String) { bytes += Array(text.utf8) }

  /// Writes `values` in row-major order as nested lists of this shape; what is not finite becomes `null`.
  public mutating func append(_ values: UnsafeBufferPointer<Float>, shape: [Int]) {
    bytes.reserveCapacity(bytes.count + values.count * 12)
    append(values, shape[...])
  }

  /// Writes `values` in row-major order as nested lists of this shape.
  public mutating func append(_ values: [Float], shape: [Int]) {
    values.withUnsafeBufferPointer { append($0, shape: shape) }
  }

  private mutating func append(_ values: UnsafeBufferPointer<Float>, _ shape: ArraySlice<Int>) {
    guard let first = shape.first else { return append(values.first ?? .nan) }
    bytes.append(UInt8(ascii: "["))
    let block = first == 0 ? 0 : values.count / first
    for index in 0..<first {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if shape.count == 1 {
        append(values[index])
      } else {
        let part = UnsafeBufferPointer(rebasing: values[index * block..<(index + 1) * block])
        append(part, shape.dropFirst())
      }
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes one number; `null` where it is not finite.
  public mutating func append(_ value: Float) {
    guard value.isFinite else { return append("null") }
    if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
    let size = Double(value.magnitude)
    if size == 0 { return bytes.append(UInt8(ascii: "0")) }
    if size < 0x1p24, size == size.rounded(.down) { return append(whole: UInt64(size)) }
    guard 1e-5 <= size, size < 1e9, write(size, value.magnitude) else {
      return append(value.magnitude.description)
    }
  }

  /// Tries six digits and more until they read as the number: six are never ambiguous, and nine always enough.
  private mutating func write(_ size: Double, _ value: Float) -> Bool {
    var exponent = -5
    while exponent < 8, size >= Self.tens[exponent + 6] { exponent += 1 }
    for digits in 6...9 {
      let decimals = digits - 1 - exponent
      let scaled = decimals >= 0 ? size * powersOfTen[decimals] : size / powersOfTen[-decimals]
      let whole = UInt64(scaled + 0.5)
      let back =
        decimals >= 0
        ? Double(whole) / powersOfTen[decimals] : Double(whole) * powersOfTen[-decimals]
      // What division brought to the middle between two numbers may lie on either side of it.
      let isClear = decimals <= 0 || back.bitPattern & 0x1fff_ffff != 0x1000_0000
      guard Float(back) == value, isClear else { continue }
      append(whole, decimals: decimals)
      return true
    }
    return false
  }

  /// 10⁻⁵ to 10⁸.
  private static let tens: [Double] = [
    1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
  ]

  private mutating func append(whole: UInt64) { append(whole, decimals: 0) }

  /// Writes `whole` · 10^−`decimals`, without zeros at its end after the point.
  private mutating func append(_ whole: UInt64, decimals: Int) {
    var (whole, decimals) = (whole, decimals)
    while decimals > 0, whole % 10 == 0 {
      whole /= 10
      decimals -= 1
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { text in
      var start = text.count, written = 0
      func put(_ byte: UInt8) {
        start -= 1
        text[start] = byte
      }
      while whole > 0 || written <= max(0, decimals) {
        if written == decimals, decimals > 0 { put(UInt8(ascii: ".")) }
        put(UInt8(ascii: "0") + UInt8(whole % 10))
        whole /= 10
        written += 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }
    if decimals < 0 { bytes += Array(repeating: UInt8(ascii: "0"), count: -decimals) }
  }
}
