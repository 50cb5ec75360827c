extension Array where Element == Double {
  /// The place of each value among all in ascending order, counted from 1; equal ones share the mean of theirs.
  public var ranks: [Double] {
    let order = indices.sorted { self[$0] < self[$1] }
    var (ranks, start) = (self, 0)
    while start < order.count {
      // Where a value is no number it equals nothing, not even itself.
      var end = start + 1
      while end < order.count, self[order[end]] == self[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}

/// Spearman's correlation: Pearson's of the ranks; `still` where one list never changes.
public func rankCorrelation(
  _ one: [Double], _ other: [Double], still: Double = .nan
) -> Double {
  let (a, b) = (one.ranks, other.ranks)
  let centre = Double(a.count + 1) / 2
  let product = zip(a, b).reduce(0) { $0 + ($1.0 - centre) * ($1.1 - centre) }
  func squares(_ ranks: [Double]) -> Double {
    ranks.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  }
  let both = squares(a) * squares(b)
  return both > 0 ? product / both.squareRoot() : still
}
