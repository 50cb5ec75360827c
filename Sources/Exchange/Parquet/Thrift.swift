/// A structure in Thrift's compact protocol, written field by field in rising order of their numbers.
struct Thrift: Equatable {
  /// A value of a field or of a list.
  indirect enum Value: Equatable {
    case int32(Int)
    case int64(Int)
    case text(String)
    case structure(Thrift)
    case list([Value])

    fileprivate var type: UInt8 {
      switch self {
      case .int32: 5
      case .int64: 6
      case .text: 8
      case .list: 9
      case .structure: 12
      }
    }
  }

  private var wire = Wire()
  private var last = 0

  /// A structure of these fields, without those that have no value.
  init(_ fields: [(Int, Value?)] = []) {
    for case (let number, let value?) in fields {
      let step = number - last
      precondition(step > 0, "field \(number) follows field \(last)")
      if step < 16 {
        wire.append(UInt8(step << 4) | value.type)
      } else {
        wire.append(value.type)
        wire.zigzag(number)
      }
      last = number
      append(value)
    }
  }

  /// The structure's bytes, its end included.
  var bytes: [UInt8] { wire.bytes + [0] }

  private mutating func append(_ value: Value) {
    switch value {
    case .int32(let number), .int64(let number): wire.zigzag(number)
    case .text(let text):
      wire.variable(UInt64(text.utf8.count))
      wire.append(text.utf8)
    case .structure(let inner): wire.append(inner.bytes)
    case .list(let values):
      let type = values.first?.type ?? 12
      if values.count < 15 {
        wire.append(UInt8(values.count << 4) | type)
      } else {
        wire.append(0xf0 | type)
        wire.variable(UInt64(values.count))
      }
      for value in values { append(value) }
    }
  }
}
