import Learning
import Torch

extension FeatureAbsorption {
  /// What each unit writes of the directions of probes.
  struct Reading {
    /// `[n, m]`.
    let codes: Tensor
    /// How far one of each unit goes along each direction, `[m, c]`, and its cosine with it.
    private let reach: Tensor
    private let cosines: Tensor
    /// How far each activation goes along each direction, `[n, c]`.
    private let lengths: Tensor

    init(
      codes: Tensor, x: Tensor, _ dictionary: any DirectionDictionary, _ probes: ConceptProbes
    ) {
      self.codes = codes
      let directions = dictionary.directions  // [m, d]
      let along = probes.directions.transposed()  // [d, c]
      reach = directions.matmul(along)
      cosines = reach / directions.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
      let nothing = dictionary.decode(codes.sliced(0, 0, 1).zerosLike()).flattened(from: 1)
      lengths = (x - nothing).matmul(along)
    }

    /// The rows of `rows` in which a concept that `units` stand for is absorbed, and for each of `rows` the share that
    /// other units write.
    func absorbed(
      _ concept: Int, _ units: [Int], rows: [Int], _ measure: FeatureAbsorption
    ) throws -> (cases: [Case], partial: [Double]) {
      guard !rows.isEmpty else { return ([], []) }
      let places = Tensor(rows.map(Int64.init)), own = Tensor(units.map(Int64.init))
      let z = codes.indexSelect(0, places)  // [r, m]
      let written = z * reach.selected(1, concept).unsqueezed(0)
      let most = written.largest(over: 1)
      let (values, winners) = try (most.values.values(as: Double.self), most.indices.places())
      let cosine = try cosines.selected(1, concept).contiguous().values(as: Double.self)
      let active = try z.indexSelect(1, own).abs().max(over: 1).values(as: Double.self)
      let byOwn = try written.indexSelect(1, own).sum(over: 1).values(as: Double.self)
      let total = try lengths.selected(1, concept).indexSelect(0, places).values(as: Double.self)
      let may = cosine.indices.map {
        Float(cosine[$0] >= measure.partialAlignment && !units.contains($0) ? 1 : 0)
      }
      let byOthers = try (written * Tensor(may).unsqueezed(0)).relu()
        .top(min(measure.absorbers, may.count), along: 1).values.sum(over: 1)
        .values(as: Double.self)
      var cases: [Case] = []
      for index in rows.indices {
        guard active[index] < 1e-8, total[index] > 0, cosine[winners[index]] >= measure.alignment
        else { continue }
        let share = values[index] / total[index]
        guard share >= measure.share else { continue }
        cases.append(
          Case(row: rows[index], concept: concept, unit: winners[index], share: share))
      }
      let partial = rows.indices.map { index in
        measure.partial(own: byOwn[index], others: byOthers[index], of: total[index])
      }
      return (cases, partial)
    }
  }

  /// The share of a projection `total` that others write than the units that stand for the concept, 0 to 1, as
  /// SAEBench counts it.
  func partial(own: Double, others: Double, of total: Double) -> Double {
    guard total > 0, own < total, others / total >= share else { return 0 }
    guard own > 0 else { return 1 }
    let absorbed = min(others, total - own)
    return min(max(absorbed / (absorbed + own), 0), 1)
  }
}
