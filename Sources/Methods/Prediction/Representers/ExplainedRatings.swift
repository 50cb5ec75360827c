import Datasets
import Evaluation
import Files

/// A person's ratings, one of which is to be explained from the others.
struct ExplainedRatings {
  /// The ratings that are learnt from: all that are given but the one explained.
  let table: RatingTable
  /// Rows of the file that these are, from 0.
  let rows: [Int]
  /// The person and the item of the row explained.
  let asked: (person: Int, item: Int)
  /// The rating of the row explained, where it is given.
  let own: Double?
  let personNames: [String]
  let itemNames: [String]

  /// - Parameter row: The row to be explained, from 0.
  /// - Throws: ``UserError`` for missing arrays, arrays of different length, or too few ratings.
  init(_ inputs: NamedArrays, row: Int) throws {
    let people = try inputs.classes("person"), items = try inputs.classes("item")
    guard case .numbers(let ratings, let shape) = try inputs.content("rating"), shape.count == 1
    else { throw UserError("rating must hold one number for each row") }
    try require(
      people.codes.count == ratings.count && items.codes.count == ratings.count,
      "person, item and rating have \(people.codes.count), \(items.codes.count) and "
        + "\(ratings.count) rows: they must be as many")
    try require(
      ratings.indices.contains(row),
      "--row \(row + 1): must be between 1 and \(ratings.count), the rows there are")
    if let place = ratings.firstIndex(where: \.isInfinite) {
      throw UserError("rating: value \(place + 1) is \(ratings[place]); all must be finite")
    }
    let rows = ratings.indices.filter { $0 != row && !ratings[$0].isNaN }
    try require(
      rows.count >= 20, "there are \(rows.count) other ratings to learn from, and 20 are needed")
    self.rows = rows
    asked = (people.codes[row], items.codes[row])
    own = ratings[row].isNaN ? nil : ratings[row]
    (personNames, itemNames) = (people.names, items.names)
    table = try RatingTable(
      rows.map { people.codes[$0] }, rows.map { items.codes[$0] }, rows.map { ratings[$0] },
      size: (people.names.count, items.names.count))
    try require(
      !table.ofPerson[asked.person].isEmpty || !table.ofItem[asked.item].isEmpty,
      "row \(row + 1) is of a person and an item without another rating, so nothing speaks of it")
  }
}
