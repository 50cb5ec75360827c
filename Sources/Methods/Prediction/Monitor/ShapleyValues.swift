import Datasets
import Torch

/// How much each feature moves a sum of trees from what it says of a background to what it says of a row.
///
/// Exact: features that are not given come from each background row in turn.
///
/// - Source: Lundberg et al., *From local explanations to global understanding with explainable AI for trees*, Nature
///   Machine Intelligence, 2020, the interventional algorithm.
struct ShapleyValues {
  let trees: [RegressionTree]
  let background: FeatureMatrix

  /// Shapley values of each row, `[row][feature]`; those of a row sum to its value less the background's mean.
  func values(_ x: FeatureMatrix) -> [[Double]] {
    let rows = Double(max(background.count, 1))
    return (0..<x.count).map { row in
      var found = Array(repeating: 0.0, count: x.width)
      for other in 0..<background.count {
        var pair = Pair(x.row(row), background.row(other), found)
        for tree in trees { pair.add(tree, 0, kept: 0, replaced: 0) }
        found = pair.found
      }
      return found.map { $0 / rows }
    }
  }
}

/// A row against one row of the background.
private struct Pair {
  let own: [Double]
  let other: [Double]
  var found: [Double]
  /// Whose value decides a feature on the way down: 0 nobody's yet, 1 the row's, 2 the background's.
  private var chosen: [UInt8]

  init(_ own: ArraySlice<Double>, _ other: ArraySlice<Double>, _ found: [Double]) {
    self.own = Array(own)
    self.other = Array(other)
    self.found = found
    chosen = Array(repeating: 0, count: own.count)
  }

  /// Walks every end that some mixture of both rows reaches.
  mutating func add(_ tree: RegressionTree, _ place: Int, kept: Int, replaced: Int) {
    let node = tree.nodes[place]
    guard node.feature >= 0 else { return credit(node.value, kept, replaced) }
    let mine = own[node.feature] <= node.threshold ? node.left : node.right
    let theirs = other[node.feature] <= node.threshold ? node.left : node.right
    switch chosen[node.feature] {
    case 1: add(tree, mine, kept: kept, replaced: replaced)
    case 2: add(tree, theirs, kept: kept, replaced: replaced)
    default:
      guard mine != theirs else { return add(tree, mine, kept: kept, replaced: replaced) }
      chosen[node.feature] = 1
      add(tree, mine, kept: kept + 1, replaced: replaced)
      chosen[node.feature] = 2
      add(tree, theirs, kept: kept, replaced: replaced + 1)
      chosen[node.feature] = 0
    }
  }

  /// An end counts for the features it keeps and against those it replaces, each order being equally likely.
  private mutating func credit(_ value: Double, _ kept: Int, _ replaced: Int) {
    guard kept + replaced > 0 else { return }
    let gain = kept > 0 ? value / (Double(kept) * choose(kept + replaced, kept)) : 0
    let loss = replaced > 0 ? value / (Double(replaced) * choose(kept + replaced, replaced)) : 0
    for feature in chosen.indices {
      if chosen[feature] == 1 { found[feature] += gain }
      if chosen[feature] == 2 { found[feature] -= loss }
    }
  }
}

/// The number of ways to choose `k` of `n`.
private func choose(_ n: Int, _ k: Int) -> Double {
  (0..<k).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }
}
