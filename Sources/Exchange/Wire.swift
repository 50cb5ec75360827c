/// Bytes in the order and the variable lengths that file formats write numbers in.
struct Wire: Equatable {
  private(set) var bytes: [UInt8] = []

  /// Seven bits a byte, least first, the high bit set on all but the last.
  mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A signed number whose least magnitudes are shortest.
  mutating func zigzag(_ value: Int) {
    variable(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))))
  }

  /// A number in little-endian order.
  mutating func little(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
}
