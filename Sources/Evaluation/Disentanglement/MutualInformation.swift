import Torch

/// How much codes, cut into bins, say about factors.
///
/// - Source: Locatello et al., *Challenging common assumptions in the unsupervised learning of disentangled
///   representations*, ICML 2019: 20 equal bins of each code.
public struct MutualInformation: Sendable {
  /// Mutual information of each code with each factor, nats, float64 `[k, f]`.
  public let matrix: Tensor
  /// Entropy of each factor, nats, float64 `[f]`.
  public let entropies: Tensor

  init(matrix: Tensor, entropies: Tensor) {
    (self.matrix, self.entropies) = (matrix, entropies)
  }

  /// The information of codes in `bins` equal bins, by the plug-in estimate.
  ///
  /// - Throws: `TensorError` that the codes carry.
  public init(_ table: FactoredCodes, bins: Int = 20) throws {
    let places = EqualBins.places(table.codes, bins)
    var columns: [Tensor] = [], entropies: [Tensor] = []
    for (factor, size) in table.sizes.enumerated() {
      let joint = Self.shares(places, table.places(factor), bins: bins, classes: size)
      let (code, truth) = (joint.sum(over: 2), joint.sum(over: 1))
      let information =
        Self.entropy(code) + Self.entropy(truth)
        - Self.entropy(joint.flattened(from: 1))
      // Rounding goes below what no information can.
      columns.append(information.clamped(atLeast: 0))
      entropies.append(Self.entropy(truth).selected(0, 0))
    }
    matrix = try Tensor.stack(columns, along: 1).checked()
    self.entropies = try Tensor.stack(entropies).checked()
  }

  /// Shares of examples by code, its bin and the factor's class, float64 `[k, bins, classes]`.
  private static func shares(
    _ places: Tensor, _ truth: Tensor, bins: Int, classes: Int
  ) -> Tensor {
    let (n, k) = (places.size(0), places.size(1))
    let starts = Tensor.range(0, Double(k), type: .float64).unsqueezed(0) * Double(bins)
    // Double precision holds every cell's number exactly.
    let cells = (places.to(.float64) + starts) * Double(classes) + truth.unsqueezed(1).to(.float64)
    let counts = cells.to(.int64).flattened().bincount(length: k * bins * classes)
    return counts.to(.float64).reshaped(k, bins, classes) / Double(n)
  }

  /// Entropy of each row of shares, nats.
  private static func entropy(_ shares: Tensor) -> Tensor { shares.entropyTerm().sum(over: 1) }

  /// For each factor, what the best code says and what the second says, nats, `[f]`; 0 where there is one code only.
  var bestTwo: (first: Tensor, second: Tensor) { MutualInformation.bestTwo(matrix) }

  /// The two largest of each column of `[k, f]`, `[f]` each; 0 for a second row that is not there.
  static func bestTwo(_ matrix: Tensor) -> (first: Tensor, second: Tensor) {
    guard matrix.size(0) > 1 else { return (matrix.selected(0, 0), matrix.selected(0, 0) * 0) }
    let two = matrix.top(2, along: 0).values
    return (two.selected(0, 0), two.selected(0, 1))
  }

  /// The mutual information gap: the lead of the best code over the second, by the factor's entropy, averaged over
  /// factors; 1 where one code says all and no other says anything.
  ///
  /// - Source: Chen, Li, Grosse & Duvenaud, *Isolating sources of disentanglement in variational autoencoders*,
  ///   NeurIPS 2018, eq. 6.
  /// - Throws: `TensorError`.
  public func gap() throws -> Double {
    let (first, second) = bestTwo
    return try ((first - second) / entropies).mean().value()
  }

  /// What the best code says about a factor, averaged over factors, nats.
  ///
  /// - Throws: `TensorError`.
  public func best() throws -> Double { try bestTwo.first.mean().value() }

  /// How far each code informs about one factor only, averaged over codes.
  ///
  /// A code counts 1 − Σ other² / ((f − 1) · largest²), or 0 where it says nothing.
  ///
  /// - Source: Ridgeway & Mozer, *Learning deep disentangled embeddings with the F-statistic loss*, NeurIPS 2018, §3.
  /// - Departs: bins as in Locatello et al. 2019; with one factor, a code that says something counts 1.
  /// - Throws: `TensorError`.
  public func modularity() throws -> Double {
    let squares = matrix.squared()
    let largest = squares.max(over: 1)
    let others = Double(max(1, matrix.size(1) - 1))
    let spread = (squares.sum(over: 1) - largest) / (largest.clamped(atLeast: 1e-300) * others)
    return try ((1 - spread) * (largest .> 0).to(.float64)).mean().value()
  }
}
