import Torch

/// The ratings that a low-rank model predicts as sums over those it was fitted to.
///
/// Where the factors are optimal, penalty · u of a person is Σ residual · v over the own ratings, and penalty · v of an
/// item is Σ residual · u over the item's. A prediction uᵀv is therefore Σ over the person's ratings of
/// residual / penalty times the likeness of their items, and also Σ over the item's ratings of residual / penalty times
/// the likeness of their people; half of each adds up to it as well, and names both kinds of reason. For the nuclear
/// norm these are the singular vectors of U Vᵀ with its singular values between them.
///
/// - Source: Tsai et al., 2023, the theorem for the nuclear norm and the section on collaborative filtering.
struct RatingRepresenters: Sendable {
  let table: RatingTable
  let model: RatingFactors
  let fit: RatingFactors.Fit
  /// What each rating weighs in all: how far it is above its prediction, over the penalty.
  let importances: [Double]

  init(_ table: RatingTable, _ model: RatingFactors, from start: RatingFactors.Fit) {
    let fit = model.fit(table, from: start)
    self.table = table
    self.model = model
    self.fit = fit
    importances = table.values.indices.map {
      (table.values[$0] - fit(table.people[$0], table.items[$0])) / model.penalty
    }
  }

  /// What each rating contributes to the prediction, on the table's scale; they add up to it.
  func contributions(to person: Int, _ item: Int) -> [Double] {
    var shares = Array(repeating: 0.0, count: table.count)
    for place in table.ofPerson[person] {
      shares[place] += importances[place] * fit.likeness(ofItems: table.items[place], item) / 2
    }
    for place in table.ofItem[item] {
      shares[place] += importances[place] * fit.likeness(ofPeople: table.people[place], person) / 2
    }
    return shares
  }

  /// The prediction after the first ratings of `order` are left out, for each of `counts`, which ascend.
  func prediction(_ person: Int, _ item: Int, without order: [Int], _ counts: [Int]) -> [Double] {
    var again = model
    // Far below what the curve shows.
    again.tolerance = 1e-4
    var start = fit
    return counts.map { count in
      start = again.fit(table, without: Array(order.prefix(count)), from: start)
      return start(person, item)
    }
  }
}
