import Foundation

/// How far two partitions of the same examples agree, from how many examples lie in each pair of their parts.
struct PartitionAgreement: Sendable {
  private let pairs: [Double]
  private let first: [Double]
  private let second: [Double]
  private let count: Double

  /// The partitions that `one` and `other` name the part of each example in; both as long.
  init(_ one: [Int], _ other: [Int]) {
    struct Pair: Hashable { let a, b: Int }
    func sizes<Key: Hashable>(_ keys: some Sequence<Key>) -> [Double] {
      keys.reduce(into: [Key: Double]()) { $0[$1, default: 0] += 1 }.values.sorted()
    }
    pairs = sizes(zip(one, other).map { Pair(a: $0, b: $1) })
    first = sizes(one)
    second = sizes(other)
    count = Double(one.count)
  }

  /// Hubert & Arabie's adjusted Rand index: 1 for the same partition, 0 on average for independent ones.
  ///
  /// - Source: Hubert & Arabie, *Comparing partitions*, Journal of Classification 1985.
  var adjustedRandIndex: Double {
    func twos(_ sizes: [Double]) -> Double { sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
    let (both, a, b, all) = (twos(pairs), twos(first), twos(second), count * (count - 1) / 2)
    // Both are one part, or both all single examples: the same partition.
    guard all > 0, !(a == both && b == both) else { return 1 }
    let expected = a * b / all
    return (both - expected) / ((a + b) / 2 - expected)
  }

  /// Mutual information over the mean of both entropies; 1 where neither partition divides.
  var normalisedMutualInformation: Double {
    func entropy(_ sizes: [Double]) -> Double {
      sizes.reduce(0) { $0 - $1 / count * log($1 / count) }
    }
    guard first.count > 1 || second.count > 1 else { return 1 }
    let mean = (entropy(first) + entropy(second)) / 2
    return max(0, entropy(first) + entropy(second) - entropy(pairs)) / mean
  }
}

/// Parts numbered from 0 in the order in which they appear; −1, which is no part, stays.
func numbered(_ parts: [Int]) -> [Int] {
  var places: [Int: Int] = [-1: -1]
  return parts.map { part in
    if let place = places[part] { return place }
    places[part] = places.count - 1
    return places.count - 2
  }
}
