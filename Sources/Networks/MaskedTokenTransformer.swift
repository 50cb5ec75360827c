import Foundation
import Torch

/// A distribution over rows of tokens by a transformer that guesses masked ones from all others, and draws many at once.
///
/// - Source: Chang et al., *MaskGIT: Masked Generative Image Transformer*, CVPR 2022, sections 3.2 and 3.3.
public struct MaskedTokenTransformer: Module {
  /// Embeds one token more than there are; the last stands for a masked one.
  public let transformer: TokenTransformer
  /// Number of different tokens, K.
  public var size: Int { transformer.size }
  /// Number of tokens in a row, t.
  public var tokens: Int { transformer.tokens }

  public init(_ transformer: TokenTransformer) { self.transformer = transformer }

  /// Logits of the token at each place given all tokens that are not masked, `[n, t]` to `[n, t, K]`; a masked one is K.
  public func logits(_ row: Tensor) -> Tensor { transformer.logits(reading: row, causal: false) }

  /// −log p of masked tokens given the others, nats, the mean over those masked: a scalar.
  ///
  /// Of each row of `[n, t]` a share of cos(π u / 2) is masked, u uniform, and at least one token.
  public func negativeLogProbability(_ tokens: Tensor, _ random: RandomStream) -> Tensor {
    let n = tokens.size(0)
    let share = (random.child("share").uniform([n, 1]) * (.pi / 2)).cos()
    let count = (share * Double(self.tokens)).rounded().clamped(atLeast: 1)  // [n, 1]
    let order = random.child("places").uniform([n, self.tokens]).sorted().indices
    let isMasked = order.to(.float32) .< count
    let read = isMasked.choose(masks(n), tokens)
    let losses = logits(read).transposed(1, 2).crossEntropy(tokens)  // [n, t]
    let weights = isMasked.to(.float32)
    return (losses * weights).sum() / weights.sum()
  }

  /// How many tokens are masked still after each of `steps` steps: ⌊t cos(π s / 2 S)⌋, at least one fewer each time,
  /// and none after the last; more steps than tokens are as many as tokens.
  public func schedule(_ steps: Int) -> [Int] {
    let steps = max(1, min(steps, tokens))
    return (1...steps).reduce(into: []) { left, step in
      // A little more than the cosine, whose rounding must not lose a token at a whole number.
      let angle = Double(step) / Double(steps) * .pi / 2
      let share = step == steps ? 0 : Int(Double(tokens) * cos(angle) + 1e-9)
      left.append(min((left.last ?? tokens) - 1, share))
    }
  }

  /// Rows that are drawn in `steps` steps, `[count, t]`, int64.
  ///
  /// - Parameters:
  ///   - noise: Spread of the Gumbel noise on the log probability by which drawn tokens are chosen to stay; it falls to 0
  ///     in even steps.
  ///   - temperature: Scales the noise of the draws; 0 takes the likeliest token.
  public func sample(
    _ count: Int, steps: Int, noise: Double, temperature: Double = 1, _ random: RandomStream
  ) -> Tensor {
    unmasking(count, steps: steps, noise: noise, temperature: temperature, random).last
      ?? masks(count)
  }

  /// The rows after each step, `[count, t]` each.
  func unmasking(
    _ count: Int, steps: Int, noise: Double, temperature: Double, _ random: RandomStream
  ) -> [Tensor] {
    let schedule = schedule(steps)
    var row = masks(count)
    return schedule.enumerated().map { step, left in
      let isMasked = row .== Double(size)
      let logits = logits(row)
      let noisy = temperature > 0 ? logits + random.gumbel(like: logits) * temperature : logits
      let drawn = noisy.argmax(over: 2)
      let filled = isMasked.choose(drawn, row)
      row = filled
      guard left > 0 else { return row }
      let sure = logits.logSoftmax().gather(2, drawn.unsqueezed(2)).squeezed(2)
      let spread = noise * (1 - Double(step + 1) / Double(schedule.count))
      // What is there already stays.
      let trust = (sure + random.gumbel(like: sure) * spread)
        .masked(isMasked.logicalNot(), with: .infinity)
      let least = trust.top(left, along: 1, largest: false).indices  // [count, left]
      row = filled.scatter(1, least, masks(count).sliced(1, 0, left))
      return row
    }
  }

  /// Rows of masked tokens, `[count, t]`.
  private func masks(_ count: Int) -> Tensor {
    Tensor.full(
      [count, tokens], Double(size), type: .int64, device: transformer.positions.tensor.device)
  }
}
