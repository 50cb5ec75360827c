import Foundation

/// Round numbers along an axis, with labels that tell neighbours apart and say no more.
public struct Ticks: Equatable, Sendable {
  /// The marked positions, rising, all inside the range.
  public let values: [Double]
  /// One label per position.
  public let labels: [String]

  /// About `count` multiples of 1, 2 or 5 times a power of ten inside `range`.
  ///
  /// - Parameters:
  ///   - whole: Whether only whole numbers make sense, as for epochs.
  public init(in range: ClosedRange<Double>, about count: Int = 5, whole: Bool = false) {
    let range = drawableRange(range.lowerBound, range.upperBound)
    let span = range.upperBound - range.lowerBound
    var step = niceStep(span / Double(max(1, count)))
    if whole { step = max(1, step) }
    // A hair of slack, because 0.3 / 0.1 is a little less than 3.
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    let multiples =
      last < first ? [] : (0...Int(min(last - first, 1000))).map { first + Double($0) }
    let values = multiples.map { $0 * step }
    let largest = values.map(abs).max() ?? 0
    self.values = values
    labels = values.map { label(of: $0, step: step, largest: largest) }
  }
}

/// The multiple of a power of ten by 1, 2 or 5 that is nearest to `rough` in ratio.
func niceStep(_ rough: Double) -> Double {
  guard rough > 0, rough.isFinite else { return 1 }
  let power = pow(10, floor(log10(rough)))
  let fraction = rough / power
  // The limits are the geometric means of neighbours: √2, √10, √50.
  let nice: Double = fraction < 1.414 ? 1 : fraction < 3.162 ? 2 : fraction < 7.071 ? 5 : 10
  return nice * power
}

/// Whether a value can be given a place on an axis; the bound keeps spans finite.
func isDrawable(_ value: Double) -> Bool { value.isFinite && abs(value) < 1e300 }

/// A range that has a width: a constant is opened on both sides.
func drawableRange(_ low: Double, _ high: Double) -> ClosedRange<Double> {
  guard isDrawable(low), isDrawable(high), low <= high else { return 0...1 }
  let size = max(abs(low), abs(high))
  if high - low > size * 1e-9 { return low...high }
  let half = size == 0 ? 0.5 : size * 0.05
  return low - half...high + half
}

/// The smallest range that holds every drawable value, widened by `margin` of itself on both sides.
func range(of values: some Sequence<Double>, margin: Double = 0) -> ClosedRange<Double> {
  var low = Double.infinity
  var high = -Double.infinity
  for value in values where isDrawable(value) {
    low = min(low, value)
    high = max(high, value)
  }
  let range = drawableRange(low, high)
  let extra = (range.upperBound - range.lowerBound) * margin
  return range.lowerBound - extra...range.upperBound + extra
}

/// `value` with as many decimals as `step` needs; as a power of ten when plain digits would be long.
private func label(of value: Double, step: Double, largest: Double) -> String {
  if value == 0 { return "0" }
  let stepExponent = Int(floor(log10(step) + 1e-9))
  let exponent = Int(floor(log10(largest) + 1e-9))
  let text: String
  if exponent >= 6 || stepExponent < -4 {
    let decimals = max(0, min(15, exponent - stepExponent))
    text = String(format: "%.\(decimals)fe%d", value / pow(10, Double(exponent)), exponent)
  } else {
    text = String(format: "%.\(max(0, -stepExponent))f", value)
  }
  return text.replacingOccurrences(of: "-", with: "−")
}

/// A number for people: as many significant `digits` at most, a true minus sign.
func readable(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return "–" }
  return String(format: "%.\(digits)g", value).replacingOccurrences(of: "-", with: "−")
}
