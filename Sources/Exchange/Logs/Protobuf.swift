/// A message of Protocol Buffers, written field by field in their wire format.
struct Protobuf: Equatable {
  private var wire = Wire()

  /// The message's bytes.
  var bytes: [UInt8] { wire.bytes }

  /// An `int64`, `int32`, `enum` or `bool` field.
  mutating func add(_ field: Int, _ value: Int) {
    key(field, 0)
    wire.variable(UInt64(bitPattern: Int64(value)))
  }

  /// A `double` field.
  mutating func add(_ field: Int, _ value: Double) {
    key(field, 1)
    wire.little(value.bitPattern)
  }

  /// A `float` field.
  mutating func add(_ field: Int, _ value: Float) {
    key(field, 5)
    wire.little(value.bitPattern)
  }

  /// A `string` field.
  mutating func add(_ field: Int, _ text: String) { add(field, bytes: Array(text.utf8)) }

  /// A `bytes` field.
  mutating func add(_ field: Int, bytes: some Collection<UInt8>) {
    key(field, 2)
    wire.variable(UInt64(bytes.count))
    wire.append(bytes)
  }

  /// A field that is a message, which `build` fills.
  mutating func add(_ field: Int, _ build: (inout Protobuf) -> Void) {
    var inner = Protobuf()
    build(&inner)
    add(field, bytes: inner.bytes)
  }

  private mutating func key(_ field: Int, _ type: Int) { wire.variable(UInt64(field << 3 | type)) }
}

extension Protobuf {
  /// One field of a message that was read.
  enum Field: Equatable {
    case variable(UInt64)
    case fixed(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  /// The fields of a message in their order; nothing where the bytes are no message.
  static func fields(of bytes: ArraySlice<UInt8>) -> [(number: Int, field: Field)]? {
    var rest = bytes
    var fields: [(Int, Field)] = []
    func variable() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: 0, to: 64, by: 7) {
        guard let byte = rest.popFirst() else { return nil }
        value |= UInt64(byte & 0x7f) << UInt64(shift)
        if byte < 0x80 { return value }
      }
      return nil
    }
    func taken(_ count: UInt64) -> ArraySlice<UInt8>? {
      guard count <= UInt64(rest.count) else { return nil }
      defer { rest = rest.dropFirst(Int(count)) }
      return rest.prefix(Int(count))
    }
    func fixed(_ count: UInt64) -> UInt64? {
      taken(count).map { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    }
    while !rest.isEmpty {
      guard let key = variable(), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
      let field: Field? =
        switch key & 7 {
        case 0: variable().map { .variable($0) }
        case 1: fixed(8).map { .fixed($0) }
        case 2: variable().flatMap(taken).map { .bytes($0) }
        case 5: fixed(4).map { .fixed($0) }
        default: nil
        }
      guard let field else { return nil }
      fields.append((Int(key >> 3), field))
    }
    return fields
  }
}
