import Files

/// How p-values are raised when several claims are tested at once.
public enum Multiplicity: String, Codable, CaseIterable, Sendable {
  /// Bounds the probability of any false finding, whatever the dependence.
  ///
  /// - Source: Holm, *A simple sequentially rejective multiple test procedure*, 1979.
  case holm
  /// Bounds the expected share of false findings, for independent or positively dependent tests.
  ///
  /// - Source: Benjamini & Hochberg, *Controlling the false discovery rate*, 1995.
  case benjaminiHochberg = "benjamini-hochberg"

  /// The p-values, in the given order, that may each be held against the level of the whole family.
  ///
  /// - Throws: ``UserError`` for a value outside `[0, 1]`.
  public func adjusted(_ p: [Double]) throws -> [Double] {
    if let place = p.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw UserError("p-value \(place) is \(p[place]), but must lie between 0 and 1")
    }
    var result = p
    var bound: Double
    switch self {
    case .holm:
      bound = 0
      for (rank, place) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
        bound = max(bound, min(1, p[place] * Double(p.count - rank)))
        result[place] = bound
      }
    case .benjaminiHochberg:
      bound = 1
      for (rank, place) in p.indices.sorted(by: { p[$0] > p[$1] }).enumerated() {
        bound = min(bound, p[place] * Double(p.count) / Double(p.count - rank))
        result[place] = bound
      }
    }
    return result
  }
}
