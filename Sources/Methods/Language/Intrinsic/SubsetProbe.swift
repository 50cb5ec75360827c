import Files
import Foundation
import Learning
import Torch

/// A probe that can be asked what any subset of neurons says of a label.
protocol SubsetProbe {
  /// Logarithms of the probabilities of the labels of rows `x`, `[n, d]` to `[n, labels]`, from the `neurons` alone.
  func logProbabilities(_ x: Tensor, neurons: [Int]) throws -> Tensor
}

extension SubsetProbe {
  /// What `neurons` say of `labels` by this probe, as a share of the labels' entropy: a lower bound of the information
  /// they share, below 0 where the probe is worse than the labels' frequencies.
  func information(_ x: Tensor, _ labels: [Int], neurons: [Int]) throws -> Double {
    let wanted = Tensor(labels.map(Int64.init), shape: [labels.count])
    let missed = try logProbabilities(x, neurons: neurons).negativeLogLikelihood(wanted)
      .to(.float64).mean().value()
    let counts = Dictionary(grouping: labels) { $0 }.values.map { Double($0.count) }
    let entropy = counts.map { -$0 / Double(labels.count) * log($0 / Double(labels.count)) }
      .reduce(0, +)
    return (entropy - missed) / max(entropy, 1e-12)
  }

  /// Neurons in the order in which, one after the other, they add the most information of rows `x`.
  func chosen(_ count: Int, _ x: Tensor, _ labels: [Int]) throws -> [Int] {
    var chosen: [Int] = []
    for _ in 0..<count {
      let rest = (0..<x.size(1)).filter { !chosen.contains($0) }
      let gains = try rest.map { try information(x, labels, neurons: chosen + [$0]) }
      guard let best = gains.indices.max(by: { gains[$0] < gains[$1] }) else { break }
      chosen.append(rest[best])
    }
    return chosen
  }
}
