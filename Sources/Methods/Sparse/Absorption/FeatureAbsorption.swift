import Learning
import Torch

/// How often the units that stand for a concept are silent where it is, while another unit writes the concept's direction.
///
/// An example counts where a linear probe rightly finds the concept, none of the units that stand for it is active, and
/// the unit that writes most along the probe's direction is aligned with it and writes a large part of what the
/// activation has of it.
///
/// - Source: Chanin, Wilken-Smith, Dulka, Bhatnagar, Golechha & Bloom, *A is for absorption*, 2024, arXiv:2409.14507, §5,
///   with the authors' code at github.com/lasr-spelling/sae-spelling; projections in the place of effects on what the
///   model says, and absorption in part, as in SAEBench, Karvonen et al., ICML 2025, arXiv:2503.09532, with its code
///   at github.com/adamkarvonen/SAEBench.
/// - Departs: what a dictionary decodes from no unit at all is taken off an activation before it is projected.
public struct FeatureAbsorption: Sendable {
  /// Smallest cosine of an absorbing unit's direction with the probe's.
  public var alignment = 0.025
  /// Smallest share of an activation's projection that is to be written by what absorbs.
  public var share = 0.4
  /// Smallest such cosine for absorption in part.
  public var partialAlignment = 0.1
  /// Units that may absorb in part at once.
  public var absorbers = 3
  /// Units that may stand for a concept, at most.
  public var units = 5
  /// What another unit must add to F1 to stand for a concept too.
  public var gain = 0.03

  public init() {}

  /// An example in which a concept is absorbed.
  public struct Case: Sendable {
    /// Its row among those that judge.
    public let row: Int
    public let concept: Int
    /// The unit that writes the concept's direction.
    public let unit: Int
    /// The share that it writes of the activation's projection.
    public let share: Double
  }

  /// What was found of one concept.
  public struct Score: Sendable {
    public let concept: Int
    /// The units that stand for it.
    public let units: [Int]
    /// Share of its examples that are found from these units, and that are found by the probe.
    public let recall: (units: Double, probe: Double)
    /// Examples that the probe finds rightly.
    public let found: Int
    /// Those of them in which it is absorbed.
    public let cases: [Case]
    /// The mean share of the concept's direction that other units write where the probe finds it, 0 to 1.
    public let partial: Double
    /// Share of what the probe finds rightly that is absorbed; 0 where it finds nothing.
    public var rate: Double { found > 0 ? Double(cases.count) / Double(found) : 0 }
  }

  /// The scores of the concepts that some examples of both parts hold, and not all to learn from.
  ///
  /// Units are chosen on `learned`, from which the probes are, and all is judged on `judged`.
  ///
  /// - Throws: `TensorError` that activations or the dictionary carry.
  public func scores(
    of dictionary: any DirectionDictionary, learned: LabelledConcepts, judged: LabelledConcepts,
    probes: ConceptProbes
  ) throws -> [Score] {
    try withoutGradients {
      let chosen = try codes(of: learned.x, by: dictionary).to(.float64)
      let reading = Reading(
        codes: try codes(of: judged.x, by: dictionary), x: judged.x, dictionary, probes)
      let logits = try probes.logits(judged.x).transposed().contiguous().values(as: Double.self)
      let n = judged.x.size(0)
      return try (0..<judged.concepts).compactMap { concept -> Score? in
        let (holds, known) = (judged.holds[concept], learned.holds[concept])
        guard holds.contains(true), known.contains(true), known.contains(false) else { return nil }
        let own = try ConceptUnits(chosen, known, most: units, gain: gain)
        let said = try own.finds(reading.codes)
        let seen = logits[concept * n..<(concept + 1) * n].map { $0 > 0 }
        let all = holds.indices.filter { holds[$0] }
        let found = all.filter { seen[$0] }
        let (cases, parts) = try reading.absorbed(concept, own.units, rows: found, self)
        let total = Double(all.count)
        return Score(
          concept: concept, units: own.units,
          recall: (Double(all.count { said[$0] }) / total, Double(found.count) / total),
          found: found.count, cases: cases,
          partial: parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count))
      }
    }
  }

  /// Codes of many rows, some at a time.
  private func codes(of x: Tensor, by dictionary: any DirectionDictionary) throws -> Tensor {
    let parts = stride(from: 0, to: x.size(0), by: 1000).map { start in
      dictionary.encode(x.sliced(0, start, min(start + 1000, x.size(0))))
    }
    return try Tensor.concatenate(parts).checked()
  }
}
