import Torch

/// Minimises a smooth function of one tensor from its gradients, with a memory of the last steps.
///
/// - Source: Liu & Nocedal, *On the limited memory BFGS method for large scale optimization*, Mathematical
///   Programming 1989; line search by Armijo's and Wolfe's weak conditions.
public struct LBFGS: Sendable {
  /// Steps whose curvature is remembered.
  public var memory: Int
  /// Most steps.
  public var iterations: Int
  /// The largest entry of the gradient at which it is done.
  public var tolerance: Double

  public init(memory: Int = 10, iterations: Int = 500, tolerance: Double = 1e-6) {
    self.memory = memory
    self.iterations = iterations
    self.tolerance = tolerance
  }

  /// A value and its gradient.
  public typealias Slope = (value: Double, gradient: Tensor)

  /// A minimum.
  public struct Minimum: Sendable {
    public let place: Tensor
    public let value: Double
    public let iterations: Int
    /// Whether the gradient is below the tolerance.
    public let converged: Bool
  }

  /// The minimum that descent from `start` reaches.
  ///
  /// - Parameter function: The value and the gradient at a place.
  /// - Throws: `TensorError`, or what `function` throws.
  public func minimise(
    from start: Tensor, _ function: (Tensor) throws -> Slope
  ) throws -> Minimum {
    var place = start
    var now = try function(place)
    var pairs: [Pair] = []
    for iteration in 0..<iterations {
      let steepest = try largest(now.gradient)
      guard steepest > tolerance else {
        return Minimum(place: place, value: now.value, iterations: iteration, converged: true)
      }
      var direction = try descent(now.gradient, pairs)
      var slope = try inner(direction, now.gradient)
      if slope >= 0 {
        // Rounding has spoiled the memory.
        pairs = []
        direction = -now.gradient
        slope = try inner(direction, now.gradient)
      }
      let first = pairs.isEmpty ? min(1, 1 / steepest) : 1
      guard
        let (size, next) = try search(place, now.value, direction, slope, first, function)
      else {
        return Minimum(place: place, value: now.value, iterations: iteration, converged: false)
      }
      let pair = try Pair(direction * size, next.gradient - now.gradient)
      if pair.curvature > 0 {
        pairs.append(pair)
        if pairs.count > memory { pairs.removeFirst() }
      }
      place += direction * size
      now = next
    }
    return Minimum(
      place: place, value: now.value, iterations: iterations,
      converged: try largest(now.gradient) <= tolerance)
  }

  /// A step and how the gradient changed along it.
  private struct Pair {
    let step, change: Tensor
    let curvature: Double

    init(_ step: Tensor, _ change: Tensor) throws {
      self.step = step
      self.change = change
      curvature = try inner(step, change)
    }
  }

  /// Minus the inverse Hessian, as the pairs have it, times the gradient: the two loops.
  private func descent(_ gradient: Tensor, _ pairs: [Pair]) throws -> Tensor {
    var q = gradient
    var shares: [Double] = []
    for pair in pairs.reversed() {
      let share = try inner(pair.step, q) / pair.curvature
      shares.append(share)
      q = q - pair.change * share
    }
    if let last = pairs.last { q = q * (last.curvature / (try inner(last.change, last.change))) }
    for (pair, share) in zip(pairs, shares.reversed()) {
      q = q + pair.step * (share - (try inner(pair.change, q)) / pair.curvature)
    }
    return -q
  }

  /// The length of a step that goes down enough and leaves the slope flatter; nothing where rounding allows none.
  private func search(
    _ place: Tensor, _ value: Double, _ direction: Tensor, _ slope: Double, _ first: Double,
    _ function: (Tensor) throws -> Slope
  ) throws -> (size: Double, next: Slope)? {
    var (low, high, size) = (0.0, Double.infinity, first)
    for _ in 0..<60 {
      let next = try function(place + direction * size)
      if !(next.value <= value + 1e-4 * size * slope) {
        high = size
      } else if try inner(next.gradient, direction) < 0.9 * slope {
        low = size
      } else {
        return (size, next)
      }
      size = high.isFinite ? (low + high) / 2 : 2 * size
    }
    return nil
  }
}

private func inner(_ a: Tensor, _ b: Tensor) throws -> Double { try (a * b).sum().value() }

private func largest(_ gradient: Tensor) throws -> Double { try gradient.abs().max().value() }
