import Files
import Foundation

/// What one pass over raw numbers finds.
struct Statistics {
  var least = Float.infinity
  var greatest = -Float.infinity
  /// Whether all numbers are 0 or 1.
  var isBinary = true

  /// The most bytes that are looked at when a source opens.
  static let budget = 1 << 30

  /// Looks at the first examples of `store`, up to the budget.
  ///
  /// - Throws: ``UserError`` naming the row of a number that is not finite.
  init(_ store: any Store, name: String) throws {
    let rows = min(store.count, max(1, Self.budget / max(1, store.bytesPerExample)))
    let isBytes = store.element == .uint8
    try Self.each(store, 0..<rows) { row, numbers in
      // Of bytes only one thing is asked, and the first row of most pictures answers it.
      if isBytes, !isBinary { return false }
      for number in numbers {
        guard number.isFinite else {
          throw UserError("\(name) row \(row) holds \(number): each number must be finite")
        }
        least = min(least, number)
        greatest = max(greatest, number)
        if number != 0 && number != 1 { isBinary = false }
      }
      return true
    }
  }

  /// Means and deviations over `rows` of the inputs taken `width` apart: one for all, one for each
  /// column of a series, or one for each input.
  static func moments(
    _ store: any Store, _ rows: [Int], width: Int
  ) throws -> (mean: [Float], deviation: [Float]) {
    var sums = [Double](repeating: 0, count: width), squares = sums
    // Sums are taken around the first example, so that large offsets do not eat the digits.
    var centre = [Double](repeating: 0, count: width)
    let few = rows.prefix(max(1, budget / max(1, store.bytesPerExample)))
    var seen = 0
    try each(store, few) { _, numbers in
      if seen == 0 { for i in 0..<width { centre[i] = Double(numbers[i]) } }
      seen += 1
      var column = 0
      for number in numbers {
        let value = Double(number) - centre[column]
        sums[column] += value
        squares[column] += value * value
        column = column + 1 == width ? 0 : column + 1
      }
      return true
    }
    let count = Double(max(1, seen * (store.width / width)))
    let means = sums.map { $0 / count }
    let deviations = zip(squares, means).map { max(0, $0 / count - $1 * $1).squareRoot() }
    return (
      zip(means, centre).map { Float($0 + $1) },
      zip(deviations, centre).map { $0 > 1e-7 * max(1e-30, abs($1)) ? Float($0) : 1 }
    )
  }

  /// Calls `body` with the numbers of each row, until it returns false.
  private static func each(
    _ store: any Store, _ rows: some Sequence<Int>,
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Bool
  ) throws {
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: store.bytesPerExample, alignment: 8)
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: store.width)
    defer {
      raw.deallocate()
      floats.deallocate()
    }
    for row in rows {
      try store.copy(row, to: raw)
      store.element.decode(UnsafeRawBufferPointer(raw), swapped: store.swapped, to: floats)
      if try !body(row, floats) { return }
    }
  }
}
