import Files
import Foundation

/// Ratings as a table with a row for each person and a column for each film.
extension Opened {
  /// The people of a MovieLens folder; inputs are their ratings of the `most` films rated most.
  ///
  /// A rating of 0.5 to 5 stars becomes 0.1 to 1. No rating is 0, which stands outside that scale:
  /// a model of ratings masks it, one of choices takes any rating, or `--binarise threshold` a
  /// liked film. Standardised inputs would hide which ratings are missing.
  static func ratings(_ folder: String, name: String, most: Int) throws -> Opened {
    var fingerprint = Fingerprint()
    let all = try ratings((folder as NSString).appendingPathComponent("ratings.csv"), &fingerprint)
    var counts: [Int: Int] = [:]
    for rating in all { counts[rating.film, default: 0] += 1 }
    let films = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most).map(\.key)
    let people = Set(all.map(\.person)).sorted()
    let columns = Dictionary(uniqueKeysWithValues: films.enumerated().map { ($1, $0) })
    let rows = Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1, $0) })
    guard let size = product([people.count, films.count]) else {
      throw UserError("ratings.csv is too large")
    }
    try requireMemory(size, for: "ratings.csv")
    var levels = [UInt8](repeating: 0, count: size)
    var kept = 0
    for rating in all {
      guard let row = rows[rating.person], let column = columns[rating.film] else { continue }
      levels[row * films.count + column] = rating.halves
      kept += 1
    }
    let titles = try titles(
      (folder as NSString).appendingPathComponent("movies.csv"), &fingerprint)
    let store = ArrayStore(
      .owned(levels), count: people.count, shape: [films.count], element: .uint8)
    var reading = Reading(store, support: .unit)
    reading.divisor = 10
    // Two films may share a title.
    var seen: Set<String> = []
    reading.columns = films.map { film in
      let title = titles[film] ?? "film \(film)"
      return seen.insert(title).inserted ? title : "\(title) [\(film)]"
    }
    return Opened(
      name: name, train: reading, fingerprint: fingerprint.hex(),
      notes: [
        "0 stands for no rating, 0.1 to 1 for half a star to five",
        "\(kept) of \(all.count) ratings kept, those of the \(films.count) films rated most",
      ])
  }

  private struct Rating {
    let person: Int
    let film: Int
    /// Half stars, 1 to 10.
    let halves: UInt8
  }

  private static func ratings(
    _ path: String, _ fingerprint: inout Fingerprint
  ) throws -> [Rating] {
    var found: [Rating] = []
    try rows(path, "userId,movieId,rating", &fingerprint) { place, cells in
      guard let person = Int(cells[0]), let film = Int(cells[1]), let stars = Double(cells[2]),
        let halves = UInt8(exactly: stars * 2), (1...10).contains(halves)
      else {
        throw UserError("\(place) is not a person, a film and a rating of 0.5 to 5 in half stars")
      }
      found.append(Rating(person: person, film: film, halves: halves))
    }
    try require(!found.isEmpty, "\(lastPart(path)) holds no ratings")
    return found
  }

  private static func titles(
    _ path: String, _ fingerprint: inout Fingerprint
  ) throws -> [Int: String] {
    var titles: [Int: String] = [:]
    try rows(path, "movieId,title", &fingerprint) { place, cells in
      guard let film = Int(cells[0]) else { throw UserError("\(place) names no film by number") }
      titles[film] = cells[1]
    }
    return titles
  }

  /// Calls `visit` with the place and cells of each row below a header that starts as `header`.
  private static func rows(
    _ path: String, _ header: String, _ fingerprint: inout Fingerprint,
    _ visit: (String, [String]) throws -> Void
  ) throws {
    let title = lastPart(path), wanted = header.split(separator: ",").map(String.init)
    var isFirst = true
    try contents(path, &fingerprint).withUnsafeBytes { text in
      try CSV.scan(text, delimiter: UInt8(ascii: ","), name: title) { line, cells in
        let words = cells.map { String(decoding: $0, as: UTF8.self) }
        if isFirst {
          isFirst = false
          try require(
            words.starts(with: wanted), "\(title) does not start with the columns \(header)")
        } else {
          try visit("\(title) line \(line)", words)
        }
        return true
      }
    }
  }
}
