import Files
import Foundation

/// Tables that are laid out in another way than a row for each example.
extension Opened {
  /// A CSV with a row for each input and a column for each example, as gene expression comes.
  ///
  /// The first column names the inputs. Columns of numbers are examples, and what is after the last
  /// underscore of their names, as in `s01_ALL`, is their class; other columns are left out.
  static func turned(_ path: String, name: String, _ options: SourceOptions, like: Like?) throws
    -> Opened
  {
    var fingerprint = Fingerprint(), notes: [String] = []
    let title = lastPart(path)
    var rows: [[String]] = []
    try contents(path, &fingerprint).withUnsafeBytes { text in
      try CSV.scan(text, delimiter: UInt8(ascii: ","), name: title) { _, cells in
        rows.append(cells.map { String(decoding: $0, as: UTF8.self) })
        return true
      }
    }
    let examples = (rows.first ?? []).indices.dropFirst().filter { place in
      rows.count > 1 && Float(rows[1][place]) != nil
    }
    try require(!examples.isEmpty, "\(title) has no column with the numbers of an example")
    var lines = [["class"] + rows.dropFirst().map { $0[0] }]
    for place in examples {
      lines.append([Self.lastWord(rows[0][place])] + rows.dropFirst().map { $0[place] })
    }
    let text = lines.map { $0.map(CSV.quoted).joined(separator: ",") }.joined(separator: "\n")
    let reading = try reading(
      table: .owned(Array(text.utf8)), title: title, label: "class", options, like: like,
      notes: &notes)
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }

  private static func lastWord(_ name: String) -> String {
    name.split(separator: "_").last.map(String.init) ?? name
  }

  /// The points of one pair of quantities, and in a note which causes the other.
  ///
  /// - Parameter pair: The row of `Tuebingen_pairs.csv`: its name and two lists of numbers.
  static func pair(
    _ pair: String, in folder: String, name: String, _ options: SourceOptions, like: Like?
  ) throws -> Opened {
    var fingerprint = Fingerprint(), notes: [String] = []
    func row(_ file: String) throws -> [String] {
      let path = (folder as NSString).appendingPathComponent(file)
      var found: [String]?
      try contents(path, &fingerprint).withUnsafeBytes { text in
        try CSV.scan(text, delimiter: UInt8(ascii: ","), name: file) { _, cells in
          if cells[0].elementsEqual(pair.utf8) {
            found = cells.map { String(decoding: $0, as: UTF8.self) }
          }
          return found == nil
        }
      }
      guard let found else { throw UserError("\(file) holds no row \(pair)") }
      return found
    }
    let file = "Tuebingen_pairs.csv"
    let cells = try row(file), lists = cells.dropFirst().map { $0.split(separator: " ") }
    try require(
      lists.count == 2 && lists[0].count == lists[1].count && !lists[0].isEmpty,
      "\(file) row \(pair) is not two lists of as many numbers")
    let points = zip(lists[0], lists[1]).map { "\($0),\($1)" }
    let reading = try reading(
      table: .owned(Array((["A,B"] + points).joined(separator: "\n").utf8)),
      title: "\(pair) of \(file)", label: "none", options, like: like, notes: &notes)
    switch try row("Tuebingen_targets.csv").last.flatMap(Double.init) {
    case 1: notes.append("A causes B")
    case -1: notes.append("B causes A")
    default: throw UserError("Tuebingen_targets.csv row \(pair) says neither 1 nor -1")
    }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}

/// The sets of a `LATENT_DATA` folder that are tables after some turning.
extension KnownSet {
  static let turned =
    [
      KnownSet(
        name: "golub", title: "Golub leukaemia expression",
        form: .turned("biology/golub_leukemia/golub_expression.csv")),
      KnownSet(
        name: "movielens", title: "MovieLens latest-small",
        form: .ratings("recommender/ml-latest-small", most: 1000),
        about: "people by the 1,000 films rated most, 0 for no rating"),
    ]
    + (1...99).map { number in
      let digits = String(number)
      return KnownSet(
        name: "tuebingen-" + String(repeating: "0", count: 3 - digits.count) + digits,
        title: "Tuebingen cause-effect pairs",
        form: .pair("pair\(number)", in: "causal/tuebingen_pairs"), isListed: number == 1,
        about: "tuebingen-001 to tuebingen-099")
    }
}
