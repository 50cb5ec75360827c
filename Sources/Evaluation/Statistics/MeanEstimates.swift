import Files
import Torch

extension Estimate {
  /// The mean of independent `values` with Student's t-interval.
  ///
  /// Exact where the values are normal, and good from about ten values on where they are not.
  ///
  /// - Throws: ``UserError`` for fewer than two values, or one that is not a number.
  public static func mean(of values: [Double], level: Double = 0.95) throws -> Estimate {
    try Effect.againstZero(values, level: level).estimate
  }

  /// The mean of independent `values` with the percentile bootstrap's interval.
  ///
  /// Needs some twenty values: below, it covers less than it says.
  ///
  /// - Source: Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, §13.3.
  /// - Throws: ``UserError`` for fewer than two values, or one that is not a number.
  public static func bootstrapMean(
    of values: [Double], replicates: Int = 10_000, level: Double = 0.95, seed: Seed
  ) throws -> Estimate {
    try requireSample(values, level)
    try require(replicates > 0, "a bootstrap needs at least 1 replicate, not \(replicates)")
    let means = (0..<replicates).map { replicate in
      var random = SplitMix(seed.child(replicate))
      var sum = 0.0
      for _ in values.indices { sum += values[random.below(values.count)] }
      return sum / Double(values.count)
    }
    return Estimate(value: values.mean, interval: .percentile(means, level: level))
  }
}

extension Effect {
  /// The mean difference of two arms measured on the same units, by the paired t-test.
  ///
  /// - Throws: ``UserError`` for arms of unequal length, fewer than two pairs, or not a number.
  public static func pairedT(
    of system: [Double], over baseline: [Double], level: Double = 0.95
  ) throws -> Effect {
    try require(
      system.count == baseline.count,
      "a paired test needs as many values in both arms, not \(system.count) and \(baseline.count)")
    return try againstZero(zip(system, baseline).map { $0 - $1 }, level: level)
  }

  /// The mean of `values`, and how improbable it is if the true one is zero.
  static func againstZero(_ values: [Double], level: Double) throws -> Effect {
    try requireSample(values, level)
    let mean = values.mean
    let error = (values.variance / Double(values.count)).squareRoot()
    let degrees = Double(values.count - 1)
    let reach = error * studentQuantile(0.5 + level / 2, degrees: degrees)
    let p = error > 0 ? 2 * studentCumulative(-abs(mean) / error, degrees: degrees) : 0
    return Effect(
      estimate: Estimate(
        value: mean, interval: Interval(low: mean - reach, high: mean + reach, level: level)),
      p: mean == 0 ? 1 : p)
  }
}

extension Interval {
  /// The range that holds the middle `level` of a statistic's `replicates`.
  public static func percentile(_ replicates: [Double], level: Double) -> Interval {
    let ends = replicates.quantiles([0.5 - level / 2, 0.5 + level / 2])
    return Interval(low: ends[0], high: ends[1], level: level)
  }
}

extension SplitMix {
  /// A whole number from 0 up to `count`, which it stays below; the bias is at most `count` / 2⁶⁴.
  @inline(__always)
  public mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}

func requireSample(_ values: [Double], _ level: Double) throws {
  try requireLevel(level)
  try require(
    values.count >= 2, "an interval of a mean needs at least 2 values, not \(values.count)")
  try requireFinite(values, "the sample")
}
