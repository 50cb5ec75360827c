import Datasets

/// Each feature cut into at most 255 intervals, in which trees look for their cuts.
struct FeatureBins: Sendable {
  /// The interval of each row, column after column.
  let codes: [UInt8]
  /// Where the intervals of each column end; the last one has no end.
  let edges: [[Double]]
  let count: Int

  init(_ x: FeatureMatrix) {
    count = x.count
    var codes: [UInt8] = []
    var edges: [[Double]] = []
    for column in 0..<x.width {
      let values = x.column(column)
      let distinct = Array(Set(values)).sorted()
      let step = max(1, (distinct.count + 253) / 254)
      var ends: [Double] = []
      for place in stride(from: step - 1, to: max(distinct.count - 1, 0), by: step) {
        ends.append(distinct[place] + (distinct[place + 1] - distinct[place]) / 2)
      }
      edges.append(ends)
      codes += values.map { UInt8(Self.place($0, ends)) }
    }
    self.codes = codes
    self.edges = edges
  }

  /// The first interval whose end is not below `value`.
  private static func place(_ value: Double, _ ends: [Double]) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if value <= ends[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// A tree of cuts with a number at each end, grown by the largest fall of the squared error.
struct RegressionTree: Sendable {
  /// A cut, or an end where `feature` is negative.
  struct Node: Sendable {
    var feature = -1
    /// Rows with at most this go left.
    var threshold = 0.0
    var left = 0
    var right = 0
    var value = 0.0
  }

  private(set) var nodes: [Node] = []

  /// A tree of these nodes, the first of which is the root.
  init(nodes: [Node]) { self.nodes = nodes }

  /// Grown on the binned rows; the values of its ends are means times `scale`.
  init(_ bins: FeatureBins, _ targets: [Double], depth: Int, leaf: Int, scale: Double) {
    var growth = Growth(bins, targets, depth: depth, leaf: leaf, scale: scale)
    growth.grow()
    nodes = growth.nodes
  }

  /// The tree's value for the row that starts at `start`.
  func value(_ values: [Double], at start: Int) -> Double {
    var node = 0
    while nodes[node].feature >= 0 {
      let isLeft = values[start + nodes[node].feature] <= nodes[node].threshold
      node = isLeft ? nodes[node].left : nodes[node].right
    }
    return nodes[node].value
  }
}

/// A tree as it grows.
private struct Growth {
  private let bins: FeatureBins
  private let targets: [Double]
  private let depth: Int
  private let leaf: Int
  private let scale: Double
  private var order: [Int]
  private var sums = Array(repeating: 0.0, count: 256)
  private var counts = Array(repeating: 0, count: 256)
  var nodes: [RegressionTree.Node] = []

  init(_ bins: FeatureBins, _ targets: [Double], depth: Int, leaf: Int, scale: Double) {
    self.bins = bins
    self.targets = targets
    self.depth = depth
    self.leaf = max(leaf, 1)
    self.scale = scale
    order = Array(targets.indices)
  }

  mutating func grow() { _ = add(0..<order.count, level: 0) }

  private mutating func add(_ range: Range<Int>, level: Int) -> Int {
    let place = nodes.count
    let sum = order[range].reduce(0) { $0 + targets[$1] }
    nodes.append(.init(value: range.isEmpty ? 0 : scale * sum / Double(range.count)))
    guard level < depth, range.count >= 2 * leaf, let cut = best(range, sum) else { return place }
    let codes = bins.codes
    let start = cut.feature * bins.count
    let middle = order[range].partition { codes[start + $0] > cut.bin }
    nodes[place].feature = cut.feature
    nodes[place].threshold = bins.edges[cut.feature][cut.bin]
    nodes[place].left = add(range.lowerBound..<middle, level: level + 1)
    nodes[place].right = add(middle..<range.upperBound, level: level + 1)
    return place
  }

  private func code(_ row: Int, _ feature: Int) -> Int {
    Int(bins.codes[feature * bins.count + row])
  }

  private mutating func best(_ range: Range<Int>, _ sum: Double) -> (feature: Int, bin: Int)? {
    let none = sum * sum / Double(range.count)
    var best: (feature: Int, bin: Int)?
    var most = none + 1e-12 * max(1, abs(none))
    for feature in bins.edges.indices where !bins.edges[feature].isEmpty {
      let ends = bins.edges[feature].count
      for bin in 0...ends { (sums[bin], counts[bin]) = (0, 0) }
      for place in range {
        let bin = code(order[place], feature)
        sums[bin] += targets[order[place]]
        counts[bin] += 1
      }
      var (left, below) = (0.0, 0)
      for bin in 0..<ends {
        left += sums[bin]
        below += counts[bin]
        guard below >= leaf, counts[bin] > 0 else { continue }
        let above = range.count - below
        guard above >= leaf else { break }
        let gain = left * left / Double(below) + (sum - left) * (sum - left) / Double(above)
        if gain > most { (most, best) = (gain, (feature, bin)) }
      }
    }
    return best
  }
}
