import Files
import Language
import Networks
import Torch

/// What directions do to the token that a model says next.
public enum NextTokenEffect {
  /// A token, and by how much something raises it.
  public typealias Raised = (token: Int, by: Double)

  /// The tokens whose logits directions `[m, d]` raise and lower the most when they reach the last norm by themselves,
  /// `count` of each for every direction.
  ///
  /// - Throws: `TensorError`.
  public static func direct(
    _ model: HookedLanguageModel, _ directions: Tensor, count: Int
  ) throws -> [(raised: [Raised], lowered: [Raised])] {
    try withoutGradients {
      let gain =
        switch model.transformer.norm {
        case .mean(let norm): norm.weight.tensor
        case .square(let norm): norm.weight.tensor
        }
      let logits = model.transformer.written(directions * gain.unsqueezed(0))
      let effects = logits - logits.mean(over: 1, keep: true)  // [m, V]
      let count = min(count, effects.size(1))
      func listed(_ ranked: Tensor.Ranked) throws -> [[Raised]] {
        let (tokens, by) = (
          try ranked.indices.flattened().places(), try ranked.values.values(as: Double.self)
        )
        return (0..<effects.size(0)).map { row in
          (row * count..<(row + 1) * count).map { (tokens[$0], by[$0]) }
        }
      }
      let raised = try listed(effects.top(count, along: 1))
      let lowered = try listed(effects.top(count, along: 1, largest: false))
      return zip(raised, lowered).map { ($0, $1) }
    }
  }
}

/// What a model says next when a direction is added at a place, named by the tokens that become likelier.
///
/// The direction is as long as it must be for what is said to differ by a given divergence, so that none is heard better for
/// being longer.
///
/// - Source: Paulo et al., *Automatically interpreting millions of features in large language models*, ICML 2025, §3.3:
///   intervention scoring.
/// - Departs: a few tokens stand for the sentence that a language model would write.
public struct Intervention {
  let model: HookedLanguageModel
  let place: String
  /// Texts that tokens are named from, and others that judge, `[n, t]`.
  let named: Tensor
  let judged: Tensor
  /// Mean divergence of what is said from what would be, nats.
  var divergence = 0.5
  /// Tokens that are named.
  var count = 8

  /// What is said by itself, probabilities `[n, t, V]`.
  private let plain: (named: Tensor, judged: Tensor)

  /// Interventions at `place` while `named` and `judged`, rows `[n, t]`, are read.
  ///
  /// - Throws: `TensorError`.
  public init(
    _ model: HookedLanguageModel, at place: String, named: Tensor, judged: Tensor
  ) throws {
    (self.model, self.place, self.named, self.judged) = (model, place, named, judged)
    plain = try withoutGradients {
      (
        try model.transformer.logits(named).softmax().checked(),
        try model.transformer.logits(judged).softmax().checked()
      )
    }
  }

  /// The tokens that `direction`, `[d]`, makes likelier, and the probability that they gain on texts that judge; nothing
  /// where no length of it is heard enough.
  ///
  /// - Throws: `TensorError`.
  public func score(_ direction: Tensor) throws -> (tokens: [Int], gain: Double)? {
    try withoutGradients {
      let unit = direction / direction.norm()
      func said(_ rows: Tensor, _ length: Double) throws -> Tensor {
        try model.transformer.logits(rows, Steering(at: place, unit, strength: length).hooks())
          .softmax()
      }
      func heard(_ length: Double) throws -> Double {
        let p = try said(named, length)
        return try (p * (p.clamped(atLeast: 1e-9) / plain.named.clamped(atLeast: 1e-9)).log())
          .sum(over: 2).mean().value()
      }
      var (low, high) = (0.0, 1.0)
      while try heard(high) < divergence {
        (low, high) = (high, 2 * high)
        guard high < 1e4 else { return nil }
      }
      for _ in 0..<6 {
        let middle = (low + high) / 2
        if try heard(middle) < divergence { low = middle } else { high = middle }
      }
      let gained = (try said(named, high) - plain.named).flattened(from: 0, through: 1).mean(
        over: 0)
      let tokens = try gained.top(count, along: 0).indices.places()
      let chosen = Tensor(tokens.map { Int64($0) })
      let gain = (try said(judged, high) - plain.judged).indexSelect(2, chosen).sum(over: 2).mean()
      return (tokens, try gain.value())
    }
  }
}
