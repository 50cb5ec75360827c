import Files

/// A range that covers the true value with a stated probability.
public struct Interval: Codable, Equatable, Hashable, Sendable {
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double
  /// The probability of covering, such as 0.95.
  public var level: Double

  /// The range from `low` to `high` at `level`.
  public init(low: Double, high: Double, level: Double) {
    self.low = low
    self.high = high
    self.level = level
  }

  /// Whether `value` lies in the range, ends included.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The same range seen from the other side of zero.
  public static prefix func - (interval: Interval) -> Interval {
    Interval(low: -interval.high, high: -interval.low, level: interval.level)
  }
}

/// A figure with the interval that says how well it is known.
public struct Estimate: Codable, Equatable, Hashable, Sendable {
  /// The best single value.
  public var value: Double
  /// Where the true value may lie.
  public var interval: Interval

  /// The figure `value`, known as well as `interval` says.
  public init(value: Double, interval: Interval) {
    self.value = value
    self.interval = interval
  }

  /// The same figure with the other sign.
  public static prefix func - (estimate: Estimate) -> Estimate {
    Estimate(value: -estimate.value, interval: -estimate.interval)
  }
}

/// A difference between two arms, with its interval and the probability of one as large by chance.
public struct Effect: Codable, Equatable, Hashable, Sendable {
  /// The difference and its interval.
  public var estimate: Estimate
  /// The two-sided p-value of no difference.
  public var p: Double

  /// The difference `estimate` with its two-sided p-value.
  public init(estimate: Estimate, p: Double) {
    self.estimate = estimate
    self.p = p
  }

  /// The same effect with the other sign.
  public static prefix func - (effect: Effect) -> Effect {
    Effect(estimate: -effect.estimate, p: effect.p)
  }
}

func requireLevel(_ level: Double) throws {
  try require(
    level > 0 && level < 1, "the level of an interval is \(level), but must lie between 0 and 1")
}

func requireFinite(_ values: [Double], _ name: String) throws {
  if let place = values.firstIndex(where: { !$0.isFinite }) {
    throw UserError("\(name) has \(values[place]) at index \(place), where a number is needed")
  }
}
