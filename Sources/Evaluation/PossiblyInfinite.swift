/// A number that may be infinite, which JSON has no number for: it is written as the word infinity then.
@propertyWrapper
public struct PossiblyInfinite: Codable, Equatable, Sendable {
  public var wrappedValue: Double

  /// The number `wrappedValue`.
  public init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      guard let number = ["infinity": Double.infinity, "-infinity": -Double.infinity][word] else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\(word): a number or infinity is needed")
      }
      wrappedValue = number
    } else {
      wrappedValue = try container.decode(Double.self)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if wrappedValue.isInfinite {
      try container.encode(wrappedValue > 0 ? "infinity" : "-infinity")
    } else {
      try container.encode(wrappedValue)
    }
  }
}
