import Files
import Torch

/// Activations, and which concepts each of them holds.
public struct LabelledConcepts: Sendable {
  /// `[n, d]`.
  public let x: Tensor
  /// For each concept, whether each example holds it.
  public let holds: [[Bool]]

  /// Rows `x`, `[n, d]`, and for each concept whether each row holds it.
  ///
  /// - Throws: ``UserError`` where the two do not fit together, `TensorError` that `x` carries.
  public init(_ x: Tensor, _ holds: [[Bool]]) throws {
    try x.checked()
    try require(x.rank == 2, "activations have shape \(x.shape), and [examples, width] is needed")
    try require(
      !holds.isEmpty && holds.allSatisfy { $0.count == x.size(0) },
      "every concept needs a label for each of the \(x.size(0)) examples")
    (self.x, self.holds) = (x, holds)
  }

  /// Rows `x`, `[n, d]`, each of which holds the concept of its class, from 0, and no other; none where that is −1.
  ///
  /// - Throws: as ``init(_:_:)``.
  public init(_ x: Tensor, classes: [Int], of count: Int) throws {
    try self.init(x, (0..<count).map { concept in classes.map { $0 == concept } })
  }

  /// Number of concepts.
  public var concepts: Int { holds.count }
}

/// Takes the concept of activations away and gives them a drawn one: the mean of their own class is exchanged for that of
/// another.
///
/// What else is in an activation then says nothing of its concept, and all stays as it was otherwise: the control in which
/// concepts do not come with anything.
public struct ConceptExchange: Sendable {
  /// The mean activation of each class, `[c, d]`.
  public let means: Tensor

  /// The means of rows `x`, `[n, d]`, by their classes, from 0.
  ///
  /// - Throws: ``UserError`` where a class has no row, `TensorError` that `x` carries.
  public init(_ x: Tensor, classes: [Int], of count: Int) throws {
    let sizes = (0..<count).map { concept in classes.count { $0 == concept } }
    if let missing = sizes.firstIndex(of: 0) {
      throw UserError("class \(missing) has no activation, so that its mean is unknown")
    }
    let own = Tensor(classes.map(Int64.init)).oneHot(count).to(.float32)  // [n, c]
    let counts = Tensor(sizes.map(Float.init), shape: [count, 1])
    means = try (own.transposed().matmul(x) / counts).checked()
  }

  /// Rows `x` with drawn classes in the place of their own, and those classes.
  ///
  /// - Throws: `TensorError` that `x` carries.
  public func exchanged(
    _ x: Tensor, classes: [Int], _ seed: Seed
  ) throws -> (x: Tensor, classes: [Int]) {
    var random = SplitMix(seed)
    let drawn = classes.map { _ in Int.random(in: 0..<means.size(0), using: &random) }
    let (from, to) = (Tensor(classes.map(Int64.init)), Tensor(drawn.map(Int64.init)))
    let moved = x - means.indexSelect(0, from) + means.indexSelect(0, to)
    return (try moved.checked(), drawn)
  }
}
