/// A clique of a graph that owns a vertex: one whose neighbours are exactly the rest of the clique.
struct IndependentClique: Equatable, Sendable {
  /// All vertices, ascending.
  let members: [Int]
  /// The vertices without a neighbour outside.
  let owners: [Int]
}

/// Variables joined where the size of their correlation exceeds a threshold.
///
/// - Source: Kim & Zhou, *Structure Learning of Latent Factors via Clique Search on Correlation
///   Thresholded Graphs*, ICML 2023, arXiv:2203.01471.
struct CorrelationGraph {
  let variables: Int
  /// Words of a row of bits.
  private let words: Int
  /// Bit j of row i: whether j is i or a neighbour of i.
  private var neighbourhoods: [UInt64]

  /// The graph of `correlations`, row-major `[p, p]`, above `threshold`.
  init(_ correlations: [Double], variables p: Int, above threshold: Double) {
    variables = p
    words = (p + 63) / 64
    neighbourhoods = [UInt64](repeating: 0, count: p * words)
    for i in 0..<p {
      for j in 0..<p where i == j || abs(correlations[i * p + j]) > threshold {
        neighbourhoods[i * words + j / 64] |= 1 << UInt64(j % 64)
      }
    }
  }

  /// The maximal cliques of `smallest` or more vertices that own one, in the order of their members.
  ///
  /// Such a clique is the neighbourhood of its owner, so that no search is needed: a vertex owns one where
  /// its neighbours are all neighbours of each other.
  func independentCliques(smallest: Int) -> [IndependentClique] {
    var places: [ArraySlice<UInt64>: Int] = [:]
    var found: [(members: [Int], owners: [Int])] = []
    for i in 0..<variables {
      let row = neighbourhoods[i * words..<(i + 1) * words]
      let size = row.reduce(0) { $0 + $1.nonzeroBitCount }
      guard size >= smallest else { continue }
      if let place = places[row] {
        found[place].owners.append(i)
        continue
      }
      let members = members(of: row)
      guard members.allSatisfy({ covers($0, i) }) else { continue }
      places[row] = found.count
      found.append((members, [i]))
    }
    return found.sorted { $0.members.lexicographicallyPrecedes($1.members) }
      .map { IndependentClique(members: $0.members, owners: $0.owners) }
  }

  private func members(of row: ArraySlice<UInt64>) -> [Int] {
    var members: [Int] = []
    for (place, word) in row.enumerated() {
      var rest = word
      while rest != 0 {
        members.append(place * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return members
  }

  /// Whether every neighbour of `i` is one of `j`.
  private func covers(_ j: Int, _ i: Int) -> Bool {
    neighbourhoods.withUnsafeBufferPointer { bits in
      for word in 0..<words where bits[i * words + word] & ~bits[j * words + word] != 0 {
        return false
      }
      return true
    }
  }
}
