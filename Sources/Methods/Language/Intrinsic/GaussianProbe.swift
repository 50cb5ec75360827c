import Files
import Foundation
import Torch

/// A probe by Bayes' rule: the rows of each label are normal, so that any subset of neurons is too.
///
/// - Source: Torroba Hennigen, Williams & Cotterell, *Intrinsic probing through dimension selection*, EMNLP 2020,
///   arXiv:2010.02812: means and covariances most probable under a prior that the data sets.
struct GaussianProbe: SubsetProbe {
  private let means: [Tensor]
  private let covariances: [Tensor]
  private let logShares: [Double]

  /// The probe of rows `x`, `[n, d]`, and labels from 0.
  ///
  /// - Throws: `UserError` where a label has fewer than two rows, `TensorError` that `x` carries.
  init(_ x: Tensor, _ labels: [Int], classes: Int) throws {
    let x = x.to(.float64), d = x.size(1)
    var parts: [(mean: Tensor, covariance: Tensor, share: Double)] = []
    for label in 0..<classes {
      let places = labels.indices.filter { labels[$0] == label }
      try require(
        places.count > 1, "label \(label) has \(places.count) rows, and at least 2 are needed")
      let rows = x.indexSelect(0, Tensor(places.map(Int64.init), shape: [places.count]))
      let mean = rows.mean(over: 0)
      let centred = rows - mean.unsqueezed(0)
      let scatter = centred.transposed().matmul(centred)
      // An inverse Wishart of d + 2 degrees around the variances alone.
      let prior =
        Tensor.identity(d, type: .float64)
        * (scatter.diagonal() / Double(places.count)).unsqueezed(0)
      let covariance = (prior + scatter) / Double(2 * d + 4 + places.count)
      parts.append((mean, covariance, log(Double(places.count) / Double(labels.count))))
    }
    (means, covariances) = (parts.map(\.mean), parts.map(\.covariance))
    logShares = parts.map(\.share)
  }

  func logProbabilities(_ x: Tensor, neurons: [Int]) throws -> Tensor {
    let picked = Tensor(neurons.map(Int64.init), shape: [neurons.count])
    let rows = x.to(.float64).indexSelect(1, picked)
    let logs = zip(zip(means, covariances), logShares).map { form, share in
      let (mean, covariance) = (form.0.indexSelect(0, picked), form.1)
      let part = covariance.indexSelect(0, picked).indexSelect(1, picked)
      let root = (part + Tensor.identity(neurons.count, type: .float64) * 1e-9).cholesky()
      let white = root.solveTriangular(
        (rows - mean.unsqueezed(0)).transposed(), upper: false)  // [k, n]
      return white.squared().sum(over: 0) * -0.5 - root.diagonal().log().sum() + share
    }
    return try Tensor.stack(logs, along: 1).logSoftmax().to(.float32).checked()
  }
}
