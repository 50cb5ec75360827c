import Foundation
import Torch

/// What the labels of points of a pool would say of the model, from draws of its predictions.
struct PosteriorInformation {
  /// Probabilities `[points, draws, classes]` in double precision.
  let probabilities: Tensor
  /// The entropy of each point's label when the model is known, nats, `[points]`.
  let conditional: Tensor

  var points: Int { probabilities.size(0) }
  var draws: Int { probabilities.size(1) }
  var classes: Int { probabilities.size(2) }

  /// - Parameter predictions: `[draws, points, classes]`.
  init(_ predictions: Tensor) {
    probabilities = predictions.to(.float64).permuted(1, 0, 2).contiguous()
    conditional = probabilities.entropyTerm().sum(over: 2).mean(over: 1)
  }

  /// Mutual information of each label and the model, nats, `[points]`.
  ///
  /// - Source: Houlsby et al., *Bayesian Active Learning for Classification and Preference Learning*,
  ///   arXiv:1112.5745, eq. 2.
  func ofEach() -> Tensor {
    probabilities.mean(over: 1).entropyTerm().sum(over: 1) - conditional
  }

  /// `count` points whose labels together say most of the model, chosen one after another among `candidates`.
  ///
  /// Joint entropies are exact while the labels of a batch have at most `outcomes` values, and from then on over so many
  /// drawn ones.
  ///
  /// - Source: Kirsch, van Amersfoort & Gal, *BatchBALD*, NeurIPS 2019, arXiv:1906.08158, algorithm 1, eqs. 12–13.
  func jointly(_ count: Int, among candidates: [Int], outcomes: Int, _ random: RandomStream) throws
    -> [Int]
  {
    let own = probabilities.indexSelect(0, Tensor(candidates))
    let known = conditional.indexSelect(0, Tensor(candidates))
    // p(outcome | draw) of the batch so far, [outcomes, draws], and how much each outcome counts.
    var batch = Tensor.ones([1, draws], type: .float64)
    var weights = Tensor.ones([1], type: .float64)
    var isExact = true
    var chosen: [Int] = []
    while chosen.count < min(count, candidates.count) {
      var gain = jointEntropy(own, batch, weights) - known
      if !chosen.isEmpty { gain = gain.indexFill(0, Tensor(chosen), -.infinity) }
      let next = Int(try gain.argmax(over: 0).value())
      chosen.append(next)
      if isExact, batch.size(0) * classes <= outcomes {
        let mine = own.selected(0, next).transposed()  // [classes, draws]
        batch = (batch.unsqueezed(1) * mine).reshaped(batch.size(0) * classes, draws)
        weights = Tensor.ones([batch.size(0)], type: .float64)
      } else {
        isExact = false
        batch = drawn(own.indexSelect(0, Tensor(chosen)), outcomes, random.child(chosen.count))
        // Drawn from their mean probability, each stands for one over it.
        weights = 1 / (batch.mean(over: 1) * Double(batch.size(0)))
      }
    }
    return chosen.map { candidates[$0] }
  }

  /// Entropies of the batch's labels together with that of each point `[n, draws, classes]`, `[n]`.
  private func jointEntropy(_ own: Tensor, _ batch: Tensor, _ weights: Tensor) -> Tensor {
    let parts = stride(from: 0, to: own.size(0), by: 64).map { start in
      let some = own.sliced(0, start, min(start + 64, own.size(0)))
      let joint = batch.matmul(some) * (1 / Double(draws))  // [n, outcomes, classes]
      return (joint.entropyTerm().sum(over: 2) * weights).sum(over: 1)
    }
    return Tensor.concatenate(parts)
  }

  /// p(outcome | draw) of outcomes of the points `[batch, draws, classes]`, drawn from all draws alike.
  private func drawn(_ own: Tensor, _ outcomes: Int, _ random: RandomStream) -> Tensor {
    let each = (outcomes + draws - 1) / draws
    var result = Tensor.zeros([each * draws, draws], type: .float64)
    for place in 0..<own.size(0) {
      let rows = own.selected(0, place)  // [draws, classes]
      let labels = random.child(place).categorical(rows, count: each).flattened()
      result += rows.transposed().indexSelect(0, labels).clamped(atLeast: 1e-300).log()
    }
    return result.exp()
  }
}
