import Datasets
import Files
import Learning
import Networks
import Synchronization
import Torch

/// Something by which fitted spaces are compared: one figure for each test example, or one for the space.
public struct Measure: Sendable {
  /// The name on the command line.
  public let id: String
  /// What it is, in a phrase.
  public let title: String
  /// Such as `nats`; empty for a pure number.
  public let unit: String
  public let direction: Direction
  /// The figures; nothing where such a network or source has none.
  public let figures: @Sendable (Subject) throws -> [Double]?

  /// A fitted network with the data to measure it on.
  public struct Subject: Sendable {
    public let network: any Module
    public let source: Source
    public let seed: Seed
    public var device = Device.cpu
    /// Test examples that costly measures take.
    public var few = 1000
    /// Training examples that probes learn from.
    public var probed = 10_000
    /// The classifier in whose features distances are taken; nothing without labels.
    public var judge: FeatureJudge?
    private let encoded = Encoded()

    public init(_ network: any Module, _ source: Source, seed: Seed) {
      self.network = network
      self.source = source
      self.seed = seed
    }

    func scores(_ examples: Examples) -> Scores {
      var scores = Scores(examples, seed: seed)
      scores.device = device
      return scores
    }

    /// Codes of the test examples, or of the first ``probed`` training ones; nothing where there are none.
    ///
    /// - Throws: `TensorError` or what reading throws.
    func codes(of part: Part) throws -> Tensor? {
      guard let codec = Codec(of: network) else { return nil }
      return try encoded.codes(of: part) { try scores(examples(of: part)).codes(codec) }
    }

    func examples(of part: Part) -> Examples {
      switch part {
      case .probed: source.train.prefix(probed)
      case .test: source.test
      }
    }
  }

  enum Part { case probed, test }

  /// Codes that several measures of one network share: for some methods each is an optimisation of its own.
  private final class Encoded: Sendable {
    private let kept = Mutex<[Part: Tensor]>([:])

    func codes(of part: Part, _ make: () throws -> Tensor) rethrows -> Tensor {
      if let found = kept.withLock({ $0[part] }) { return found }
      let made = try make()
      kept.withLock { $0[part] = made }
      return made
    }
  }
}

/// What spaces are compared for.
public enum Task: String, Codable, CaseIterable, Sendable {
  case generate, represent, classify, detect, impute, compress, disentangle

  /// The measures that show how well a space serves, the deciding one first.
  public var measures: [Measure] {
    switch self {
    case .generate: [.bound, .likelihood, .frechet, .reconstruction]
    case .represent: [.probe, .neighbours, .reconstruction, .activeUnits, .dimension]
    case .classify: [.accuracy, .logLoss, .probe, .neighbours]
    case .detect: [.detection, .reconstruction]
    case .impute: [.imputation, .reconstruction]
    case .compress: [.bits, .reconstruction, .activeUnits] + [.perplexity, .usedShare]
    case .disentangle: Measure.ofFactors + [.reconstruction, .activeUnits]
    }
  }
}

extension Measure {
  /// All measures.
  public static let all: [Measure] =
    [
      .bound, .likelihood, .reconstruction, .probe, .neighbours, .activeUnits, .dimension, .frechet,
      .detection, .imputation, .bits, .accuracy, .logLoss,
    ] + probes.filter { ![probe.id, neighbours.id].contains($0.id) } + ofFactors + ofTokens

  /// The measure called `id`.
  ///
  /// - Throws: ``UserError`` with the nearest name there is.
  public static func named(_ id: String) throws -> Measure {
    if let found = all.first(where: { $0.id == id }) { return found }
    let near = nearest(to: id, among: all.map(\.id)).map { "did you mean \($0)?" }
    throw UserError(
      "there is no measure \(id); \(near ?? all.map(\.id).joined(separator: ", "))")
  }

  static let bound = Measure(
    id: "bound", title: "evidence lower bound of test examples", unit: "nats", direction: .higher
  ) { subject in
    try (subject.network as? any Bounding).map {
      try subject.scores(subject.source.test).elbo($0)
    }
  }

  static let likelihood = Measure(
    id: "likelihood", title: "log-likelihood bound with 50 importance samples", unit: "nats",
    direction: .higher
  ) { subject in
    try (subject.network as? any Bounding).map {
      try subject.scores(subject.source.test.prefix(subject.few)).logLikelihood($0, draws: 50)
    }
  }

  static let reconstruction = Measure(
    id: "reconstruction", title: "squared error of reconstructions", unit: "per input",
    direction: .lower
  ) { subject in
    guard let codec = Codec(of: subject.network), codec.decodes,
      subject.source.domain.support != .tokens
    else { return nil }
    return try subject.scores(subject.source.test)
      .squaredError(codec, from: subject.codes(of: .test))
  }

  static let activeUnits = Measure(
    id: "active", title: "units whose code varies by more than 0.01", unit: "units",
    direction: .higher
  ) { subject in
    try subject.codes(of: .test).map { [Double(try ActiveUnits.count(in: $0))] }
  }

  static let dimension = Measure(
    id: "dimension", title: "participation ratio of the codes", unit: "dimensions",
    direction: .higher
  ) { subject in
    try subject.codes(of: .test).map { [try EffectiveDimension.participationRatio($0)] }
  }

  static let frechet = Measure(
    id: "frechet", title: "Fréchet distance in the features of a classifier trained here", unit: "",
    direction: .lower
  ) { subject in
    guard let judge = subject.judge, let network = subject.network as? any Sampling else {
      return nil
    }
    let features = try judge.features(
      of: subject.source.test, limit: 5 * subject.few, device: subject.device)
    return [
      try judge.frechet(
        network, to: features, count: 5 * subject.few, seed: subject.seed, device: subject.device)
    ]
  }

  static let bits = Measure(
    id: "bits", title: "bits of the bound for each input", unit: "bits per dimension",
    direction: .lower
  ) { subject in
    try (subject.network as? any Bounding).map {
      let size = Double(subject.source.domain.size)
      return try subject.scores(subject.source.test).elbo($0).map {
        -$0 / size / 0.6931471805599453
      }
    }
  }
}

extension Measure.Subject {
  /// What a measure makes of training and test codes with their labels; nothing without either.
  func coded(
    _ body: (
      _ train: (codes: Tensor, labels: [Int]), _ test: (codes: Tensor, labels: [Int])
    ) throws -> [Double]
  ) throws -> [Double]? {
    let (train, test) = (examples(of: .probed), examples(of: .test))
    guard let labels = try train.labels(), let testLabels = try test.labels(),
      let trainCodes = try codes(of: .probed), let testCodes = try codes(of: .test)
    else { return nil }
    return try body((trainCodes, labels), (testCodes, testLabels))
  }
}
