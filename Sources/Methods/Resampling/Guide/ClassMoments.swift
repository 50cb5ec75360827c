import Foundation

/// The means of the classes and their common covariance.
struct ClassMoments {
  private let width: Int
  private let means: [[Double]?]
  private let shares: [Double]
  private var covariance: [Double]  // [width, width], lower half

  /// The moments of `rows`, row-major, with a class for each; a class without rows has none.
  init(_ rows: [Double], _ width: Int, _ classes: [Int], _ classCount: Int) {
    var sums = Array(repeating: Array(repeating: 0.0, count: width), count: classCount)
    var counts = Array(repeating: 0.0, count: classCount)
    for (row, label) in classes.enumerated() {
      counts[label] += 1
      for j in 0..<width { sums[label][j] += rows[row * width + j] }
    }
    let centres = zip(sums, counts).map { sum, count in sum.map { $0 / max(1, count) } }
    var covariance = Array(repeating: 0.0, count: width * width)
    var gaps = Array(repeating: 0.0, count: width)
    for (row, label) in classes.enumerated() {
      for j in 0..<width { gaps[j] = rows[row * width + j] - centres[label][j] }
      for i in 0..<width { for j in 0...i { covariance[i * width + j] += gaps[i] * gaps[j] } }
    }
    let total = Double(classes.count)
    self.width = width
    self.covariance = covariance.map { $0 / total }
    means = zip(centres, counts).map { $1 > 0 ? $0 : nil }
    shares = counts.map { $0 / total }
  }

  /// The linear score of each class that has examples.
  func scores(_ shrinkage: Double) -> [(weights: [Double], offset: Double)?] {
    let factor = cholesky(shrinkage)
    return zip(means, shares).map { mean, share in
      guard let mean else { return nil }
      let weights = solve(factor, mean)
      let square = zip(weights, mean).reduce(0) { $0 + $1.0 * $1.1 }
      return (weights, log(share) - square / 2)
    }
  }

  /// The lower factor of the shrunk covariance.
  private func cholesky(_ shrinkage: Double) -> [Double] {
    var spread = 0.0
    for i in 0..<width { spread += covariance[i * width + i] }
    // A little more on the diagonal keeps constant columns from dividing by zero.
    let lift = max(shrinkage * spread / Double(width), 1e-10)
    var factor = covariance.map { $0 * (1 - shrinkage) }
    for i in 0..<width { factor[i * width + i] += lift }
    for i in 0..<width {
      for j in 0...i {
        var sum = factor[i * width + j]
        for k in 0..<j { sum -= factor[i * width + k] * factor[j * width + k] }
        factor[i * width + j] = i == j ? max(sum, 1e-12).squareRoot() : sum / factor[j * width + j]
      }
    }
    return factor
  }

  private func solve(_ factor: [Double], _ right: [Double]) -> [Double] {
    var x = right
    for i in 0..<width {
      for k in 0..<i { x[i] -= factor[i * width + k] * x[k] }
      x[i] /= factor[i * width + i]
    }
    for i in (0..<width).reversed() {
      for k in i + 1..<max(width, i + 1) { x[i] -= factor[k * width + i] * x[k] }
      x[i] /= factor[i * width + i]
    }
    return x
  }
}
