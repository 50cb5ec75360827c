import Foundation
import Torch

/// Two parts of examples that come from one of several clusters.
///
/// Each part is its cluster's centre and noise, and what the noise of one says of the other's makes them dependent given
/// the cluster. A label says whether the cluster's number is odd.
struct PretextWorld: Sendable {
  /// Centres of the clusters in either part, `[k, d]`.
  let centres: (first: Tensor, second: Tensor)
  /// Correlation of the noise of the parts, from 0 to 1.
  let dependence: Double

  /// `clusters` centres with normal entries of deviation `separation`.
  init(
    clusters: Int, dimension: Int, separation: Double, dependence: Double, _ random: RandomStream
  ) {
    func drawn(_ name: String) -> Tensor {
      random.child(name).normal([clusters, dimension], type: .float64) * separation
    }
    centres = (drawn("first centres"), drawn("second centres"))
    self.dependence = dependence
  }

  private var clusters: Int { centres.first.size(0) }

  /// Examples: both parts, `[n, d]` each, and labels of 0 or 1, `[n, 1]`.
  struct Sample {
    let first: Tensor
    let second: Tensor
    let labels: Tensor
  }

  /// `rows` draws.
  func sample(_ rows: Int, _ random: RandomStream) -> Sample {
    let kinds = random.child("clusters").integers(0..<clusters, [rows])
    let shape = [rows, centres.first.size(1)]
    let noise = random.child("noise").normal(shape, type: .float64)
    let own = random.child("own").normal(shape, type: .float64)
    let rest = (1 - dependence * dependence).squareRoot()
    return Sample(
      first: centres.first.indexSelect(0, kinds) + noise,
      second: centres.second.indexSelect(0, kinds) + noise * dependence + own * rest,
      labels: kinds.remainder(2).to(.float64).unsqueezed(1))
  }

  /// How likely each cluster is, given the first part: `[n, d]` to `[n, k]`.
  func posterior(_ x: Tensor) -> Tensor {
    (x.distances(to: centres.first).squared() * -0.5).softmax(along: 1)
  }

  /// The expected label, given the first part: `[n, d]` to `[n, 1]`.
  func bestGuess(_ x: Tensor) -> Tensor {
    let odd = Tensor((0..<clusters).map { Double($0 % 2) }, shape: [clusters, 1])
    return posterior(x).matmul(odd)
  }

  /// The expected second part, given the first: `[n, d]` to `[n, d]`.
  func expectedSecond(_ x: Tensor) -> Tensor {
    let p = posterior(x)
    return p.matmul(centres.second) + (x - p.matmul(centres.first)) * dependence
  }
}
