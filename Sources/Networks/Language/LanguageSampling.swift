import Torch

/// How a token is chosen by its logits.
///
/// - Source: the most likely k as in Fan, Lewis & Dauphin, *Hierarchical neural story generation*, ACL 2018; the share p
///   as in Holtzman et al., *The curious case of neural text degeneration*, ICLR 2020.
public struct TokenChoice: Codable, Equatable, Sendable {
  /// What logits are divided by; 0 takes the likeliest token.
  public var temperature = 1.0
  /// Only so many of the likeliest tokens; 0 takes all.
  public var top = 0
  /// Only the likeliest tokens that together have this probability, at least one.
  public var share = 1.0

  public init(temperature: Double = 1, top: Int = 0, share: Double = 1) {
    (self.temperature, self.top, self.share) = (temperature, top, share)
  }

  /// Logits `[n, V]` at this temperature, with −∞ for tokens that are not to be chosen.
  public func filtered(_ logits: Tensor) -> Tensor {
    var logits = temperature > 0 ? logits * (1 / temperature) : logits
    let size = logits.size(1)
    if top > 0, top < size {
      let least = logits.top(top, along: 1).values.sliced(1, top - 1, top)
      logits = logits.masked(logits .< least, with: -.infinity)
    }
    if share < 1 {
      let sorted = logits.sorted(along: 1, descending: true)
      let p = sorted.values.softmax(along: 1)
      // What is before each; the first has nothing before it and stays.
      let before = p.cumulativeSum(along: 1) - p
      let dropped = (before .>= share).to(.float32)
      let back = dropped.zerosLike().scatter(1, sorted.indices, dropped)
      logits = logits.masked(back .> 0, with: -.infinity)
    }
    return logits
  }

  /// One token for each row of logits, `[n, V]` to `[n, 1]`, int64.
  public func draw(_ logits: Tensor, _ random: RandomStream) -> Tensor {
    guard temperature > 0 else { return logits.argmax(over: 1, keep: true) }
    let logits = filtered(logits)
    // The largest of logits with Gumbel noise is a draw of the softmax.
    return (logits + random.gumbel(like: logits)).argmax(over: 1, keep: true)
  }
}

extension LanguageTransformer {
  /// Rows `[n, t]` of at least one token continued by `count` tokens, `[n, t + count]`, int64.
  public func continued(
    _ tokens: Tensor, by count: Int, _ choice: TokenChoice, _ random: RandomStream
  ) -> Tensor {
    continued(tokens, by: count) { logits, _ in choice.draw(logits, random) }
  }

  /// The same with what `hooks` do on the way.
  ///
  /// - Throws: `UserError` where they name a place that there is not, with the nearest that there is.
  public func continued(
    _ tokens: Tensor, by count: Int, _ choice: TokenChoice, _ random: RandomStream, _ hooks: Hooks
  ) throws -> Tensor {
    try hooks.check(against: hookNames)
    return continued(tokens, by: count, HookPlace(hooks: hooks)) { logits, _ in
      choice.draw(logits, random)
    }
  }

  /// The same, where `choose` takes a token for each row, `[n, 1]`, by logits `[n, V]` and the number of tokens that were
  /// chosen before.
  ///
  /// Keys and values of what was read are remembered; when the context is full, its later half is read anew.
  public func continued(
    _ tokens: Tensor, by count: Int, choosing choose: (_ logits: Tensor, _ place: Int) -> Tensor
  ) -> Tensor {
    continued(tokens, by: count, HookPlace(), choosing: choose)
  }

  private func continued(
    _ tokens: Tensor, by count: Int, _ hooked: HookPlace,
    choosing choose: (_ logits: Tensor, _ place: Int) -> Tensor
  ) -> Tensor {
    var rows = tokens.to(.int64)
    var memories: [AttentionMemory] = []
    var read = 0, start = 0
    for place in 0..<max(count, 0) {
      let length = rows.size(1)
      if read == 0 || length - start > form.context {
        memories = [AttentionMemory](repeating: AttentionMemory(), count: blocks.count)
        start = max(0, length - (read == 0 ? form.context : max(1, form.context / 2)))
        read = start
      }
      let h = hidden(rows.sliced(1, read, length), hooked, from: read - start, &memories)
      read = length
      rows = Tensor.concatenate([rows, choose(written(h.selected(1, -1)), place)], along: 1)
      if rows.error != nil { return rows }
    }
    return rows
  }
}
