/// One axis of a drawing: the values it covers and where it is marked.
struct Axis {
  var range: ClosedRange<Double>
  var ticks: [(value: Double, label: String)]
  /// Whether the places are names, not numbers.
  var named = false

  /// A numeric axis over `values`.
  init(over values: some Sequence<Double>, margin: Double, about count: Int, fromZero: Bool = false)
  {
    var whole = true
    let seen = values.lazy.filter(isDrawable)
    for value in seen where value.rounded() != value {
      whole = false
      break
    }
    let zero = fromZero ? [0.0] : []
    range = Reporting.range(of: Array(seen) + zero, margin: margin)
    if fromZero && range.lowerBound < 0 && !seen.contains(where: { $0 < 0 }) {
      range = 0...range.upperBound
    }
    let ticks = Ticks(in: range, about: count, whole: whole)
    self.ticks = Array(zip(ticks.values, ticks.labels))
  }

  /// An axis of named places at 0, 1, 2 …; from the top, or right to left, when `reversed`.
  init(names: [String], reversed: Bool = false) {
    let count = max(1, names.count)
    range = -0.5...Double(count) - 0.5
    named = true
    ticks = names.enumerated().map { index, name in
      (Double(reversed ? count - 1 - index : index), shortened(name, to: 18))
    }
  }

  /// Width of the widest label, in pixels.
  var labelWidth: Double { ticks.map { textWidth($0.label) }.max() ?? 0 }

  /// Keeps every k-th label, so that labels `spacing` pixels wide find room in `length` pixels.
  mutating func thinLabels(length: Double, spacing: Double) {
    guard named, !ticks.isEmpty else { return }
    let keep = Int((spacing * Double(ticks.count) / max(1, length)).rounded(.up))
    ticks = ticks.enumerated().filter { $0.offset % max(1, keep) == 0 }.map(\.element)
  }
}

/// An estimate of a text's width in pixels: fonts differ, and no font is at hand here.
func textWidth(_ text: String, size: Double = 12) -> Double {
  text.unicodeScalars.reduce(0) { $0 + size * ($1.value >= 0x2E80 ? 1 : 0.56) }
}

/// At most `count` characters, with an ellipsis where some are left out.
func shortened(_ text: String, to count: Int) -> String {
  text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
}
