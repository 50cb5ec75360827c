/// Minimises a smooth function of many numbers from its gradients, with a memory of the last steps.
///
/// - Source: Liu & Nocedal, *On the limited memory BFGS method for large scale optimization*, Mathematical
///   Programming 1989; line search by Armijo's and Wolfe's weak conditions.
public struct LBFGS: Sendable {
  /// Steps whose curvature is remembered.
  public var memory = 10
  /// Most steps.
  public var iterations = 500
  /// The largest slope in any direction at which it is done.
  public var tolerance = 1e-6

  public init() {}

  /// A minimum.
  public struct Minimum: Sendable {
    public let place: [Double]
    public let value: Double
    public let iterations: Int
    /// Whether the slope is below the tolerance.
    public let converged: Bool
  }

  /// The minimum that descent from `start` reaches.
  ///
  /// - Parameter function: The value and the gradient at a place.
  public func minimise(
    from start: [Double], _ function: ([Double]) throws -> (value: Double, gradient: [Double])
  ) rethrows -> Minimum {
    var place = start
    var (value, gradient) = try function(place)
    var history: [(step: [Double], change: [Double], curvature: Double)] = []
    for iteration in 0..<iterations {
      guard largest(gradient) > tolerance else {
        return Minimum(place: place, value: value, iterations: iteration, converged: true)
      }
      var direction = descent(gradient, history)
      var slope = dot(direction, gradient)
      if slope >= 0 {
        // Rounding has spoiled the memory.
        history = []
        direction = gradient.map { -$0 }
        slope = -dot(gradient, gradient)
      }
      let first = history.isEmpty ? min(1, 1 / max(largest(gradient), 1e-300)) : 1
      guard
        let found = try search(
          place, value, direction, slope: slope, first: first, function)
      else {
        return Minimum(place: place, value: value, iterations: iteration, converged: false)
      }
      let step = zip(found.place, place).map { $0 - $1 }
      let change = zip(found.gradient, gradient).map { $0 - $1 }
      let curvature = dot(step, change)
      if curvature > 1e-300 {
        history.append((step, change, curvature))
        if history.count > memory { history.removeFirst() }
      }
      (place, value, gradient) = (found.place, found.value, found.gradient)
    }
    return Minimum(
      place: place, value: value, iterations: iterations,
      converged: largest(gradient) <= tolerance)
  }

  /// Minus the inverse curvature times the gradient, by the two loops.
  private func descent(
    _ gradient: [Double], _ history: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var q = gradient
    var shares: [Double] = []
    for (step, change, curvature) in history.reversed() {
      let share = dot(step, q) / curvature
      shares.append(share)
      add(&q, change, -share)
    }
    if let last = history.last {
      let scale = last.curvature / dot(last.change, last.change)
      for i in q.indices { q[i] *= scale }
    }
    for ((step, change, curvature), share) in zip(history, shares.reversed()) {
      add(&q, step, share - dot(change, q) / curvature)
    }
    return q.map { -$0 }
  }

  /// A step that goes down enough and leaves the slope flatter; nothing where rounding allows none.
  private func search(
    _ place: [Double], _ value: Double, _ direction: [Double], slope: Double, first: Double,
    _ function: ([Double]) throws -> (value: Double, gradient: [Double])
  ) rethrows -> (place: [Double], value: Double, gradient: [Double])? {
    var low = 0.0, high = Double.infinity, length = first
    for _ in 0..<60 {
      var next = place
      add(&next, direction, length)
      let (there, gradient) = try function(next)
      if !(there <= value + 1e-4 * length * slope) {
        high = length
      } else if dot(gradient, direction) < 0.9 * slope {
        low = length
      } else {
        return (next, there, gradient)
      }
      length = high.isFinite ? (low + high) / 2 : 2 * length
    }
    return nil
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func add(_ a: inout [Double], _ b: [Double], _ weight: Double) {
  for i in a.indices { a[i] += weight * b[i] }
}

private func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
