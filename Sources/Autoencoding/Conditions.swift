import Datasets
import Files
import Learning
import Networks
import Torch

/// Which of what a source knows of its examples a network is told.
public enum KnownAttributes: String, Codable, CaseIterable, Sendable {
  /// Classes and factors, whichever there are.
  case auto
  case classes
  case factors
}

/// What is known of examples as numbers: a unit for each class and for each value of a factor, or a number from 0 to 1
/// for a factor whose values have an order, and factors that are real numbers, standardised.
///
/// It remembers conditions of the training examples, so that a network can be asked for what occurs.
public struct Conditions: Module {
  /// Number of classes told; 0 where none are.
  public let classes: Int
  /// Factors told.
  public let factors: [Factor]
  /// Whether a factor that takes few values is one number from 0 to 1, and not a unit for each value.
  public let isOrdinal: Bool
  /// Number of numbers of a condition, c.
  public let width: Int
  /// Training means and deviations of factors that are real numbers; 0 and 1 for others.
  let mean: Buffer
  let deviation: Buffer
  /// Conditions of training examples, `[1024, c]`; zeros until there was a training.
  let urn: Buffer

  /// How many conditions are remembered.
  static let remembered = 1024

  public init(
    _ domain: Domain, _ attributes: KnownAttributes, ordinal: Bool = false, _ random: RandomStream
  ) {
    isOrdinal = ordinal
    classes = attributes == .factors ? 0 : domain.classes.count
    factors = attributes == .classes ? [] : domain.factors
    width = classes + factors.reduce(0) { $0 + (ordinal ? 1 : max(1, $1.values)) }
    mean = Buffer(Tensor.zeros([factors.count], device: random.device))
    deviation = Buffer(Tensor.ones([factors.count], device: random.device))
    urn = Buffer(Tensor.zeros([Self.remembered, width], device: random.device))
  }

  /// Refuses data of which nothing is known.
  ///
  /// - Throws: `UserError` naming the flag.
  public static func validate(_ domain: Domain, _ attributes: KnownAttributes) throws {
    let (hasClasses, hasFactors) = (!domain.classes.isEmpty, !domain.factors.isEmpty)
    try require(
      attributes != .classes || hasClasses,
      "--attributes classes needs labels, and the source has none; --label COLUMN says where they are"
    )
    try require(
      attributes != .factors || hasFactors,
      "--attributes factors needs a source whose factors are known, such as sprites")
    try require(
      hasClasses || hasFactors,
      "this method is told the class or the factors of each example, and the source has neither; "
        + "--label COLUMN says where classes are")
  }

  /// The conditions of a batch, `[n, c]`.
  public func callAsFunction(_ batch: Batch) -> Tensor {
    var parts: [Tensor] = []
    if classes > 0 {
      guard let labels = batch.labels else { return absent("labels") }
      parts.append(labels.oneHot(classes).to(.float32))
    }
    if !factors.isEmpty {
      guard let values = batch.factors else { return absent("factors") }
      for (place, factor) in factors.enumerated() {
        parts.append(column(values.selected(1, place), factor, place))
      }
    }
    guard !parts.isEmpty else {
      return Tensor.zeros([batch.x.size(0), 0], device: batch.x.device)
    }
    return Tensor.concatenate(parts, along: 1)
  }

  /// One factor as numbers, `[n]` to `[n, w]`.
  private func column(_ values: Tensor, _ factor: Factor, _ place: Int) -> Tensor {
    if factor.values == 0 {
      return ((values - mean.tensor[place]) / deviation.tensor[place]).unsqueezed(1)
    }
    return isOrdinal
      ? (values * (1 / Double(max(1, factor.values - 1)))).unsqueezed(1)
      : values.to(.int64).oneHot(factor.values).to(.float32)
  }

  /// Whether each number of a condition lies in 0…1, `[c]`; others are standardised.
  public var isUnit: [Bool] {
    Array(repeating: true, count: classes)
      + factors.flatMap { factor in
        Array(repeating: factor.values > 0, count: isOrdinal ? 1 : max(1, factor.values))
      }
  }

  private func absent(_ what: String) -> Tensor {
    Tensor(
      error: TensorError(
        "conditions", shapes: [], reason: "the examples have no \(what), which the network is told")
    )
  }

  /// Takes in the means of real factors and which conditions occur among `examples`.
  ///
  /// - Throws: what reading throws.
  public func learn(from examples: Examples, _ seed: Seed) throws {
    let device = urn.tensor.device
    try require(examples.count > 0, "there are no training examples")
    if let rows = examples.factors(), rows.count > 1, !factors.isEmpty {
      let all = Tensor(rows.joined().map { $0 }, shape: [rows.count, factors.count])
      let real = Tensor(factors.map { $0.values == 0 ? Float(1) : 0 }, shape: [factors.count])
      let spread = all.standardDeviation(over: 0)
      let used = (spread .> 0).choose(spread, spread.onesLike())
      try mean.tensor.assign((all.mean(over: 0) * real).to(device))
      try deviation.tensor.assign((used * real + (1 - real)).to(device))
    }
    var random = SplitMix(seed.child("conditions"))
    let order = Array(0..<examples.count).shuffled(using: &random)
    let picked = (0..<Self.remembered).map { order[$0 % order.count] }
    try urn.tensor.assign(self(try examples.batch(picked).moved(to: device)))
  }

  /// Draws from the remembered conditions, of one class where `label` says so, `[count, c]`.
  ///
  /// Where none of that class is remembered, the class of others is changed.
  public func draw(_ count: Int, label: Int?, _ random: RandomStream) -> Tensor {
    let any = urn.tensor.indexSelect(0, random.integers(0..<Self.remembered, [count]))
    guard let label else { return any }
    guard (0..<classes) ~= label else { return absent("class \(label)") }
    let isOfClass = urn.tensor.selected(1, label)  // [1024]
    if let found = try? isOfClass.sum().value(), found > 0 {
      let picked = random.child("class").categorical(isOfClass.unsqueezed(0), count: count)
      return urn.tensor.indexSelect(0, picked.flattened())
    }
    let wanted = Tensor([Int64](repeating: Int64(label), count: count)).to(any.device)
    return any.replacing(1, 0, classes, with: wanted.oneHot(classes).to(.float32))
  }
}
