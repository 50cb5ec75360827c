import Evaluation
import Torch

/// Other answers to which ratings a low-rank model's prediction comes from, positive where one raises it.
struct RatingRivals {
  let fitted: RatingRepresenters
  let person: Int
  let item: Int

  private var table: RatingTable { fitted.table }

  /// L2 representers of the last layer: items' factors are features, and the person's own ratings the rows.
  var lastLayer: [Double] {
    scores(own: { fitted.importances[$0] * fitted.fit.likeness(ofItems: table.items[$0], item) })
  }

  /// Fast influence analysis: influence functions over the factors of this person and this item.
  ///
  /// - Source: Cheng, Shen, Zhu & Huang, *Explaining latent factor models for recommendation with influence functions*,
  ///   2018.
  var influences: [Double] {
    let fit = fitted.fit, k = fit.rank
    let u = Array(fit.people[person * k..<(person + 1) * k])
    let v = Array(fit.items[item * k..<(item + 1) * k])
    func solved(_ others: [Double], _ places: [Int], _ right: [Double]) -> [Double] {
      var matrix = Array(repeating: 0.0, count: k * k), right = right
      for i in 0..<k { matrix[i * k + i] = fitted.model.penalty }
      for place in places {
        for i in 0..<k {
          for j in 0...i { matrix[i * k + j] += others[place * k + i] * others[place * k + j] }
        }
      }
      solvePositive(&matrix, &right)
      return right
    }
    let ofPerson = solved(fit.items, table.ofPerson[person].map { table.items[$0] }, v)
    let ofItem = solved(fit.people, table.ofItem[item].map { table.people[$0] }, u)
    func move(_ factors: [Double], _ place: Int, _ solution: [Double], _ rating: Int) -> Double {
      fitted.importances[rating]
        * (0..<k).reduce(0) { $0 + factors[place * k + $1] * solution[$1] }
    }
    return scores(
      own: { move(fit.items, table.items[$0], ofPerson, $0) },
      others: { move(fit.people, table.people[$0], ofItem, $0) })
  }

  /// Ratings above or below the mean of the likest items by this person, and of this item by the likest people;
  /// likeness is the cosine of the ratings.
  var neighbours: [Double] {
    func cosines(_ own: Int, _ lists: [[Int]], _ partner: [Int]) -> [Double] {
      var mine: [Int: Double] = [:]
      for place in lists[own] { mine[partner[place]] = table.values[place] }
      let length = lists[own].reduce(0) { $0 + table.values[$1] * table.values[$1] }
      return lists.map { list in
        let common = list.reduce(0) { $0 + (mine[partner[$1]] ?? 0) * table.values[$1] }
        let other = list.reduce(0) { $0 + table.values[$1] * table.values[$1] }
        return common / max(1e-9, (length * other).squareRoot())
      }
    }
    let ofItems = cosines(item, table.ofItem, table.people)
    let ofPeople = cosines(person, table.ofPerson, table.items)
    func sign(_ place: Int) -> Double { table.values[place] < 0 ? -1 : 1 }
    return scores(
      own: { sign($0) * ofItems[table.items[$0]] },
      others: { sign($0) * ofPeople[table.people[$0]] })
  }

  /// Any ratings of this person or this item.
  func random(_ seed: Seed) -> [Double] {
    var random = NormalDraws(seed)
    let draws = (0..<table.count).map { _ in random.next() }
    return scores(own: { draws[$0] }, others: { draws[$0] })
  }

  /// Scores of this person's ratings and of this item's, 0 for all others.
  private func scores(
    own: (Int) -> Double, others: ((Int) -> Double)? = nil
  ) -> [Double] {
    var scores = Array(repeating: 0.0, count: table.count)
    for place in table.ofPerson[person] { scores[place] += own(place) }
    if let others { for place in table.ofItem[item] { scores[place] += others(place) } }
    return scores
  }
}
