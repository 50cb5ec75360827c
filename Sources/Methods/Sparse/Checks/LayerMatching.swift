import Datasets
import Evaluation
import Learning
import Torch

/// How often each layer of one model is told from its activations in another of the same design.
struct LayerMatching {
  /// How alike two layers are.
  enum Measure: String, CaseIterable {
    case jaccard = "itda"
    case cka, svcca
    case relative = "relative representations"
    /// What dictionaries tell that do not name their atoms.
    case sizes = "sizes of dictionaries"
  }

  /// What is known of one layer of one model.
  struct Layer {
    /// Activations of the same examples, `[n, d]`.
    let rows: Tensor
    /// Places of the examples that became atoms.
    let names: Set<Int>
    /// Cosines of the examples with anchors among them, of length 1 for each example, `[n, anchors]`.
    let relative: Tensor

    init(rows: Tensor, names: Set<Int>, anchors: Tensor) {
      self.rows = rows
      self.names = names
      let unit = rows / rows.norm(over: 1, keep: true).clamped(atLeast: 1e-9)
      let cosines = unit.matmul(unit.indexSelect(0, anchors).transposed())
      relative = cosines / cosines.norm(over: 1, keep: true).clamped(atLeast: 1e-9)
    }
  }

  /// Layers by model.
  let models: [[Layer]]

  /// 1 for each layer of a model whose likest layer of another is that of the same depth, else 0.
  func hits(_ measure: Measure) throws -> [Double] {
    var hits: [Double] = []
    for (a, one) in models.enumerated() {
      for (b, other) in models.enumerated() where a != b {
        for (depth, layer) in one.enumerated() {
          let likeness = try other.map { try Self.likeness(measure, layer, $0) }
          let best = likeness.indices.max { likeness[$0] < likeness[$1] }
          hits.append(best == depth ? 1 : 0)
        }
      }
    }
    return hits
  }

  private static func likeness(_ measure: Measure, _ a: Layer, _ b: Layer) throws -> Double {
    switch measure {
    case .jaccard:
      let all = a.names.union(b.names).count
      return all == 0 ? 0 : Double(a.names.intersection(b.names).count) / Double(all)
    case .cka: return try RepresentationSimilarity.cka.of(a.rows, b.rows)
    case .svcca: return try RepresentationSimilarity.svcca.of(a.rows, b.rows)
    case .sizes:
      let (few, many) = (min(a.names.count, b.names.count), max(a.names.count, b.names.count))
      return Double(few) / Double(max(1, many))
    case .relative: return try (a.relative * b.relative).sum(over: 1).mean().value()
    }
  }
}
