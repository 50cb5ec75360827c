import Foundation
import Torch

/// Modularity, explicitness and compactness of codes by information: InfoM, InfoE and InfoC.
///
/// Codes are taken as discrete where no unit has more than √n distinct values, else as numbers.
///
/// - Source: Hsu, Dorrell, Whittington, Wu & Finn, *Disentanglement via Latent Quantization*, NeurIPS 2023,
///   arXiv:2305.18378, section 5, with the estimators of the authors' program.
/// - Departs: real factors are cut into bins; the logistic regressions weigh all examples alike, where the authors'
///   weigh classes alike; a unit or factor without information counts as shared by all.
public struct InfoMEC: Sendable {
  /// Mutual information of each unit with each factor in units of the factor's entropy, float64 `[k, f]`.
  public let information: Tensor
  /// Whether each unit's range is more than a twentieth of the largest, or for discrete codes more than nothing.
  public let active: [Bool]
  /// InfoM: how far an active unit informs about one factor only.
  public let modularity: Double
  /// InfoE: how much of the factors' entropy a linear model of all units takes away.
  public let explicitness: Double
  /// InfoC: how far a factor is informed about by one active unit only.
  public let compactness: Double

  /// The scores of `table`.
  ///
  /// - Throws: `TensorError` that the codes carry.
  public init(_ table: FactoredCodes, neighbours: Int = 10) throws {
    let columns = try (0..<table.width).map {
      try table.codes.selected(1, $0).values(as: Double.self)
    }
    let distinct = columns.map { Set($0).count }
    let isDiscrete = distinct.allSatisfy { Double($0) <= Double(table.count).squareRoot() }
    let classes = try table.sizes.indices.map { try table.places($0).places() }
    let entropies = classes.map { entropy(of: $0) }
    let estimate = NeighbourInformation(neighbours: neighbours)
    let rows = columns.map { column in
      let said = isDiscrete ? ranks(of: column) : standardised(column)
      return zip(classes, entropies).map { truth, whole in
        let shared =
          isDiscrete
          ? discreteInformation(said.map(Int.init), truth) : estimate.between(said, truth)
        return shared / whole
      }
    }
    information = Tensor(rows.flatMap { $0 }, shape: [table.width, table.sizes.count])
    let ranges = columns.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
    let least = isDiscrete ? 0 : (ranges.max() ?? 0) / 20
    active = ranges.map { $0 > least }
    let kept = zip(rows, active).filter(\.1).map(\.0)
    modularity = concentration(kept)
    let turned = table.sizes.indices.map { factor in kept.map { $0[factor] } }
    compactness = kept.isEmpty ? 0 : concentration(turned)
    let inputs = isDiscrete ? try oneHot(columns) : Standardisation(table.codes)(table.codes)
    let told = try zip(classes, entropies).enumerated().map { factor, truth in
      try InfoMEC.told(inputs, truth.0, classes: table.sizes[factor], entropy: truth.1)
    }
    explicitness = told.mean
  }

  /// The share of the entropy of `truth` that a linear model of `inputs`, `[n, d]`, takes away.
  private static func told(
    _ inputs: Tensor, _ truth: [Int], classes: Int, entropy: Double
  ) throws -> Double {
    var regression = LogisticRegression(penalty: 0)
    // Loss and slope are sums over examples here, and means in the authors' program.
    regression.minimiser = LBFGS(iterations: 100, tolerance: 1e-4 * Double(truth.count))
    let model = try regression.fit(inputs, truth, classes: classes)
    let rows = model.logProbabilities(inputs)
    let picked = rows.gather(1, Tensor(truth.map(Int64.init), shape: [truth.count, 1]))
    return max(0, 1 + (try picked.mean().value()) / entropy)
  }
}

/// The mean over rows of the largest entry's share of the sum, from 0 where all are alike to 1 where only one is.
private func concentration(_ rows: [[Double]]) -> Double {
  guard let width = rows.first?.count else { return 0 }
  guard width > 1 else { return 1 }
  let alike = 1 / Double(width)
  let shares = rows.map { row in
    let sum = row.reduce(0, +)
    return sum > 0 ? (row.max() ?? 0) / sum : alike
  }
  return (shares.mean - alike) / (1 - alike)
}

/// The place of each number among the distinct ones.
private func ranks(of column: [Double]) -> [Double] {
  let places = Dictionary(
    uniqueKeysWithValues: Set(column).sorted().enumerated().map { ($1, Double($0)) })
  return column.map { places[$0] ?? 0 }
}

/// Numbers of mean 0 and deviation 1; as they are where they do not vary.
private func standardised(_ column: [Double]) -> [Double] {
  let (mean, deviation) = (column.mean, column.variance.squareRoot())
  return deviation > 0 ? column.map { ($0 - mean) / deviation } : column
}

/// Entropy of classes, nats.
private func entropy(of classes: [Int]) -> Double {
  let counts: [Double] = Dictionary(classes.map { ($0, 1.0) }, uniquingKeysWith: +).values.sorted()
  let whole = Double(classes.count)
  return counts.reduce(0.0) { sum, count in sum - count / whole * log(count / whole) }
}

/// Mutual information of two discrete columns, nats, by the plug-in estimate.
private func discreteInformation(_ one: [Int], _ other: [Int]) -> Double {
  let width = (other.max() ?? 0) + 1
  let both = zip(one, other).map { $0 * width + $1 }
  return max(0, entropy(of: one) + entropy(of: other) - entropy(of: both))
}

/// A column of zeros and ones for each value of each unit, float64 `[n, Σ values]`.
private func oneHot(_ columns: [[Double]]) throws -> Tensor {
  let parts = columns.map { column in
    let places = ranks(of: column)
    return Tensor(places.map(Int64.init), shape: [places.count])
      .oneHot(Int(places.max() ?? 0) + 1).to(.float64)
  }
  return try Tensor.concatenate(parts, along: 1).checked()
}
