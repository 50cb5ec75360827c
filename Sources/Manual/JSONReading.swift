import Foundation

extension JSON {
  /// The value that `text` writes, members in the order of their names; nothing where it writes none, or one that is
  /// nested deeper than some hundred times.
  public init?(parsing text: Data) {
    guard let value = try? JSONDecoder().decode(JSON.self, from: text) else { return nil }
    self = value
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

extension JSON: Decodable {
  /// The value that a decoder holds.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      let names = container.allKeys.map(\.stringValue).sorted()
      self = .object(
        try names.map { ($0, try container.decode(JSON.self, forKey: Name(stringValue: $0))) })
    } else if var container = try? decoder.unkeyedContainer() {
      var values: [JSON] = []
      while !container.isAtEnd { values.append(try container.decode(JSON.self)) }
      self = .array(values)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .int(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
