import Datasets
import Torch

/// A way to learn a number from features.
protocol Regressor: Sendable {
  /// What it learns from `rows` of the table, which may repeat.
  ///
  /// - Throws: `TensorError`.
  func fit(_ x: FeatureMatrix, _ y: [Double], rows: [Int]) throws -> any Predictor
}

/// A learned function of features.
protocol Predictor: Sendable {
  /// Its value at each row.
  func predict(_ x: FeatureMatrix) -> [Double]
}

/// Which regressor a person asks for.
public enum RegressorKind: String, Codable, CaseIterable, Sendable {
  case linear, boosted, tree

  var regressor: any Regressor {
    switch self {
    case .linear: RidgeRegression()
    case .boosted: BoostedTrees()
    case .tree: DeepTree()
    }
  }
}

/// Least squares on standardised columns with a small penalty, so that it is determined.
///
/// - Source: Hoerl & Kennard, *Ridge regression*, Technometrics, 1970.
struct RidgeRegression: Regressor {
  /// Weight of the squared slopes against the mean squared error.
  var penalty = 1e-3

  struct Fit: Predictor {
    let scale: FeatureScale
    let slopes: [Double]
    let intercept: Double

    func predict(_ x: FeatureMatrix) -> [Double] {
      let z = scale(x)
      return (0..<z.count).map { row in
        zip(z.row(row), slopes).reduce(intercept) { $0 + $1.0 * $1.1 }
      }
    }
  }

  func fit(_ x: FeatureMatrix, _ y: [Double], rows: [Int]) throws -> any Predictor {
    let own = x.rows(rows)
    let scale = FeatureScale(own)
    let design = scale(own).tensor()
    let targets = rows.map { y[$0] }
    let n = Double(rows.count)
    let middle = targets.reduce(0, +) / n
    let right = design.transposed().matmul(
      Tensor(targets.map { $0 - middle }, shape: [rows.count, 1]))
    let left =
      design.transposed().matmul(design) + Tensor.identity(x.width, type: .float64) * (penalty * n)
    let slopes = try left.solve(right).values(as: Double.self)
    return Fit(scale: scale, slopes: slopes, intercept: middle)
  }
}

/// Shallow trees, each fitted to what the ones before leave over.
///
/// - Source: Friedman, *Greedy function approximation: a gradient boosting machine*, 2001, algorithm 2.
struct BoostedTrees: Regressor {
  var trees = 60
  var rate = 0.1
  var depth = 3
  /// Fewest rows at the end of a branch.
  var leaf = 5

  struct Fit: Predictor {
    let start: Double
    /// Their values are scaled by the rate already.
    let trees: [RegressionTree]

    func predict(_ x: FeatureMatrix) -> [Double] {
      (0..<x.count).map { row in
        trees.reduce(start) { $0 + $1.value(x.values, at: row * x.width) }
      }
    }
  }

  func fit(_ x: FeatureMatrix, _ y: [Double], rows: [Int]) throws -> any Predictor {
    let own = x.rows(rows)
    var rest = rows.map { y[$0] }
    let start = rest.reduce(0, +) / Double(max(rest.count, 1))
    for row in rest.indices { rest[row] -= start }
    let bins = FeatureBins(own)
    var fitted: [RegressionTree] = []
    for _ in 0..<trees {
      let tree = RegressionTree(bins, rest, depth: depth, leaf: leaf, scale: rate)
      for row in rest.indices { rest[row] -= tree.value(own.values, at: row * own.width) }
      fitted.append(tree)
    }
    return Fit(start: start, trees: fitted)
  }
}

/// One tree without a limit, which follows its training rows nearly exactly.
///
/// - Source: Breiman, Friedman, Olshen & Stone, *Classification and Regression Trees*, 1984.
struct DeepTree: Regressor {
  var depth = 30
  var leaf = 1

  struct Fit: Predictor {
    let tree: RegressionTree

    func predict(_ x: FeatureMatrix) -> [Double] {
      (0..<x.count).map { tree.value(x.values, at: $0 * x.width) }
    }
  }

  func fit(_ x: FeatureMatrix, _ y: [Double], rows: [Int]) throws -> any Predictor {
    let own = x.rows(rows)
    return Fit(
      tree: RegressionTree(
        FeatureBins(own), rows.map { y[$0] }, depth: depth, leaf: leaf, scale: 1))
  }
}
