import Foundation
import Torch

/// Which variables load on which factors.
public struct FactorStructure: Hashable, Sendable {
  /// The variables of each factor.
  public let members: [[Int]]
  /// Number of variables, p.
  public let variables: Int

  public init(members: [[Int]], variables: Int) {
    self.members = members
    self.variables = variables
  }

  /// Number of factors, k.
  public var factors: Int { members.count }

  /// Free numbers of the model: loadings, correlations of factors, and a uniqueness for each variable.
  public var parameters: Int {
    members.reduce(0) { $0 + $1.count } + factors * (factors - 1) / 2 + variables
  }

  /// The factors of each variable.
  public var factorsByVariable: [[Int]] {
    var result = [[Int]](repeating: [], count: variables)
    for (factor, members) in members.enumerated() {
      for variable in members { result[variable].append(factor) }
    }
    return result
  }
}

/// A factor model of standardised variables whose loadings are zero outside a structure.
public struct FactorModel {
  /// Which loadings are free.
  public var structure: FactorStructure
  /// Row-major `[p, k]`.
  public var loadings: [Double]
  /// Correlations of the factors, `[k, k]`.
  public var correlations: Tensor
  /// What no factor explains of each variable's variance.
  public var uniquenesses: [Double]
  /// Log-likelihood of all rows, nats.
  public var logLikelihood = -Double.infinity

  /// A start at `loadings`, with factors uncorrelated.
  public init(_ structure: FactorStructure, loadings: [Double]) {
    self.structure = structure
    let k = structure.factors
    self.loadings = loadings
    correlations = .identity(k, type: .float64)
    uniquenesses = (0..<structure.variables).map { row in
      let explained = loadings[row * k..<(row + 1) * k].reduce(0) { $0 + $1 * $1 }
      return max(0.2, 1 - explained)
    }
  }

  /// Schwarz's criterion, lower being better.
  public func bic(rows: Int) -> Double {
    -2 * logLikelihood + log(Double(rows)) * Double(structure.parameters)
  }

  /// The correlation matrix that the model implies, `[p, p]`.
  public var implied: Tensor {
    let l = Tensor(loadings, shape: [structure.variables, structure.factors])
    let common = l.matmul(correlations).matmul(l.transposed())
    return common + Tensor(uniquenesses).asDiagonal()
  }
}
