/// Numbers to be drawn, with a title and the names of both axes.
///
/// Values that are not finite are left out. A chart becomes an SVG picture (``svg(width:height:)``),
/// a plotly.js figure (``plotlyJSON()``), or a table (``csv()``).
public struct Chart: Equatable, Sendable {
  /// What the chart shows; also the name of its files.
  public var title: String
  /// The name of the horizontal axis, with its unit.
  public var x: String
  /// The name of the vertical axis, with its unit.
  public var y: String
  /// What is drawn.
  public var marks: Marks

  /// A chart of `marks`.
  public init(_ title: String, x: String = "", y: String = "", _ marks: Marks) {
    (self.title, self.x, self.y, self.marks) = (title, x, y, marks)
  }

  /// The kinds of drawing.
  public enum Marks: Equatable, Sendable {
    /// Curves, each with its own points.
    case lines([Line])
    /// Points in the plane.
    case points(Points)
    /// Bars side by side over named places.
    case bars(Bars)
    /// Counts over intervals.
    case histogram(Histogram)
    /// A matrix in colours.
    case heatMap(HeatMap)
  }
}

/// A named curve, with an optional band around it.
public struct Line: Equatable, Sendable {
  /// The name in the legend.
  public var name: String
  /// Horizontal positions.
  public var x: [Double]
  /// Heights, one per position.
  public var y: [Double]
  /// The band's lower edge, one per position; empty for no band.
  public var low: [Double]
  /// The band's upper edge, one per position; empty for no band.
  public var high: [Double]

  /// A curve through `(x, y)`; the positions are 1, 2, 3 … unless given.
  public init(
    _ name: String, x: [Double]? = nil, y: [Double], low: [Double] = [], high: [Double] = []
  ) {
    let x = x ?? y.indices.map { Double($0 + 1) }
    precondition(x.count == y.count, "\(x.count) positions for \(y.count) heights")
    precondition(low.count == high.count, "\(low.count) lower and \(high.count) upper edges")
    precondition(low.isEmpty || low.count == y.count, "\(low.count) edges, \(y.count) heights")
    (self.name, self.x, self.y, self.low, self.high) = (name, x, y, low, high)
  }

  /// The stretches between values that have no place, each cut down to what a screen can show.
  var stretches: [[(x: Double, y: Double)]] {
    split(x.indices.map { (x[$0], y[$0]) }).map { thinned($0, to: 2000) }
  }

  /// The band's outline per stretch: along the upper edge and back along the lower.
  var outlines: [[(x: Double, y: Double)]] {
    guard !low.isEmpty else { return [] }
    let whole = x.indices.filter {
      isDrawable(x[$0]) && isDrawable(low[$0]) && isDrawable(high[$0])
    }
    let runs = whole.reduce(into: [[Int]]()) { runs, index in
      if let last = runs.last?.last, last + 1 == index {
        runs[runs.count - 1].append(index)
      } else {
        runs.append([index])
      }
    }
    return runs.map { run in
      thinned(run.map { (x[$0], high[$0]) }, to: 1000)
        + thinned(run.map { (x[$0], low[$0]) }, to: 1000).reversed()
    }
  }
}

/// Points in the plane, coloured by class.
public struct Points: Equatable, Sendable {
  /// Horizontal positions.
  public var x: [Double]
  /// Vertical positions, one per point.
  public var y: [Double]
  /// Class numbers, one per point; empty where there are no classes.
  public var classes: [Int]
  /// What the classes are called; a class without a name is shown by its number.
  public var names: [String]
  /// What is said about each point under the pointer; empty for nothing.
  public var hover: [String]
  /// Whether classes are rising levels of a number and so have the colours of magnitudes.
  public private(set) var isRising = false

  /// Points at `(x, y)`.
  public init(
    x: [Double], y: [Double], classes: [Int] = [], names: [String] = [], hover: [String] = []
  ) {
    precondition(x.count == y.count, "\(x.count) positions for \(y.count) heights")
    precondition(classes.isEmpty || classes.count == x.count, "\(classes.count) classes")
    precondition(hover.isEmpty || hover.count == x.count, "\(hover.count) hover texts")
    (self.x, self.y, self.classes, self.names, self.hover) = (x, y, classes, names, hover)
  }

