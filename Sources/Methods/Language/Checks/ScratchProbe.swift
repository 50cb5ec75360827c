import Evaluation
import Torch

/// A logistic regression of some neurons alone.
struct ScratchProbe: SubsetProbe {
  private let model: LogisticRegression.Model

  init(_ x: Tensor, _ labels: [Int], classes: Int, neurons: [Int]) throws {
    let picked = Tensor(neurons.map(Int64.init), shape: [neurons.count])
    model = try LogisticRegression().fit(x.indexSelect(1, picked), labels, classes: classes)
  }

  func logProbabilities(_ x: Tensor, neurons: [Int]) throws -> Tensor {
    let picked = Tensor(neurons.map(Int64.init), shape: [neurons.count])
    return model.logProbabilities(x.indexSelect(1, picked)).to(.float32)
  }
}
