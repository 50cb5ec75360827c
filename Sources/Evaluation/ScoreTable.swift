import Datasets
import Files

/// Scores in long form: a row for each arm, seed and item.
public struct ScoreTable: Sendable {
  /// The names of the arms, in order.
  public let arms: [String]
  private let seeds: [String]
  private let items: [String]
  private var cells: [Double?]

  /// The columns `arm`, `seed`, `item` and `score`.
  ///
  /// - Throws: ``UserError`` for columns of different length, or two scores for the same arm, seed and item.
  public init(_ inputs: NamedArrays) throws {
    let arm = try inputs.classes("arm"), seed = try inputs.classes("seed")
    let item = try inputs.classes("item"), score = try inputs.column("score")
    let lengths = [arm.codes.count, seed.codes.count, item.codes.count]
    try require(
      lengths.allSatisfy { $0 == score.count },
      "arm, seed and item have \(lengths.map(String.init).joined(separator: ", ")) rows, and score "
        + "has \(score.count): they must be as many")
    (arms, seeds, items) = (arm.names, seed.names, item.names)
    let (first, overflow) = arms.count.multipliedReportingOverflow(by: seeds.count)
    let (total, more) = first.multipliedReportingOverflow(by: items.count)
    try require(
      !overflow && !more && total <= 1 << 28, "arms × seeds × items are more than can be held")
    cells = Array(repeating: nil, count: total)
    for row in score.indices {
      let place = (arm.codes[row] * seeds.count + seed.codes[row]) * items.count + item.codes[row]
      try require(
        cells[place] == nil,
        "row \(row + 1) scores arm \(arms[arm.codes[row]]), seed \(seeds[seed.codes[row]]), item "
          + "\(items[item.codes[row]]) a second time")
      cells[place] = score[row]
    }
  }

  /// The scores of an arm, `[seed][item]`, over the seeds it has.
  ///
  /// - Throws: ``UserError`` naming an item that a seed lacks.
  public func scores(of arm: String) throws -> [[Double]] {
    guard let place = arms.firstIndex(of: arm) else { throw UserError("there is no arm \(arm)") }
    return try seeds.indices.compactMap { seed in
      let start = (place * seeds.count + seed) * items.count
      let row = cells[start..<start + items.count]
      guard row.contains(where: { $0 != nil }) else { return nil }
      if let missing = row.firstIndex(of: nil) {
        throw UserError(
          "arm \(arm), seed \(seeds[seed]) has no score for item \(items[missing - start])")
      }
      return row.compactMap { $0 }
    }
  }
}
