/// Which way a metric is good.
public enum Direction: String, Codable, CaseIterable, Sendable {
  /// More is better, as with accuracy.
  case higher
  /// Less is better, as with a loss.
  case lower

  /// The effect with the sign turned so that a positive one is an improvement.
  public func improvement(_ effect: Effect) -> Effect { self == .higher ? effect : -effect }
}

/// What a check found out about a claim.
public enum Verdict: String, Codable, CaseIterable, Sendable {
  /// The effect is there, and large enough to matter.
  case holds
  /// The effect is not there, or too small to matter.
  case contradicted
  /// The runs do not tell.
  case unclear

  /// The verdict on an effect that is positive where the paper is right.
  ///
  /// - It **holds** where the whole interval lies above zero and the value reaches `margin`.
  /// - It is **contradicted** where the whole interval lies below zero, or below `margin`.
  /// - It is **unclear** elsewhere, and where a figure is not a number.
  ///
  /// - Parameters:
  ///   - effect: The paired difference with its interval, usually at 95%.
  ///   - margin: The smallest effect that matters, at least 0; fixed before the runs.
  public init(_ effect: Estimate, margin: Double = 0) {
    precondition(margin >= 0, "the smallest effect that matters is \(margin), below 0")
    if effect.interval.low > 0 && effect.value >= margin {
      self = .holds
    } else if effect.interval.high < margin || effect.interval.high < 0 {
      self = .contradicted
    } else {
      self = .unclear
    }
  }
}
