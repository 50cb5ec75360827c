import Evaluation
import Files
import Torch

/// Who gave what to which item: the known entries of a matrix, on one scale.
struct RatingTable: Sendable {
  /// The person of each rating.
  let people: [Int]
  /// The item of each rating.
  let items: [Int]
  /// Each rating without the mean of all, over their deviation.
  let values: [Double]
  let mean: Double
  let deviation: Double
  /// The ratings of each person.
  let ofPerson: [[Int]]
  /// The ratings of each item.
  let ofItem: [[Int]]

  /// Ratings of `size` people and items, by place.
  ///
  /// - Throws: ``UserError`` where all ratings are the same.
  init(_ people: [Int], _ items: [Int], _ ratings: [Double], size: (people: Int, items: Int)) throws
  {
    let mean = ratings.mean
    let deviation = ratings.count > 1 ? ratings.variance.squareRoot() : 0
    try require(deviation > 1e-12 * max(1, abs(mean)), "all ratings are the same")
    self.people = people
    self.items = items
    self.mean = mean
    self.deviation = deviation
    values = ratings.map { ($0 - mean) / deviation }
    var ofPerson = Array(repeating: [Int](), count: size.people)
    var ofItem = Array(repeating: [Int](), count: size.items)
    for place in ratings.indices {
      ofPerson[people[place]].append(place)
      ofItem[items[place]].append(place)
    }
    self.ofPerson = ofPerson
    self.ofItem = ofItem
  }

  /// How many ratings there are.
  var count: Int { values.count }

  /// The scale of penalties: that of the singular values of a matrix of noise with as many known entries.
  var noise: Double {
    let count = Double(count)
    return (count / Double(ofPerson.count)).squareRoot()
      + (count / Double(ofItem.count)).squareRoot()
  }

  /// Those ratings, of the same people and items.
  ///
  /// - Throws: ``UserError`` where all are the same.
  func part(_ places: [Int]) throws -> Self {
    try Self(
      places.map { people[$0] }, places.map { items[$0] },
      places.map { values[$0] * deviation + mean }, size: (ofPerson.count, ofItem.count))
  }
}
