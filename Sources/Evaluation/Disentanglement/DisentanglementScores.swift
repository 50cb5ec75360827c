import Probability
import Torch

/// All that is said here of how codes line up with true factors.
public struct DisentanglementScores: Codable, Equatable, Sendable {
  /// Mutual information gap with codes in 20 bins.
  public let gap: Double
  /// Mutual information gap by draws from the posteriors; nothing without posteriors.
  public let posteriorGap: Double?
  /// Separated attribute predictability.
  public let predictability: Double
  /// Disentanglement of ``DCI``.
  public let disentanglement: Double
  /// Completeness of ``DCI``.
  public let completeness: Double
  /// Informativeness of ``DCI``.
  public let informativeness: Double
  /// The FactorVAE score.
  public let vote: Double
  /// Interventional robustness.
  public let robustness: Double
  /// Modularity.
  public let modularity: Double
  /// Modularity of ``InfoMEC``.
  public let infoModularity: Double
  /// Explicitness of ``InfoMEC``.
  public let infoExplicitness: Double
  /// Compactness of ``InfoMEC``.
  public let infoCompactness: Double
  /// What the best code says about a factor, averaged over factors, nats.
  public let information: Double
  /// Total correlation of the codes as normal ones, nats; infinite where a code follows from others.
  @PossiblyInfinite public private(set) var totalCorrelation: Double

  /// The scores of `table`, with halves, votes and draws that follow from `seed`.
  ///
  /// - Throws: ``UserError`` where posteriors do not match, `TensorError`.
  public init(_ table: FactoredCodes, posteriors: Normal? = nil, seed: Seed) throws {
    let information = try MutualInformation(table)
    let (train, test) = table.halves(seed.child("halves"))
    let dci = try DCI(train: train, test: test)
    let infomec = try InfoMEC(table)
    gap = try information.gap()
    posteriorGap = try posteriors.map {
      try MutualInformation(table, posteriors: $0, seed: seed.child("posteriors")).gap()
    }
    predictability = try SeparatedPredictability(train: train, test: test).score()
    disentanglement = dci.disentanglement
    completeness = dci.completeness
    informativeness = dci.informativeness
    vote = try FactorVote().score(table, seed: seed.child("votes"))
    robustness = try InterventionalRobustness(table).score
    modularity = try information.modularity()
    infoModularity = infomec.modularity
    infoExplicitness = infomec.explicitness
    infoCompactness = infomec.compactness
    self.information = try information.best()
    _totalCorrelation = PossiblyInfinite(
      wrappedValue: try TotalCorrelation.ofNormal(table.codes))
  }

  /// The scores by the names that tables give them.
  public var rows: [(name: String, value: Double)] {
    let all: [(String, Double?)] = [
      ("MIG", gap), ("MIG of posteriors", posteriorGap), ("SAP", predictability),
      ("DCI disentanglement", disentanglement), ("DCI completeness", completeness),
      ("DCI informativeness", informativeness), ("FactorVAE score", vote), ("IRS", robustness),
      ("modularity", modularity), ("InfoM", infoModularity), ("InfoE", infoExplicitness),
      ("InfoC", infoCompactness), ("information (nats)", information),
      ("total correlation (nats)", totalCorrelation),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}