  /// The class numbers that occur, rising, with their names.
  var legend: [(number: Int, name: String)] {
    Set(classes).sorted().map { ($0, name(of: $0)) }
  }

  /// Colours the points by `values`, one per point, in up to nine levels that hold as many points each; what is not
  /// finite is of no level.
  public mutating func colour(by values: [Double]) {
    precondition(values.count == x.count, "\(values.count) values for \(x.count) points")
    let finite = values.filter(\.isFinite).sorted()
    guard let last = finite.last else { return }
    let most = 9
    let starts = Set((0..<most).map { finite[$0 * finite.count / most] }).sorted()
    classes = values.map { value in
      value.isFinite ? (starts.lastIndex { $0 <= value } ?? 0) : starts.count
    }
    names = starts.indices.map { level in
      let end = level + 1 < starts.count ? starts[level + 1] : last
      return "\(readable(starts[level])) – \(readable(end))"
    }
    names.append("no number")
    isRising = true
  }

  /// The colour of a class.
  func colour(of number: Int) -> Colour {
    guard isRising else { return Palette.colour(number) }
    let levels = names.count - 1
    return Palette.magnitude(
      number < levels ? Double(number) / Double(max(1, levels - 1)) : .nan)
  }

  func name(of number: Int) -> String {
    names.indices.contains(number) ? names[number] : String(number)
  }

  /// Indices of the points that have a place.
  var drawable: [Int] { x.indices.filter { isDrawable(x[$0]) && isDrawable(y[$0]) } }
}

/// Bars side by side: one group per label, one bar per series.
public struct Bars: Equatable, Sendable {
  /// The names of the groups, from the left.
  public var labels: [String]
  /// The series: a name and one height per label.
  public var series: [(name: String, values: [Double])]

  /// Several series over the same labels.
  public init(labels: [String], series: [(name: String, values: [Double])]) {
    for (name, values) in series {
      precondition(values.count == labels.count, "\(name): \(values.count), not \(labels.count)")
    }
    (self.labels, self.series) = (labels, series)
  }

  /// One series.
  public init(labels: [String], values: [Double]) {
    self.init(labels: labels, series: [("value", values)])
  }

  /// Whether labels, names and heights agree.
  public static func == (a: Bars, b: Bars) -> Bool {
    a.labels == b.labels && a.series.map(\.name) == b.series.map(\.name)
      && a.series.map(\.values) == b.series.map(\.values)
  }
}

/// Counts of values over intervals of equal width.
public struct Histogram: Equatable, Sendable {
  /// The limits of the intervals, rising: one more than there are counts.
  public let edges: [Double]
  /// How many values lie in each interval.
  public let counts: [Int]

  /// Counts of the finite `values` over `bins` intervals between the least and the greatest.
  public init(of values: [Double], bins: Int = 30) {
    precondition(bins > 0, "a histogram of \(bins) intervals")
    let range = range(of: values)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    edges = (0...bins).map { range.lowerBound + Double($0) * width }
    counts = values.reduce(into: [Int](repeating: 0, count: bins)) { counts, value in
      guard isDrawable(value) else { return }
      counts[min(bins - 1, max(0, Int((value - range.lowerBound) / width)))] += 1
    }
  }
}

/// A matrix drawn in colours, its first row on top.
public struct HeatMap: Equatable, Sendable {
  /// The values, `[row][column]`; rows are of one length.
  public var values: [[Double]]
  /// The names of the rows; empty for their numbers.
  public var rows: [String]
  /// The names of the columns; empty for their numbers.
  public var columns: [String]

  /// A matrix with named rows and columns.
  public init(_ values: [[Double]], rows: [String] = [], columns: [String] = []) {
    let width = values.first?.count ?? 0
    precondition(values.allSatisfy { $0.count == width }, "rows of different lengths")
    precondition(rows.isEmpty || rows.count == values.count, "\(rows.count) row names")
    precondition(columns.isEmpty || columns.count == width, "\(columns.count) column names")
    let named = { (names: [String], count: Int) in
      names.isEmpty ? (0..<count).map(String.init) : names
    }
    self.values = values
    (self.rows, self.columns) = (named(rows, values.count), named(columns, width))
  }
}
