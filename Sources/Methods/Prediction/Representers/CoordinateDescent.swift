import Foundation

/// The state of a fit: weights, and a quadratic approximation of the loss around them.
struct CoordinateDescent {
  private let x: DesignColumns
  private let classes: [Double]
  private let counted: [Double]
  private(set) var weights: [Double]
  private var margins: [Double]
  private var curvature: [Double] = []
  private var gradient: [Double] = []
  private var active: [Int] = []
  private var steps: [Double] = []

  init(_ x: DesignColumns, _ classes: [Double], _ left: [Int], _ start: [Double]?) {
    self.x = x
    self.classes = classes
    var counted = Array(repeating: 1.0, count: x.count)
    for row in left { counted[row] = 0 }
    self.counted = counted
    weights = start ?? Array(repeating: 0, count: x.width)
    margins = x.product(weights)
  }

  /// Approximates the loss around the weights; the largest distance of a slope from what is optimal.
  mutating func approximate(_ penalty: Double) -> Double {
    var residuals = Array(repeating: 0.0, count: x.count)
    curvature = residuals
    for row in 0..<x.count where counted[row] > 0 {
      let p = 1 / (1 + exp(-margins[row]))
      residuals[row] = p - (classes[row] > 0 ? 1 : 0)
      // Rows that are certain would leave the approximation without curvature.
      curvature[row] = max(p * (1 - p), 1e-6)
    }
    gradient = Array(repeating: 0, count: x.width)
    active = []
    var largest = 0.0
    x.values.withUnsafeBufferPointer { values in
      residuals.withUnsafeBufferPointer { residuals in
        for column in 0..<x.width {
          let slope = dot(values, column * x.count, residuals)
          gradient[column] = slope
          let weight = weights[column]
          let gap =
            weight == 0
            ? max(0, abs(slope) - penalty) : abs(slope + (weight > 0 ? penalty : -penalty))
          if weight != 0 || gap > 0 { active.append(column) }
          largest = max(largest, gap)
        }
      }
    }
    return largest
  }

  /// Minimises the approximation plus the penalty over the active weights, until no slope moves by `precision`.
  mutating func solve(_ penalty: Double, until precision: Double) {
    let n = x.count
    steps = Array(repeating: 0, count: x.width)
    // Curvature times the change of the margins so far.
    var pulled = Array(repeating: 0.0, count: n)
    x.values.withUnsafeBufferPointer { values in
      let bends = active.map { column in
        (0..<n).reduce(1e-12) { sum, row in
          let value = values[column * n + row]
          return sum + curvature[row] * value * value
        }
      }
      for _ in 0..<500 {
        var largest = 0.0
        for (place, column) in active.enumerated() {
          let bend = bends[place], now = weights[column] + steps[column]
          let slope =
            gradient[column] + pulled.withUnsafeBufferPointer { dot(values, column * n, $0) }
          let target = now - slope / bend
          let next = (abs(target) - penalty / bend) > 0 ? target - penalty / bend * sign(target) : 0
          let change = next - now
          guard change != 0 else { continue }
          steps[column] += change
          let start = column * n
          for row in 0..<n { pulled[row] += change * curvature[row] * values[start + row] }
          largest = max(largest, abs(change) * bend)
        }
        if largest < precision { return }
      }
    }
  }

  /// Goes along the steps as far as the objective falls; false where rounding allows no more.
  mutating func move(_ penalty: Double) -> Bool {
    let change = x.product(steps)
    let before = objective(weights, margins, penalty)
    var size = 1.0
    for _ in 0..<30 {
      let next = zip(weights, steps).map { $0 + size * $1 }
      let further = zip(margins, change).map { $0 + size * $1 }
      if objective(next, further, penalty) <= before + 1e-13 * abs(before) {
        (weights, margins) = (next, further)
        return true
      }
      size /= 2
    }
    return false
  }

  private func objective(_ weights: [Double], _ margins: [Double], _ penalty: Double) -> Double {
    var sum = penalty * weights.reduce(0) { $0 + abs($1) }
    for row in 0..<x.count where counted[row] > 0 {
      let z = classes[row] * margins[row]
      sum += z > 0 ? log1p(exp(-z)) : log1p(exp(z)) - z
    }
    return sum
  }
}

private func sign(_ value: Double) -> Double { value < 0 ? -1 : 1 }

/// The inner product of a column that starts at `start` with a vector; in eight sums, which the processor adds at once.
private func dot(
  _ columns: UnsafeBufferPointer<Double>, _ start: Int, _ vector: UnsafeBufferPointer<Double>
) -> Double {
  let n = vector.count
  guard let a = columns.baseAddress.map({ UnsafeRawPointer($0 + start) }),
    let b = vector.baseAddress.map({ UnsafeRawPointer($0) })
  else { return 0 }
  var sums = SIMD8<Double>.zero
  let whole = n / 8 * 8
  for place in stride(from: 0, to: whole, by: 8) {
    sums +=
      a.loadUnaligned(fromByteOffset: 8 * place, as: SIMD8<Double>.self)
      * b.loadUnaligned(fromByteOffset: 8 * place, as: SIMD8<Double>.self)
  }
  return (whole..<n).reduce(sums.sum()) { $0 + columns[start + $1] * vector[$1] }
}
