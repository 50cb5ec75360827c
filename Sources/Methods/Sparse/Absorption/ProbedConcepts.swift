import Evaluation
import Torch

/// Activations that dictionaries learn from, and others whose concepts are known: some to learn probes from, and some to
/// judge by.
public struct ProbedConcepts: Sendable {
  /// What dictionaries learn from, `[k, d]`.
  public let states: Tensor
  public let learned: LabelledConcepts
  public let judged: LabelledConcepts
  public let probes: ConceptProbes
  /// Names of the concepts, and of the rows that judge.
  public let names: (concepts: [String], rows: [String])

  /// The same with the probes of `learned`.
  ///
  /// - Throws: as ``ConceptProbes/init(_:penalty:)``.
  public init(
    states: Tensor, learned: LabelledConcepts, judged: LabelledConcepts,
    names: (concepts: [String], rows: [String])
  ) throws {
    (self.states, self.learned, self.judged, self.names) = (states, learned, judged, names)
    probes = try ConceptProbes(learned)
  }

  /// Share of the examples of each concept that its probe finds among those that judge, on average.
  ///
  /// - Throws: `TensorError`.
  public func probeRecall() throws -> Double {
    let logits = try probes.logits(judged.x).transposed().contiguous().values(as: Double.self)
    let n = judged.x.size(0)
    return judged.holds.enumerated().compactMap { concept, holds -> Double? in
      let rows = holds.indices.filter { holds[$0] }
      guard !rows.isEmpty else { return nil }
      return Double(rows.count { logits[concept * n + $0] > 0 }) / Double(rows.count)
    }.mean
  }

  /// How a dictionary treats the concepts.
  ///
  /// - Throws: as ``FeatureAbsorption/scores(of:learned:judged:probes:)``.
  public func summary(
    of dictionary: any DirectionDictionary, by measure: FeatureAbsorption = FeatureAbsorption()
  ) throws -> AbsorptionSummary {
    AbsorptionSummary(
      scores: try measure.scores(
        of: dictionary, learned: learned, judged: judged, probes: probes))
  }
}

/// The scores of all concepts with one dictionary.
public struct AbsorptionSummary: Sendable {
  public let scores: [FeatureAbsorption.Score]

  /// Share of what probes find rightly that is absorbed, the mean over concepts that they find; 0 where they find none.
  public var rate: Double { mean(\.rate) }
  /// The same of absorption in part.
  public var partial: Double { mean(\.partial) }
  /// Share of a concept's examples that its units find, on average.
  public var recall: Double { scores.map(\.recall.units).mean }
  /// The same of the probes.
  public var probeRecall: Double { scores.map(\.recall.probe).mean }
  /// Units that stand for a concept, on average.
  public var units: Double { scores.map { Double($0.units.count) }.mean }

  private func mean(_ part: (FeatureAbsorption.Score) -> Double) -> Double {
    let found = scores.filter { $0.found > 0 }.map(part)
    return found.isEmpty ? 0 : found.mean
  }
}
