import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// The distribution over tokens from which examples are sampled: a causal transformer that learns after the tokeniser.
public struct TokenPriorSettings: Codable, Equatable, Sendable {
  /// Passes over the training examples for the distribution over tokens; 0 leaves it as it starts, nearly even.
  public var priorEpochs = 5
  /// Width of the transformer over tokens.
  public var priorWidth = 64
  /// Blocks of the transformer over tokens.
  public var priorBlocks = 2
  /// Heads of its attention.
  public var priorHeads = 4

  public init() {}

  /// Refuses a transformer that is none.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate() throws {
    try require(priorEpochs >= 0, "--prior-epochs \(priorEpochs): must be at least 0")
    try require(priorBlocks >= 1, "--prior-blocks \(priorBlocks): must be at least 1")
    try require(
      priorHeads >= 1 && priorWidth >= 1
        && priorWidth.isMultiple(of: priorHeads),
      "--prior-width \(priorWidth): must be a multiple of --prior-heads \(priorHeads)")
  }
}

/// A method whose codes are tokens, with a prior over them that learns once the tokens are fixed.
public protocol TokenRecipe: LossRecipe {
  associatedtype Codes: Quantiser where Network == TokenAutoencoder<Codes>
  /// Number of tokens in the row of an example that no convolutions read.
  var tokens: Int { get }
  var networks: EncoderDecoder { get }
  var likelihood: LikelihoodFamily { get }
  var prior: TokenPriorSettings { get }
}

extension TokenRecipe {
  /// Trains the tokeniser, then the prior on its tokens.
  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    var result = try train(network, in: phases(network), run)
    result.seconds += try fitPrior(network, run, after: result.steps)
    return result
  }

  /// Trains the prior on the tokens of the training examples; the seconds that it took.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  func fitPrior(_ network: Network, _ run: FitRun, after steps: Int) throws -> Double {
    guard prior.priorEpochs > 0 else { return 0 }
    let transformer = network.prior.base
    // A tokeniser that went on has other tokens, and its prior begins anew.
    return try fit(
      transformer, epochs: prior.priorEpochs, run.part("prior-\(steps)")
    ) { batch, _ in
      let tokens = withoutGradients { network.tokens(batch.x) }
      return .term("prior", transformer.negativeLogProbability(tokens))  // nats
    }
  }

  /// Refuses settings that every method with tokens refuses.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validateTokens(_ domain: Domain) throws {
    try AutoencoderSettings.validate(domain, 1, networks, likelihood)
    try require((1...10_000) ~= tokens, "--tokens \(tokens): must be from 1 to 10000")
    try prior.validate()
  }
}

extension GradientRecipe {
  /// Trains one part of a network whose other parts are fixed by now; the seconds that it took.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  func fit<Part: Module>(
    _ part: Part, epochs: Int, _ run: FitRun,
    loss: @escaping (Batch, Step) -> Loss.Term
  ) throws -> Double {
    var method = PartTraining<Part>()
    method.training.epochs = epochs
    method.training.batch = training.batch
    let phase = Phase("part", part.parameters) { Loss(loss($0, $1)) }
    return try method.train(TrainedPart(base: part), in: [phase], run).seconds
  }
}

/// One part of a network, as what a training of its own trains.
struct TrainedPart<Base: Module>: Module {
  let base: Base?
}

/// The training of one part of a network; its loss needs the others, so its phase comes from who has them.
struct PartTraining<Base: Module>: GradientRecipe {
  static var card: Card {
    Card(
      id: "part", title: "One part of a network",
      source: "van den Oord et al., Neural Discrete Representation Learning, NeurIPS 2017",
      summary: "Training of one part of a network while its other parts stay as they are.")
  }

  var training = Training()

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> TrainedPart<Base> {
    TrainedPart(base: nil)
  }

  func phases(_ network: TrainedPart<Base>) -> [Phase] { [] }
}
