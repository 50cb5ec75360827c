import Foundation

/// Eigenvalues of the covariance of white inputs in a finite sample, with the share of directions that each
/// stands for.
struct CovarianceSpectrum: Equatable, Sendable {
  let eigenvalues: [Double]
  /// Adds up to 1.
  let shares: [Double]

  /// The eigenvalues of one sample; rounding below zero is taken out.
  init(sampled eigenvalues: [Double]) {
    self.eigenvalues = eigenvalues.map { max($0, 0) }
    shares = eigenvalues.map { _ in 1 / Double(eigenvalues.count) }
  }

  private init(eigenvalues: [Double], shares: [Double]) {
    self.eigenvalues = eigenvalues
    self.shares = shares
  }

  /// The limit of many inputs and samples, of which there are `ratio` inputs to a sample.
  ///
  /// In the angle of `x = 1 + q − 2√q cos θ` the density is smooth, so the midpoint rule is exact to rounding until
  /// `nodes` no longer resolve a decay at the lower edge.
  ///
  /// - Source: Marchenko & Pastur, *Distribution of eigenvalues for some sets of random matrices*, 1967.
  static func marchenkoPastur(ratio q: Double, nodes: Int = 4000) -> Self {
    var eigenvalues: [Double] = []
    var shares: [Double] = []
    if q > 1 {
      eigenvalues.append(0)
      shares.append(1 - 1 / q)
    }
    for node in 0..<nodes {
      let angle = Double.pi * (Double(node) + 0.5) / Double(nodes)
      let eigenvalue = 1 + q - 2 * q.squareRoot() * cos(angle)
      eigenvalues.append(eigenvalue)
      shares.append(2 * sin(angle) * sin(angle) / eigenvalue / Double(nodes))
    }
    return Self(eigenvalues: eigenvalues, shares: shares)
  }

  /// The mean of `value` over the directions.
  func mean(_ value: (_ eigenvalue: Double) -> Double) -> Double {
    var sum = 0.0
    for index in eigenvalues.indices { sum += shares[index] * value(eigenvalues[index]) }
    return sum
  }
}
