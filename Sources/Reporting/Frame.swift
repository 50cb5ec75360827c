/// Where a drawing lies on the paper, and how values become places.
struct Frame {
  let width, height: Double
  var left, right, top, bottom: Double
  var horizontal: Axis
  var vertical: Axis
  let legend: Legend
  /// Whether the names under the drawing are turned to find room.
  var slanted = false

  /// Room for the title, the legend, the labels and the names of the axes of `chart`.
  init(_ chart: Chart, width: Double, height: Double) {
    (self.width, self.height) = (width, height)
    legend = Legend(chart.legend, width: width - 32)
    top = (chart.title.isEmpty ? 16 : 42) + (legend.rows > 0 ? legend.height + 8 : 0)
    (horizontal, vertical) = chart.axes(width: width, height: height)
    left = 16 + (chart.y.isEmpty ? 0 : 20) + vertical.labelWidth + 8
    left = min(left, width * 0.45)
    right = width - (chart.hasScale ? 78 : 20)
    let slot = (right - left) / Double(max(1, horizontal.ticks.count))
    // Short names, such as numbers, are left out in between rather than turned.
    slanted = horizontal.named && horizontal.labelWidth + 10 > max(slot, 40)
    if slanted { left = max(left, min(110, horizontal.labelWidth * 0.79 + 8 - slot / 2)) }
    horizontal.thinLabels(length: right - left, spacing: slanted ? 15 : horizontal.labelWidth + 10)
    let labels = slanted ? min(96, horizontal.labelWidth * 0.62 + 16) : 20
    bottom = height - 12 - labels - (chart.x.isEmpty ? 0 : 20)
    bottom = max(bottom, top + 40)
    vertical.thinLabels(length: bottom - top, spacing: 14)
  }

  /// The horizontal place of `value`.
  func x(_ value: Double) -> Double {
    left + (right - left) * fraction(value, horizontal.range)
  }

  /// The vertical place of `value`, counted from the top.
  func y(_ value: Double) -> Double {
    bottom - (bottom - top) * fraction(value, vertical.range)
  }

  private func fraction(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}

extension Chart {
  /// Whether a scale of colours stands at the right.
  var hasScale: Bool {
    if case .heatMap = marks { true } else { false }
  }

  /// The entries of the legend; none where there is nothing to tell apart.
  var legend: [(colour: Colour, name: String)] {
    switch marks {
    case .lines(let lines):
      lines.enumerated().map { (Palette.colour($0.offset), $0.element.name) }
    case .points(let points):
      points.legend.map { (points.colour(of: $0.number), $0.name) }
    case .bars(let bars) where bars.series.count > 1:
      bars.series.enumerated().map { (Palette.colour($0.offset), $0.element.name) }
    case .bars, .histogram, .heatMap: []
    }
  }

  /// Both axes, with marks as dense as a drawing of this size can bear.
  func axes(width: Double, height: Double) -> (Axis, Axis) {
    let (across, up) = (max(2, Int(width / 95)), max(2, Int(height / 55)))
    switch marks {
    case .lines(let lines):
      let heights = lines.lazy.flatMap { $0.y + $0.low + $0.high }
      return (
        Axis(over: lines.lazy.flatMap(\.x), margin: 0.015, about: across),
        Axis(over: heights, margin: 0.06, about: up)
      )
    case .points(let points):
      let drawn = points.drawable
      return (
        Axis(over: drawn.lazy.map { points.x[$0] }, margin: 0.04, about: across),
        Axis(over: drawn.lazy.map { points.y[$0] }, margin: 0.04, about: up)
      )
    case .bars(let bars):
      let heights = bars.series.lazy.flatMap(\.values)
      return (
        Axis(names: bars.labels), Axis(over: heights, margin: 0.05, about: up, fromZero: true)
      )
    case .histogram(let histogram):
      let counts = histogram.counts.lazy.map(Double.init)
      return (
        Axis(over: histogram.edges, margin: 0.01, about: across),
        Axis(over: counts, margin: 0.05, about: up, fromZero: true)
      )
    case .heatMap(let map):
      return (Axis(names: map.columns), Axis(names: map.rows, reversed: true))
    }
  }
}
