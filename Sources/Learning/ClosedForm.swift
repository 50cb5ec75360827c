extension FitRun {
  /// The result of a fit that does not iterate over epochs, with the seconds that `body` took.
  ///
  /// - Throws: what `body` throws.
  public func timed(_ body: () throws -> Void) rethrows -> FitResult {
    let started = ContinuousClock.now
    try body()
    return FitResult(steps: 1, seconds: (ContinuousClock.now - started) / .seconds(1))
  }
}
