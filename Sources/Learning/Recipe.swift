import Datasets
import Networks
import Torch

/// What a method is, for lists and help.
public struct Card: Codable, Sendable {
  /// The method's name on the command line.
  public let id: String
  public let title: String
  /// Authors, title, venue, year.
  public let source: String
  /// The row of the catalogue that the method realises; nil for a baseline that is no row.
  public let system: String?
  /// How the method works, in a sentence or two.
  public let summary: String

  public init(id: String, title: String, source: String, system: String? = nil, summary: String) {
    self.id = id
    self.title = title
    self.source = source
    self.system = system
    self.summary = summary
  }
}

/// A method as a value: settings in, a fitted network out.
///
public protocol Recipe: Configured {
  associatedtype Network: Module

  /// Refuses settings that make no sense, or that do not suit data of this kind.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate(for domain: Domain) throws

  /// The network in its initial state, on the device of `random`.
  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network

  /// Changes the network's state to fit the training examples of `run`.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  func fit(_ network: Network, _ run: FitRun) throws -> FitResult
}

extension Recipe {
  public func validate(for domain: Domain) throws {}
}

/// Where a method is in its training when a loss is asked for.
public struct Step: Sendable {
  /// Optimiser steps done before this one.
  public let index: Int
  /// Passes over the training examples done before this one.
  public let epoch: Int
  /// Share of the training done, 0 up to 1.
  public let progress: Double
  /// Number of examples that the batches are drawn from; nil where a loss is asked for outside a training.
  public let examples: Int?
  /// Random numbers of this step alone.
  public let seed: Seed
  let device: Device
  /// What the batch at hand is of the whole one, where several processes train.
  let share: BatchShare?

  /// A new stream of this step's random numbers; ask once for each use, by name.
  public func random(_ name: String) -> RandomStream {
    RandomStream(seed.child(name), device: device, share: share)
  }

  /// How much of a term that warms up counts at this step, from 0 to 1: it rises evenly over the first `share` of the
  /// training, and is 1 after that, or all along where `share` is 0.
  public func warmth(over share: Double) -> Double { share > 0 ? min(1, progress / share) : 1 }

  /// The step of this index; `progress` in `[0, 1]`.
  public init(
    index: Int, epoch: Int = 0, progress: Double, examples: Int? = nil, seed: Seed,
    device: Device = .cpu, share: BatchShare? = nil
  ) {
    self.index = index
    self.epoch = epoch
    self.progress = progress
    self.examples = examples
    self.seed = seed
    self.device = device
    self.share = share
  }
}

/// What is minimised: the weighted sum of named terms.
public struct Loss: Sendable {
  /// One part of a loss.
  public struct Term: Sendable {
    public let name: String
    /// One number for each example, `[n]`, or one for all.
    public let value: Tensor
    public let weight: Double
    /// Over the examples, a scalar.
    public let mean: Tensor

    /// A part called `name` with its weight in the sum.
    public static func term(_ name: String, _ value: Tensor, weight: Double = 1) -> Term {
      Term(name: name, value: value, weight: weight, mean: value.mean())
    }
  }

  public let terms: [Term]

  public init(_ terms: Term...) { self.terms = terms }
  public init(_ terms: [Term]) { self.terms = terms }

  /// Σ weight · mean, a scalar.
  public var total: Tensor {
    let parts = terms.map { $0.weight == 1 ? $0.mean : $0.mean * $0.weight }
    return parts.dropFirst().reduce(parts.first ?? Tensor(0), +)
  }
}

/// What one optimiser trains, and on which loss.
public struct Phase {
  public let name: String
  public let groups: [ParameterGroup]
  public let loss: (Batch, Step) -> Loss
  /// The phase takes its turn at every so many-th step.
  public let every: Int
  /// How the gradients that the optimiser follows are made of the loss.
  public let descent: any Descent

  public init(
    _ name: String, _ groups: [ParameterGroup], every: Int = 1,
    descent: any Descent = PlainDescent(), loss: @escaping (Batch, Step) -> Loss
  ) {
    self.name = name
    self.groups = groups
    self.every = every
    self.descent = descent
    self.loss = loss
  }

  public init(
    _ name: String, _ parameters: [Tensor], every: Int = 1,
    descent: any Descent = PlainDescent(), loss: @escaping (Batch, Step) -> Loss
  ) {
    self.init(name, [ParameterGroup(parameters)], every: every, descent: descent, loss: loss)
  }

  /// The parameters of all groups.
  public var parameters: [Tensor] { groups.flatMap(\.parameters) }
}

/// A method that learns by gradients, in one phase or several.
public protocol GradientRecipe: Recipe {
  var training: Training { get set }
  /// What is trained in each step, in order.
  func phases(_ network: Network) -> [Phase]
  /// Called after every step, outside the graph.
  func didStep(_ network: Network, _ step: Step) throws
}

extension GradientRecipe {
  public func didStep(_ network: Network, _ step: Step) throws {}

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try train(network, in: phases(network), run)
  }

  /// Trains `network` in `phases`, with a `scaffold` of parts that only the training needs, such as a teacher or what
  /// was put out epochs ago: it is in every checkpoint, and not in the network that is left.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  public func train(
    _ network: Network, in phases: [Phase], scaffold: (any Module)? = nil, _ run: FitRun
  ) throws -> FitResult {
    try Trainer(self, network, phases, scaffold, run).train()
  }
}

/// A method with one loss for all its parameters.
public protocol LossRecipe: GradientRecipe {
  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss
  /// What is trained, and which of it at rates of its own.
  func groups(_ network: Network) -> [ParameterGroup]
}

extension LossRecipe {
  public func groups(_ network: Network) -> [ParameterGroup] {
    [ParameterGroup(network.parameters)]
  }

  public func phases(_ network: Network) -> [Phase] {
    [Phase("all", groups(network)) { batch, step in loss(network, batch, step) }]
  }
}
