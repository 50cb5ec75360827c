import Evaluation
import Foundation
import Torch

/// Normals of three classes whose features are all informative, half of them much less.
struct NormalMixture {
  let means: Tensor  // [3, n]
  let deviations: Tensor  // [1, n]

  init(features n: Int) {
    means = Tensor([-1.0, 1, 2], shape: [3, 1]) * Tensor.ones([1, n], type: .float64)
    deviations = Tensor((0..<n).map { $0 < n / 2 ? Double(n).squareRoot() : 1 }, shape: [1, n])
  }

  /// Examples with every class among them, equally likely.
  func draw(_ count: Int, _ random: RandomStream) -> LabelledCodes {
    var choice = SplitMix(random.seed)
    let labels = (0..<count).map { $0 < 3 ? $0 : Int(choice.uniform() * 3) }
    let noise = random.normal([count, deviations.size(1)], type: .float64)
    let centers = means.indexSelect(0, Tensor(labels.map(Int64.init)))
    return LabelledCodes(x: centers + noise * deviations, labels: labels, classes: 3)
  }

  /// The Bayes rule's scores, `[n, 3]`.
  func scores(_ x: Tensor) -> Tensor {
    let scaled = x / deviations
    return (scaled.unsqueezed(1) - (means / deviations).unsqueezed(0)).squared().sum(over: 2) * -1
  }
}
