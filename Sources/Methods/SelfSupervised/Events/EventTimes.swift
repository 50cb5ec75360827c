import Datasets
import Files

/// A column of times: numbers in any unit, or dates, which become seconds.
struct EventTimes {
  let seconds: [Double]

  /// The column called `name`.
  ///
  /// - Throws: `UserError` for a cell that is neither.
  init(_ inputs: NamedArrays, _ name: String) throws {
    guard case .words(let cells) = try inputs.content(name) else {
      seconds = try inputs.column(name)
      return
    }
    seconds = try cells.enumerated().map { row, cell in
      guard let time = Self.seconds(cell) else {
        throw UserError(
          "\(name): row \(row + 1) holds \(cell.prefix(40)), which is neither a number nor a date such as "
            + "2024-03-01 or 2024-03-01T10:20:30")
      }
      return time
    }
  }

  /// Seconds since 1970 of a date `year-month-day`, with `hour:minute:second` after it or not; time zones are not
  /// read, as if all were one.
  static func seconds(_ text: String) -> Double? {
    let parts = text.split { !$0.isASCII || !$0.isNumber }.prefix(6).compactMap { Int($0) }
    guard parts.count >= 3, 1...9999 ~= parts[0], 1...12 ~= parts[1], 1...31 ~= parts[2] else {
      return nil
    }
    let clock = Array(parts.dropFirst(3)) + [0, 0, 0]
    guard clock[0] < 25, clock[1] < 60, clock[2] < 61 else { return nil }
    // A year that begins in March has its leap day at the end: Hinnant, chrono-compatible date algorithms.
    let year = parts[1] > 2 ? parts[0] : parts[0] - 1
    let day = (153 * ((parts[1] + 9) % 12) + 2) / 5 + parts[2] - 1
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day - 719_468
    return Double(days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
  }
}
