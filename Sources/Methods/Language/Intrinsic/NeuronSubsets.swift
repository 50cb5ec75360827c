import Foundation
import Torch

/// A law of subsets of `d` neurons, with a log odds for each.
///
/// - Source: Torroba Hennigen, Cotterell & Stańczak, *A latent-variable model for intrinsic probing*, AAAI 2023,
///   arXiv:2201.08214, §3.3: Poisson and conditional Poisson sampling.
enum NeuronSubsets: String, CaseIterable, Sendable {
  /// Each neuron is drawn on its own.
  case poisson
  /// The number of neurons is drawn from all alike, then neurons as `poisson` would draw so many.
  case conditionalPoisson = "conditional-poisson"

  /// Subsets of neurons whose log odds are `logOdds`, `[d]`: `count` rows of 0 and 1, `[count, d]`.
  func drawn(_ count: Int, logOdds: Tensor, _ random: RandomStream) -> Tensor {
    withoutGradients {
      let d = logOdds.size(0)
      switch self {
      case .poisson:
        return (random.child("neurons").uniform([count, d]) .< logOdds.sigmoid()).to(.float32)
      case .conditionalPoisson:
        let sums = Self.partialSums(logOdds)
        var left = random.child("sizes").integers(0..<d + 1, [count])
        let dice = random.child("neurons").uniform([count, d])
        var chosen: [Tensor] = []
        for neuron in 0..<d {
          // How likely this neuron is, where `left` of the rest are still to be drawn.
          let all = sums[neuron].gather(0, left)
          let without = sums[neuron + 1].gather(0, left)
          let isIn = (dice.selected(1, neuron).log() .> without - all).to(.int64)
          left = left - isIn
          chosen.append(isIn.to(.float32))
        }
        return Tensor.stack(chosen, along: 1)
      }
    }
  }

  /// Logarithms of the probabilities of `subsets`, `[count, d]` to `[count]`; gradients reach `logOdds`.
  func logProbability(_ subsets: Tensor, logOdds: Tensor) -> Tensor {
    let chosen = subsets.matmul(logOdds.unsqueezed(1)).squeezed(1)
    switch self {
    case .poisson: return chosen - logOdds.softplus().sum()
    case .conditionalPoisson:
      let sizes = subsets.sum(over: 1).to(.int64)
      return chosen - Self.partialSums(logOdds)[0].gather(0, sizes)
        - log(Double(logOdds.size(0) + 1))
    }
  }

  /// The entropy, nats, a scalar that gradients pass; nothing for the law that has no short form of it.
  func entropy(logOdds: Tensor) -> Tensor? {
    guard self == .poisson else { return nil }
    return (logOdds.softplus() - logOdds * logOdds.sigmoid()).sum()
  }

  /// For each neuron the logarithms of the elementary symmetric polynomials of the odds of it and those after it, by their
  /// degree from 0, `[d + 1]` each; last those of no neuron.
  static func partialSums(_ logOdds: Tensor) -> [Tensor] {
    let d = logOdds.size(0)
    let none = [0.0] + Array(repeating: -1e30, count: d)
    var sums = [Tensor(none.map(Float.init), shape: [d + 1])]
    let impossible = Tensor([Float(-1e30)], shape: [1])
    for neuron in (0..<d).reversed() {
      let rest = sums[sums.count - 1]
      let joined = Tensor.concatenate([impossible, rest.sliced(0, 0, d)], along: 0)
      sums.append(rest.logAddExp(joined + logOdds.sliced(0, neuron, neuron + 1)))
    }
    return sums.reversed()
  }
}
