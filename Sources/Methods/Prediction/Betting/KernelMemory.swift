import Evaluation
import Foundation

/// Numbers seen so far, and the Gaussian kernel between them and a new one.
struct KernelMemory {
  private(set) var values: [Double] = []
  private let width: Int
  /// 1 / (2 · bandwidth²), from what was seen before the numbers it is used on.
  private var sharpness = 0.5
  private var next = 2

  /// A memory of points of `width` numbers.
  init(width: Int = 1) { self.width = width }

  var count: Int { values.count / width }

  /// Adds a point; the bandwidth, the median distance of points, follows until there are 100.
  mutating func remember(_ point: ArraySlice<Double>) {
    values += point
    guard count == next, next <= 128 else { return }
    next *= 2
    var distances: [Double] = []
    for one in 1..<count { for other in 0..<one { distances.append(squared(one, other)) } }
    let median = distances.median
    if median > 0 { sharpness = 0.5 / median }
  }

  private func squared(_ one: Int, _ other: Int) -> Double {
    (0..<width).reduce(0) { sum, axis in
      let gap = values[one * width + axis] - values[other * width + axis]
      return sum + gap * gap
    }
  }

  /// The kernel between each remembered point and `point`.
  func kernel(_ point: ArraySlice<Double>) -> [Double] {
    let start = point.startIndex
    var found = Array(repeating: 0.0, count: count)
    for place in found.indices {
      var distance = 0.0
      for axis in 0..<width {
        let gap = values[place * width + axis] - point[start + axis]
        distance += gap * gap
      }
      found[place] = exp(-sharpness * distance)
    }
    return found
  }

  /// The kernel between each remembered number and `number`.
  func kernel(_ number: Double) -> [Double] { kernel([number]) }

  /// The kernel between each of `others` and `number`.
  func kernel(_ number: Double, to others: [Double]) -> [Double] {
    others.map { exp(-sharpness * ($0 - number) * ($0 - number)) }
  }
}

/// Mean of the products.
func meanProduct(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for place in a.indices { sum += a[place] * b[place] }
  return sum / Double(max(a.count, 1))
}
