/// Any JSON value, for settings and metrics whose form a method decides.
public enum JSONValue: Codable, Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// The value at the end of a path of names; nil where it leads nowhere.
  public subscript(path: [String]) -> JSONValue? {
    get {
      guard let name = path.first else { return self }
      guard case .object(let fields) = self else { return nil }
      return fields[name]?[Array(path.dropFirst())]
    }
    set {
      guard let name = path.first, let newValue else { return self = newValue ?? .null }
      guard case .object(var fields) = self else { return }
      var inner = fields[name] ?? .object([:])
      inner[Array(path.dropFirst())] = newValue
      fields[name] = inner
      self = .object(fields)
    }
  }

  /// This object with the fields of `other` in place of its own, at every depth.
  package func overlaid(with other: JSONValue) -> JSONValue {
    guard case .object(let mine) = self, case .object(let theirs) = other else { return other }
    return .object(mine.merging(theirs) { $0.overlaid(with: $1) })
  }
}

extension JSONValue {
  /// The values at the ends of all paths, under names with points between, in order of the names; a list is one value.
  public var leaves: [(name: String, value: JSONValue)] { leaves(under: "") }

  private func leaves(under path: String) -> [(name: String, value: JSONValue)] {
    guard case .object(let fields) = self else { return [(path, self)] }
    return fields.sorted { $0.key < $1.key }.flatMap {
      $0.value.leaves(under: path.isEmpty ? $0.key : "\(path).\($0.key)")
    }
  }

  /// The value as a person writes it.
  public var written: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.written).joined(separator: ",")
    case .object: leaves.map { "\($0.name)=\($0.value.written)" }.joined(separator: ",")
    }
  }
}
