import Foundation

/// Mutual information between a number and a class, from how near the neighbours of the same class are.
///
/// - Source: Ross, *Mutual information between discrete and continuous data sets*, PLoS ONE 2014, as in scikit-learn's
///   `mutual_info_classif`.
/// - Departs: no noise is added to numbers that are equal.
struct NeighbourInformation {
  /// Neighbours of its own class to which the distance of an example counts.
  var neighbours = 10

  /// The estimate, nats, not below 0; an example alone in its class is left out.
  func between(_ numbers: [Double], _ classes: [Int]) -> Double {
    let groups = Dictionary(grouping: numbers.indices) { classes[$0] }.values
      .filter { $0.count > 1 }.map { $0.map { numbers[$0] }.sorted() }
      .sorted { $0.lexicographicallyPrecedes($1) }
    let all = groups.joined().sorted()
    guard let most = [all.count, 1].max(), !all.isEmpty else { return 0 }
    let digamma = Self.digammas(upTo: most)
    var sum = 0.0
    for group in groups {
      let k = min(neighbours, group.count - 1)
      for place in group.indices {
        let distance = Self.distance(to: k, from: place, in: group)
        let radius = distance > 0 ? distance.nextDown : 0
        let around = Self.count(within: radius, of: group[place], in: all)
        sum += digamma[k] - digamma[group.count] - digamma[around]
      }
    }
    return max(0, digamma[all.count] + sum / Double(all.count))
  }

  /// How far the `k`-th nearest of ascending `numbers` is from the one at `place`.
  private static func distance(to k: Int, from place: Int, in numbers: [Double]) -> Double {
    let starts = max(0, place - k)...min(place, numbers.count - 1 - k)
    return starts.reduce(.infinity) { least, start in
      min(least, max(numbers[place] - numbers[start], numbers[start + k] - numbers[place]))
    }
  }

  /// How many of ascending `numbers` are at most `radius` from `centre`, itself included.
  private static func count(
    within radius: Double, of centre: Double, in numbers: [Double]
  ) -> Int {
    let first = numbers.partitioned { centre - $0 > radius }
    return numbers.partitioned { $0 - centre <= radius } - first
  }

  /// ψ of the whole numbers from 1; the entry at 0 is none.
  private static func digammas(upTo most: Int) -> [Double] {
    var values = [Double.nan, -0.577215664901532860606512090082]
    for whole in 1..<max(2, most) { values.append((values.last ?? 0) + 1 / Double(whole)) }
    return values
  }
}

extension [Double] {
  /// How many entries come before the first that does not satisfy `holds`, where those that do all come first.
  fileprivate func partitioned(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
