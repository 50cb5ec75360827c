extension Chart {
  /// The chart in one or two sentences, for those who do not see it.
  public var summary: String {
    let axes = x.isEmpty || y.isEmpty ? "" : " \(y) against \(x)."
    switch marks {
    case .lines(let lines):
      return "Line chart: \(title).\(axes) " + lines.prefix(6).map(course).joined(separator: "; ")
    case .points(let points):
      let classes = points.legend.count
      let kinds = classes > 0 ? " in \(classes) classes" : ""
      return "Scatter plot: \(title). \(points.drawable.count) points\(kinds).\(axes)"
    case .bars(let bars):
      return "Bar chart: \(title).\(axes) \(bars.labels.count) groups, \(extent(of: bars))."
    case .histogram(let histogram):
      let total = histogram.counts.reduce(0, +)
      return "Histogram: \(title). \(total) values from \(readable(histogram.edges[0])) to "
        + "\(readable(histogram.edges[histogram.edges.count - 1]))."
    case .heatMap(let map):
      let range = range(of: map.values.joined())
      return "Heat map: \(title). \(map.rows.count) rows and \(map.columns.count) columns, from "
        + "\(readable(range.lowerBound)) to \(readable(range.upperBound))."
    }
  }

  private func course(_ line: Line) -> String {
    let heights = line.y.filter(isDrawable)
    guard let first = heights.first, let last = heights.last else {
      return "\(line.name) has no values"
    }
    return "\(line.name) goes from \(readable(first)) to \(readable(last))"
  }

  private func extent(of bars: Bars) -> String {
    let range = range(of: bars.series.lazy.flatMap(\.values))
    return "from \(readable(range.lowerBound)) to \(readable(range.upperBound))"
  }
}
