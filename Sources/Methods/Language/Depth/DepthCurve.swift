/// How well a label is read from each layer of a model, and at which layer it comes to be.
///
/// - Source: Jin et al., *Exploring concept depth*, COLING 2025, arXiv:2404.07066: the ratio of the accuracies of
///   neighbouring layers, the jumping point and the converging point.
/// - Departs: layer 0 is the embedding; a plateau begins where the last change of 3% or more ends.
struct DepthCurve: Equatable, Sendable {
  /// Accuracies of probes of the embedding and of what each block leaves.
  let accuracies: [Double]

  /// Each accuracy over that of the layer before.
  var ratios: [Double] {
    zip(accuracies.dropFirst(), accuracies).map { now, before in now / max(before, 1e-12) }
  }

  /// The first layer that is at least a tenth better than the one before it; nothing where none is.
  var jump: Int? { ratios.firstIndex { $0 >= 1.1 }.map { $0 + 1 } }

  /// The first layer after which no layer changes the accuracy by 3% or more.
  var converging: Int { ratios.lastIndex { abs($0 - 1) >= 0.03 }.map { $0 + 1 } ?? 0 }

  /// The best accuracy.
  var peak: Double { accuracies.max() ?? 0 }

  /// The first layer whose accuracy is at least `bar`; one more than the last where none is.
  func reached(_ bar: Double) -> Int { accuracies.firstIndex { $0 >= bar } ?? accuracies.count }
}
