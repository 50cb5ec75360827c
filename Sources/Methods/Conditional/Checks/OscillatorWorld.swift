import Datasets
import Foundation
import Learning
import Torch

/// Series of a linear state-space model whose class is how fast its state turns, with gaps where values are high.
struct OscillatorWorld {
  var steps = 24
  var channels = 3
  var classes = 4
  /// Share of the numbers that are gaps.
  var missing = 0.5

  /// Series with their gaps, and all they would have held.
  struct Part {
    let examples: Examples
    /// The numbers without gaps, `[n, t, c]`.
    let truth: Tensor
  }

  /// A source and the truth of its test examples.
  ///
  /// - Throws: `TensorError`.
  func source(train: Int, test: Int, _ seed: Seed) throws -> (source: Source, truth: Tensor) {
    let random = RandomStream(seed.child("oscillators"))
    let mixing = random.child("mixing").normal([2, channels])
    let all = try [train, test, test].enumerated().map { place, count in
      try part(count, mixing, random.child(place))
    }
    let domain = Domain(
      shape: [steps, channels], support: .real, classes: (0..<classes).map { "pace \($0)" })
    let source = try Source(
      given: "oscillators", domain, train: all[0].examples, validation: all[1].examples,
      test: all[2].examples)
    return (source, all[2].truth)
  }

  private func part(_ count: Int, _ mixing: Tensor, _ random: RandomStream) throws -> Part {
    let labels = (0..<count).map { $0 % classes }
    let pace = Tensor(labels.map { Float(0.35 + 0.2 * Double($0)) })
    let (c, s) = (pace.cos().unsqueezed(1), pace.sin().unsqueezed(1))
    var state = random.child("start").normal([count, 2])
    state = state / state.squared().sum(over: 1, keep: true).squareRoot() * 1.5
    let noise = random.child("moves").normal([steps, count, 2]) * 0.15
    var states: [Tensor] = []
    for step in 0..<steps {
      let (a, b) = (state.sliced(1, 0, 1), state.sliced(1, 1, 2))
      state = Tensor.concatenate([c * a - s * b, s * a + c * b], along: 1) + noise[step]
      states.append(state)
    }
    let clean = Tensor.stack(states, along: 1).matmul(mixing) + 1  // [n, t, c]
    let truth = clean + random.child("noise").normal(clean.shape) * 0.3
    // High values are missed: the odds rise by e³ for one deviation about the level that gives the share.
    let order = truth.flattened().sorted().values
    let level = order[Int(Double(truth.count - 1) * (1 - missing))]
    let odds = (truth - level) * (3 / truth.standardDeviation())
    let observed = 1 - random.child("gaps").bernoulli(odds.sigmoid())
    let given = truth * observed
    return Part(
      examples: try Examples(given: given, labels: labels, observed: observed), truth: truth)
  }
}
