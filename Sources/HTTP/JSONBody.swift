import Files

/// A value of a JSON text, read for a server: lists of numbers lie in one piece of memory.
public indirect enum JSONBody: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  /// A list that does not begin with a number.
  case list([JSONBody])
  /// A list of numbers, or of such lists of equal lengths, at any depth.
  case numbers(NumberArray)
  /// Named values in their order; no name occurs twice.
  case fields([(name: String, value: JSONBody)])

  /// The value that an object has under `name`.
  public subscript(_ name: String) -> JSONBody? {
    guard case .fields(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  /// A whole number, also written as `3.0`.
  public var integer: Int? {
    guard case .number(let value) = self else { return nil }
    return Int(exactly: value)
  }

  /// A number.
  public var double: Double? {
    guard case .number(let value) = self else { return nil }
    return value
  }

  /// A text.
  public var string: String? {
    guard case .text(let value) = self else { return nil }
    return value
  }

  /// Texts, where it is a list of them.
  public var strings: [String]? {
    guard case .list(let values) = self else { return nil }
    let texts = values.compactMap(\.string)
    return texts.count == values.count ? texts : nil
  }

  /// Numbers, where it is a list of them.
  public var array: NumberArray? {
    guard case .numbers(let array) = self else { return nil }
    return array
  }

  /// Whole numbers, where it is a list of them or an empty list.
  public var integers: [Int]? {
    switch self {
    case .list(let values): return values.isEmpty ? [] : nil
    case .numbers(let array) where array.shape.count == 1:
      let whole = array.values.compactMap { Int(exactly: $0) }
      return whole.count == array.values.count ? whole : nil
    default: return nil
    }
  }

  /// What it is, for a sentence.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .list(let values): values.isEmpty ? "an empty list" : "a list"
    case .numbers: "a list of numbers"
    case .fields: "an object"
    }
  }
}

/// Numbers in single precision in row-major order.
public struct NumberArray: Equatable, Sendable {
  public var values: [Float]
  /// Sizes of the axes, at least one axis.
  public var shape: [Int]

  public init(_ values: [Float], shape: [Int]) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) numbers in shape \(shape)")
    (self.values, self.shape) = (values, shape)
  }

  /// Entries of the first axis.
  public var count: Int { shape[0] }
}
