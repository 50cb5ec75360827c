import Torch

/// What a paper says, in a form that a run can contradict.
public struct Claim: Equatable, Sendable {
  /// What is measured.
  public struct Metric: Codable, Equatable, Sendable {
    public let name: String
    /// Unit of the figures, such as `nats`.
    public let unit: String
    public let direction: Direction

    public init(_ name: String, unit: String, _ direction: Direction) {
      self.name = name
      self.unit = unit
      self.direction = direction
    }
  }

  /// The claim in our words.
  public let statement: String
  /// Where the paper says it.
  public let place: String
  public let metric: Metric
  /// The arm that the paper proposes.
  public let system: String
  /// The arm that it is held against.
  public let baseline: String
  /// The smallest improvement that matters, in the metric's unit; fixed before the runs.
  public let margin: Double
  public let inference: Inference

  public init(
    _ statement: String, at place: String, metric: Metric, system: String, over baseline: String,
    margin: Double = 0, inference: Inference = .tInterval
  ) {
    self.statement = statement
    self.place = place
    self.metric = metric
    self.system = system
    self.baseline = baseline
    self.margin = margin
    self.inference = inference
  }
}

/// Re-tests the claims of one row of the catalogue.
public struct Check: Sendable {
  /// The row, such as `S027`.
  public let system: String
  /// Data, budget and tuning of all arms, as sentences.
  public let protocolText: String
  /// Minutes of the full form on two cores, roughly.
  public let minutes: Int
  /// Seeds of the full form.
  public let seeds: Int
  /// What is tested; the first decides the verdict of the row.
  public let claims: [Claim]
  /// Scores of every arm for one seed, by metric, arm and item.
  public let trial: @Sendable (Lab, Seed) throws -> Scoreboard

  public init(
    _ system: String, protocol text: String, minutes: Int, seeds: Int, claims: [Claim],
    trial: @escaping @Sendable (Lab, Seed) throws -> Scoreboard
  ) {
    self.system = system
    protocolText = text
    self.minutes = minutes
    self.seeds = seeds
    self.claims = claims
    self.trial = trial
  }
}

/// Scores by metric, arm and item.
public struct Scoreboard: Codable, Sendable {
  public private(set) var scores: [String: [String: [Double]]] = [:]

  public init() {}

  /// The scores of `arm` in `metric`, one for each item.
  public subscript(metric: String, arm: String) -> [Double] {
    get { scores[metric]?[arm] ?? [] }
    set { scores[metric, default: [:]][arm] = newValue }
  }
}
