import Files
import Foundation
import Torch

/// Windows of a series: the number columns of a table, some steps at a time.
extension Opened {
  /// The windows of `window` steps, one starting at each step, split in the order of time.
  static func series(_ path: String, name: String, window: Int) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    let text = try contents(path, &fingerprint)
    let table = try text.withUnsafeBytes {
      try Table($0, name: lastPart(path), labelColumn: "none")
    }
    let columns = table.columns.compactMap { column -> (String, [Float])? in
      guard case .numbers(let numbers) = column.content, column.name.lowercased() != "label" else {
        return nil
      }
      return (column.name, filled(numbers))
    }
    try require(!columns.isEmpty, "\(lastPart(path)) has no column of numbers")
    try require(
      table.rows > window,
      "\(lastPart(path)) has \(table.rows) steps: too few for windows of \(window)")
    let missing = table.columns.reduce(0) { $0 + $1.missing }
    if missing > 0 {
      notes.append("\(counted(missing, "missing value")) replaced by the one before")
    }
    var values: [Float] = []
    values.reserveCapacity(table.rows * columns.count)
    for row in 0..<table.rows { values += columns.map { $0.1[row] } }
    var store = ArrayStore(values, count: table.rows - window + 1, shape: [window, columns.count])
    store.stride = columns.count * 4
    var reading = Reading(store, support: .real)
    reading.standardise = true
    reading.ordered = true
    reading.columns = columns.map(\.0)
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  /// Missing values take the one before them; at the start, the first there is.
  private static func filled(_ numbers: [Float]) -> [Float] {
    var last = numbers.first { !$0.isNaN } ?? 0
    return numbers.map { number in
      if !number.isNaN { last = number }
      return last
    }
  }
}
