import Foundation

/// How far two partitions of the same examples agree, from how many examples lie in each pair of their parts.
public struct PartitionAgreement: Sendable {
  private let pairs: [Double]
  private let first: [Double]
  private let second: [Double]
  private let count: Double
  /// Examples in part i of the first (row) and part j of the second, both as they are named.
  private let table: [[Double]]

  /// The partitions that `one` and `other` name the part of each example in; both as long.
  public init(_ one: [Int], _ other: [Int]) {
    struct Pair: Hashable { let a, b: Int }
    func sizes<Key: Hashable>(_ keys: some Sequence<Key>) -> [Double] {
      keys.reduce(into: [Key: Double]()) { $0[$1, default: 0] += 1 }.values.sorted()
    }
    pairs = sizes(zip(one, other).map { Pair(a: $0, b: $1) })
    first = sizes(one)
    second = sizes(other)
    count = Double(one.count)
    table = Self.table(one, other)
  }

  /// Hubert & Arabie's adjusted Rand index: 1 for the same partition, 0 on average for independent ones.
  ///
  /// - Source: Hubert & Arabie, *Comparing partitions*, Journal of Classification 1985.
  public var adjustedRandIndex: Double {
    func twos(_ sizes: [Double]) -> Double { sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
    let (both, a, b, all) = (twos(pairs), twos(first), twos(second), count * (count - 1) / 2)
    // Both are one part, or both all single examples: the same partition.
    guard all > 0, !(a == both && b == both) else { return 1 }
    let expected = a * b / all
    return (both - expected) / ((a + b) / 2 - expected)
  }

  /// Mutual information over the mean of both entropies; 1 where neither partition divides.
  public var normalisedMutualInformation: Double {
    func entropy(_ sizes: [Double]) -> Double {
      sizes.reduce(0) { $0 - $1 / count * log($1 / count) }
    }
    guard first.count > 1 || second.count > 1 else { return 1 }
    let mean = (entropy(first) + entropy(second)) / 2
    return max(0, entropy(first) + entropy(second) - entropy(pairs)) / mean
  }

  /// Clustering accuracy: the share of examples in agreement under the best one-to-one matching of parts.
  ///
  /// A smaller partition leaves parts of the other without a partner.
  ///
  /// - Source: Kuhn, *The Hungarian method for the assignment problem*, 1955.
  public var matchedAccuracy: Double {
    guard count > 0 else { return 1 }
    let most = table.flatMap(\.self).max() ?? 0
    let partners = Assignment.cheapest(table.map { $0.map { most - $0 } })
    return partners.enumerated().reduce(0) { $0 + table[$1.offset][$1.element] } / count
  }

  /// A square table, filled up with zeros where one partition has fewer parts.
  private static func table(_ one: [Int], _ other: [Int]) -> [[Double]] {
    func places(_ parts: [Int]) -> [Int: Int] {
      let names = Set(parts).sorted()
      return Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }
    let (rows, columns) = (places(one), places(other))
    let size = max(rows.count, columns.count)
    var table = Array(repeating: Array(repeating: 0.0, count: size), count: size)
    for (a, b) in zip(one, other) {
      if let row = rows[a], let column = columns[b] { table[row][column] += 1 }
    }
    return table
  }
}
