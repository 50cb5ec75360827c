import Foundation
import Torch

/// Products with the correlation matrix of standardised data, by the matrix or by the data themselves.
public struct Correlations {
  /// Number of rows, n.
  public let rows: Int
  /// Number of variables, p.
  public let variables: Int
  private let standardised: Tensor?
  private let matrix: Tensor?

  /// The correlations of the columns of `standardised`, `[n, p]`; the matrix is formed where it is the
  /// smaller, or where `matrix` gives it.
  public init(_ standardised: Tensor, matrix: Tensor? = nil) {
    self.standardised = standardised
    rows = standardised.size(0)
    variables = standardised.size(1)
    self.matrix =
      matrix ?? (variables <= min(200, rows) ? Self.matrix(standardised) : nil)
  }

  /// The correlations `matrix`, `[p, p]`, of `rows` rows that are not kept.
  public init(matrix: Tensor, rows: Int) {
    self.rows = rows
    variables = matrix.size(0)
    standardised = nil
    self.matrix = matrix
  }

  /// The correlation matrix of standardised columns.
  public static func matrix(_ standardised: Tensor) -> Tensor {
    standardised.transposed().matmul(standardised) * (1 / Double(standardised.size(0)))
  }

  /// The correlation matrix times `[p, k]`.
  public func times(_ other: Tensor) -> Tensor {
    guard let standardised, matrix == nil || variables > 2 * rows else {
      return matrix?.matmul(other) ?? other
    }
    return standardised.transposed().matmul(standardised.matmul(other)) * (1 / Double(rows))
  }
}

/// Maximum likelihood for factor models with zeros, by expectation–maximisation whose factors may take any
/// covariance on the way, which speeds it up (parameter expansion).
///
/// - Source: Rubin & Thayer, *EM algorithms for ML factor analysis*, Psychometrika 47, 1982; Liu, Rubin &
///   Wu, *Parameter expansion to accelerate EM*, Biometrika 85, 1998.
public struct FactorEM {
  /// The correlations that are to be likely.
  public let data: Correlations
  /// Whether the factors may be correlated.
  public var isOblique: Bool
  /// Smallest uniqueness, against solutions where a variable is a factor.
  public let floor = 0.005

  public init(data: Correlations, isOblique: Bool = true) {
    self.data = data
    self.isOblique = isOblique
  }

  /// Raises the likelihood of `model` for so many steps, or until one gains less than `gain` nats.
  ///
  /// - Throws: `TensorError` where the factors become collinear.
  public func fit(_ model: FactorModel, steps: Int, gain: Double = 0.01) throws -> FactorModel {
    var model = model
    let support = model.structure.factorsByVariable
    guard model.structure.factors > 0 else {
      model.uniquenesses = [Double](repeating: 1, count: data.variables)
      model.logLikelihood =
        -0.5 * Double(data.rows * data.variables) * (log(2 * Double.pi) + 1)
      return model
    }
    for _ in 0..<steps {
      let before = model.logLikelihood
      try step(&model, support)
      if model.logLikelihood - before < gain { break }
    }
    return model
  }

  /// One step; the likelihood it leaves is that of the model before it.
  private func step(_ model: inout FactorModel, _ support: [[Int]]) throws {
    let (p, k) = (model.structure.variables, model.structure.factors)
    let d = Tensor(model.uniquenesses, shape: [p, 1])
    let l = Tensor(model.loadings, shape: [p, k])
    let weighted = l / d  // [p, k]
    let factor = model.correlations.cholesky()
    let precision = factor.choleskyInverse() + l.transposed().matmul(weighted)
    let root = precision.cholesky()
    let v = root.choleskyInverse()  // [k, k], the factors' covariance given the variables
    let b = weighted.matmul(v)  // [p, k]
    let c = data.times(b)  // [p, k], variables by factors
    let e = v + b.transposed().matmul(c)  // [k, k]

    let spread = try (factor.diagonal().log().sum() + root.diagonal().log().sum()).value()
    let trace = try (weighted * c).sum().value()
    let terms = model.uniquenesses.reduce(0) { $0 + log($1) + 1 / $1 }
    model.logLikelihood =
      -0.5 * Double(data.rows)
      * (Double(p) * log(2 * Double.pi) + terms + 2 * spread - trace)

    let cross = try c.values(as: Double.self)
    var second = try e.values(as: Double.self)
    for place in 0..<k { second[place * k + place] += 1e-9 }
    for variable in 0..<p {
      let own = support[variable]
      let target = own.map { cross[variable * k + $0] }
      let solved = symmetricSolution(own.map { i in own.map { second[i * k + $0] } }, target)
      for (factor, value) in zip(own, solved) { model.loadings[variable * k + factor] = value }
      let explained = zip(solved, target).reduce(0) { $0 + $1.0 * $1.1 }
      model.uniquenesses[variable] = max(floor, 1 - explained)
    }
    guard isOblique else { return }
    let scales = (0..<k).map { second[$0 * k + $0].squareRoot() }
    for place in model.loadings.indices { model.loadings[place] *= scales[place % k] }
    for i in 0..<k { for j in 0..<k { second[i * k + j] /= scales[i] * scales[j] } }
    model.correlations = Tensor(second, shape: [k, k])
  }
}

/// x of a x = b for a small positive definite a, by Cholesky's factors.
private func symmetricSolution(_ a: [[Double]], _ b: [Double]) -> [Double] {
  let n = b.count
  if n == 1 { return [b[0] / a[0][0]] }
  var l = a
  var x = b
  for i in 0..<n {
    for j in 0...i {
      var sum = a[i][j]
      for m in 0..<j { sum -= l[i][m] * l[j][m] }
      l[i][j] = i == j ? max(sum, 1e-12).squareRoot() : sum / l[j][j]
    }
    for m in 0..<i { x[i] -= l[i][m] * x[m] }
    x[i] /= l[i][i]
  }
  for i in (0..<n).reversed() {
    for m in i + 1..<n { x[i] -= l[m][i] * x[m] }
    x[i] /= l[i][i]
  }
  return x
}
