import Files
import Foundation

extension JSON {
  /// The value that `text` writes, members in the order of their names; nothing where it writes none, or one that is
  /// nested deeper than some hundred times.
  public init?(parsing text: Data) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: text) else { return nil }
    self.init(value)
  }

  /// The text, if it is one.
  public var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The members, if it is an object.
  public var members: [(name: String, value: JSON)]? {
    if case .object(let members) = self { members.map { ($0.0, $0.1) } } else { nil }
  }

  /// The values, if it is an array.
  public var values: [JSON]? { if case .array(let values) = self { values } else { nil } }
}

extension JSON {
  /// The same value, members in the order of their names.
  public init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .int(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { JSON($0) })
    case .object(let fields):
      self = .object(fields.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
    }
  }
}
