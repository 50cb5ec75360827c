import Torch

/// Minimises a smooth function of one tensor by limited-memory BFGS with Armijo's backtracking.
///
/// For convex functions, such as the loss of a linear classifier; where the curvature condition fails a pair is left
/// out, so that the steps stay downhill.
///
/// - Source: Nocedal & Wright, *Numerical Optimization*, 2nd edition, algorithms 7.4 and 3.1.
struct LBFGS: Sendable {
  var memory = 10
  var iterations = 1000
  /// Largest entry of the gradient at which it stops.
  var tolerance = 1e-6

  /// A value and its gradient.
  typealias Slope = (value: Double, gradient: Tensor)

  /// The point where it stopped, from `start`.
  ///
  /// - Throws: `TensorError`.
  func minimise(from start: Tensor, _ f: (Tensor) throws -> Slope) throws -> Tensor {
    var x = start
    var now = try f(x)
    var pairs: [Pair] = []
    for _ in 0..<iterations {
      guard try now.gradient.abs().max().value() > tolerance else { break }
      let direction = try descent(now.gradient, pairs)
      let slope = try inner(direction, now.gradient)
      var size = pairs.isEmpty ? min(1, 1 / (-slope).squareRoot()) : 1.0
      var next = try f(x + direction * size)
      while !(next.value <= now.value + 1e-4 * size * slope), size > 1e-12 {
        size *= 0.5
        next = try f(x + direction * size)
      }
      guard next.value < now.value else { break }
      let pair = try Pair(direction * size, next.gradient - now.gradient)
      if pair.curvature > 1e-12 * (-slope) * size * size {
        pairs.append(pair)
        if pairs.count > memory { pairs.removeFirst() }
      }
      x = x + direction * size
      now = next
    }
    return x
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

  /// Minus the inverse Hessian, as the pairs have it, times the gradient: the two-loop recursion.
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
    return q * -1
  }
}

private func inner(_ a: Tensor, _ b: Tensor) throws -> Double { try (a * b).sum().value() }
