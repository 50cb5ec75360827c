import Torch

/// A known cause of the data: its name, and how many values it takes.
public struct Factor: Codable, Equatable, Sendable {
  /// What varies, such as `rotation`.
  public var name: String
  /// Number of values; 0 means continuous.
  public var values: Int

  /// A factor called `name` that takes `values` values, 0 for a continuous one.
  public init(_ name: String, values: Int) {
    self.name = name
    self.values = values
  }
}

/// What one example of a source is like.
public struct Domain: Codable, Equatable, Sendable {
  /// The set that inputs lie in.
  public enum Support: String, Codable, Sendable, CaseIterable {
    /// Real numbers from 0 to 1, as grey levels.
    case unit
    /// Zeros and ones.
    case binary
    /// All real numbers, standardised.
    case real
    /// Whole numbers that name symbols; 0 fills up short sequences.
    case tokens
  }

  /// `[c, h, w]` of images, `[d]` of tables, `[t, d]` of series, `[t]` of tokens.
  public var shape: [Int]
  /// The set that inputs lie in.
  public var support: Support
  /// Label names; empty without labels.
  public var classes: [String]
  /// Known generative factors; empty where none are known.
  public var factors: [Factor]
  /// Names of the `d` inputs of a table after encoding; a category is `column=value`.
  public var columns: [String]

  /// A domain of this shape and support.
  public init(
    shape: [Int], support: Support, classes: [String] = [], factors: [Factor] = [],
    columns: [String] = []
  ) {
    self.shape = shape
    self.support = support
    self.classes = classes
    self.factors = factors
    self.columns = columns
  }

  /// Number of different tokens of text, the filler 0 included: a byte b is b + 1.
  public static let vocabulary = 257

  /// Whether an example is a picture, `[c, h, w]`.
  public var isImage: Bool { shape.count == 3 }
  /// Number of inputs of one example, the product of the shape.
  public var size: Int { shape.reduce(1, *) }
}

/// Some examples, ready for a network.
public struct Batch: Sendable {
  /// Inputs, float32 `[n]` + shape.
  public let x: Tensor
  /// Class of each example, int64 `[n]`; absent without labels.
  public let labels: Tensor?
  /// True factors, float32 `[n, f]`: the index of the value, or the value of a continuous one.
  public let factors: Tensor?
  /// 1 where an input was observed and 0 where it fills a gap, float32 `[n]` + shape; absent without gaps.
  public let observed: Tensor?
  /// Places of the examples in their split.
  public let indices: [Int]

  /// A batch of inputs with what is known of them.
  public init(
    x: Tensor, labels: Tensor? = nil, factors: Tensor? = nil, observed: Tensor? = nil,
    indices: [Int]
  ) {
    self.x = x
    self.labels = labels
    self.factors = factors
    self.observed = observed
    self.indices = indices
  }
}

extension Batch {
  /// The same examples on `device`.
  public func moved(to device: Device) -> Batch {
    guard device != .cpu else { return self }
    return Batch(
      x: x.to(device), labels: labels?.to(device), factors: factors?.to(device),
      observed: observed?.to(device), indices: indices)
  }

  /// The batch with other inputs, float32 `[n]` + shape, of which the same is known.
  public func replacing(_ x: Tensor) -> Batch {
    Batch(x: x, labels: labels, factors: factors, observed: observed, indices: indices)
  }
}
