import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// Which units of a dictionary are active, and how much.
public protocol Activating: Module {
  /// Codes of at least 0, most of them 0, from what the encoder read; both `[n, m]`.
  func callAsFunction(_ read: Tensor) -> Tensor
}

/// A dictionary and the rule that says which of its units are active.
public struct SparseNetwork<Activation: Activating>: Module {
  public let dictionary: FeatureDictionary
  public let activation: Activation

  init(
    _ domain: Domain, _ settings: DictionarySettings, _ random: RandomStream,
    _ activation: Activation
  ) {
    dictionary = FeatureDictionary(domain, units: settings.latents, random)
    self.activation = activation
  }
}

extension SparseNetwork: Encoding, Decoding {
  public var latents: Int { dictionary.units }
  /// How much of each unit there is, `[n]` + shape to `[n, m]`.
  public func encode(_ x: Tensor) -> Tensor { activation(dictionary.read(dictionary.scaled(x))) }
  /// Sums of directions in the data's own units, `[n, m]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    (dictionary.written(z) / dictionary.scale.tensor).reshaped([z.size(0)] + dictionary.shape)
  }
}

/// The size of a dictionary.
public struct DictionarySettings: Codable, Equatable, Sendable {
  /// Number of units, m: the directions that examples are made of.
  public var latents = 512

  public init() {}

  /// Refuses a dictionary that is none, or data that have no directions.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate(_ domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (2...10_000_000) ~= latents, "--latents \(latents): must be from 2 to 10000000 units")
  }

  /// Refuses a number of active units that is none, or more than there are.
  ///
  /// - Throws: `UserError`.
  func validate(active: Int) throws {
    try require(
      (1...latents) ~= active,
      "--active \(active): must be from 1 to --latents, which is \(latents)")
  }
}

/// A sparse autoencoder: one dictionary whose directions keep length 1, and a rule of activation.
public protocol SparseRecipe: LossRecipe where Network == SparseNetwork<Activation> {
  associatedtype Activation: Activating
  var dictionary: DictionarySettings { get set }
}

extension SparseRecipe {
  public func validate(for domain: Domain) throws { try dictionary.validate(domain) }

  public func phases(_ network: Network) -> [Phase] {
    let place = network.namedParameters.firstIndex { $0.name == "dictionary.decoder" } ?? 0
    return [
      Phase("all", network.parameters, descent: UnitRowDescent(place: place)) {
        loss(network, $0, $1)
      }
    ]
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.dictionary.decoder.tensor.detached().makeUnitRows()
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let examples = run.source.train
    try require(examples.count > 0, "\(run.source.name) has no training examples")
    // A sample is enough for a centre and a scale.
    let sample = try examples.batch(Array(0..<min(examples.count, 8192))).moved(to: run.device)
    try network.dictionary.start(at: sample.x)
    return try train(network, in: phases(network), run)
  }
}

extension Tensor {
  /// The squared error per input against what was meant, `[n, d]` to `[n]`.
  func error(against x: Tensor) -> Tensor { (self - x).squared().mean(over: 1) }
}
