/// What was measured of several features while they were learned.
struct LearningCourse: Sendable {
  private(set) var times: [Double] = []
  /// By time and feature.
  private(set) var strengths: [[Double]] = []

  /// Adds what is measured at `time`, which is after all before.
  mutating func add(_ time: Double, _ now: [Double]) {
    times.append(time)
    strengths.append(now)
  }

  /// Whether every feature has reached its level.
  func hasReached(_ levels: [Double]) -> Bool {
    guard let last = strengths.last else { return false }
    return zip(last, levels).allSatisfy { $0 >= $1 }
  }

  /// When `feature` first reaches `level`, between the times before and after; infinite where it never does.
  func time(of feature: Int, reaching level: Double) -> Double {
    guard let after = strengths.firstIndex(where: { $0[feature] >= level }) else {
      return .infinity
    }
    guard after > 0 else { return times[0] }
    let (low, high) = (strengths[after - 1][feature], strengths[after][feature])
    return times[after - 1] + (times[after] - times[after - 1]) * (level - low) / (high - low)
  }

  /// The same for every feature and its own level.
  func times(reaching levels: [Double]) -> [Double] {
    levels.indices.map { time(of: $0, reaching: levels[$0]) }
  }

  /// About `count` of the moments, evenly by number.
  func thinned(to count: Int) -> LearningCourse {
    var thin = LearningCourse()
    let stride = max(1, times.count / max(count, 1))
    for index in times.indices where index % stride == 0 || index == times.count - 1 {
      thin.add(times[index], strengths[index])
    }
    return thin
  }
}
