extension Array where Element == Double {
  /// The arithmetic mean; NaN of nothing.
  public var mean: Double { reduce(0, +) / Double(count) }

  /// The unbiased variance, with `n - 1` below; NaN of fewer than two values.
  public var variance: Double {
    guard count > 1 else { return .nan }
    let center = mean
    var squares = 0.0, drift = 0.0
    for value in self {
      squares += (value - center) * (value - center)
      drift += value - center
    }
    // The rounding error of the mean, taken out again (Chan, Golub, LeVeque 1983, eq. 1.7).
    return (squares - drift * drift / Double(count)) / Double(count - 1)
  }

  /// The middle value, or the mean of the two middle ones; NaN of nothing.
  public var median: Double { quantile(0.5) }

  /// The value below which the fraction `p` lies, interpolated; NaN of nothing.
  ///
  /// - Source: Hyndman & Fan, *Sample quantiles in statistical packages*, 1996, definition 7,
  ///   which is also NumPy's and R's default.
  public func quantile(_ p: Double) -> Double { sorted().sortedQuantile(p) }

  /// The values below which each of the fractions `p` lies, for one sort.
  public func quantiles(_ p: [Double]) -> [Double] {
    let ordered = sorted()
    return p.map { ordered.sortedQuantile($0) }
  }

  /// The quantile of values that already ascend.
  func sortedQuantile(_ p: Double) -> Double {
    guard !isEmpty, p >= 0, p <= 1 else { return .nan }
    let position = p * Double(count - 1)
    let below = Int(position)
    let above = Swift.min(below + 1, count - 1)
    return self[below] + (position - Double(below)) * (self[above] - self[below])
  }
}
