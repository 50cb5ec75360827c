/// What is wrong with something a person gave, in one sentence: what, where, and what would be right.
public struct UserError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The sentence, without a final line break.
  public let description: String

  /// An error that says `sentence`.
  public init(_ sentence: String) { description = sentence }
}

/// Throws `sentence` as a ``UserError`` unless `condition` holds.
public func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  if !condition { throw UserError(sentence()) }
}

/// The candidate nearest to `word` in edits, when it is near enough to be what was meant.
///
/// - Complexity: O(candidates × letters²).
public func nearest(to word: String, among candidates: [String]) -> String? {
  let scored = candidates.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
  guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
  return best.1 <= max(1, word.count / 3) ? best.0 : nil
}

/// Least number of insertions, deletions, substitutions and swaps of neighbours between two words.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a), b = Array(b)
  var rows = [[Int](0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, rows[i - 1][j - 1] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
