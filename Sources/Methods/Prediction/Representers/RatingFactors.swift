import Foundation
import Torch

/// The low-rank matrix of ratings: factors of people and of items, with a penalty on their squares.
///
/// Minimises ½ Σ (rating − uᵀv)² + penalty / 2 · (Σ u² + Σ v²) over the known ratings, whose minimum is that of the
/// nuclear norm of U Vᵀ where the rank is large enough, by alternating exact solutions.
///
/// - Source: Srebro, Rennie & Jaakkola, *Maximum-margin matrix factorization*, 2004, for the norm; Hu, Koren &
///   Volinsky, *Collaborative filtering for implicit feedback datasets*, 2008, for the alternation.
struct RatingFactors: Sendable {
  /// Numbers of a factor.
  var rank = 8
  /// Weight of half the squares.
  var penalty: Double
  /// The largest change of a number in a round at which it is done.
  var tolerance = 1e-9
  /// Most rounds.
  var rounds = 5000
  /// Asked before each round whether to leave it at that.
  var shouldStop: @Sendable () -> Bool = { false }

  /// Factors of each person, `[people, rank]`, and of each item, `[items, rank]`, row after row.
  struct Fit: Sendable {
    var people: [Double]
    var items: [Double]
    let rank: Int

    /// The rating on the table's scale.
    func callAsFunction(_ person: Int, _ item: Int) -> Double {
      (0..<rank).reduce(0) { $0 + people[person * rank + $1] * items[item * rank + $1] }
    }
    /// Inner products of one person's factors with another's.
    func likeness(ofPeople a: Int, _ b: Int) -> Double {
      (0..<rank).reduce(0) { $0 + people[a * rank + $1] * people[b * rank + $1] }
    }
    /// Inner products of one item's factors with another's.
    func likeness(ofItems a: Int, _ b: Int) -> Double {
      (0..<rank).reduce(0) { $0 + items[a * rank + $1] * items[b * rank + $1] }
    }
  }

  /// Small draws, from which a first fit goes.
  func start(_ table: RatingTable, _ seed: Seed) -> Fit {
    var random = NormalDraws(seed)
    func draws(_ count: Int) -> [Double] { (0..<count * rank).map { _ in 0.1 * random.next() } }
    return Fit(people: draws(table.ofPerson.count), items: draws(table.ofItem.count), rank: rank)
  }

  /// The factors that alternation reaches from `start`, of the ratings that are not `left` out.
  func fit(_ table: RatingTable, without left: [Int] = [], from start: Fit) -> Fit {
    var isKept = Array(repeating: true, count: table.count)
    for place in left { isKept[place] = false }
    var fit = start
    for _ in 0..<rounds where !shouldStop() {
      let first = solve(&fit.people, table.ofPerson, given: fit.items, table.items, table, isKept)
      let second = solve(&fit.items, table.ofItem, given: fit.people, table.people, table, isKept)
      if max(first, second) < tolerance { break }
    }
    return fit
  }

  /// Sets each of `own` to what is best given the `others`; the largest change of a number.
  private func solve(
    _ own: inout [Double], _ ratings: [[Int]], given others: [Double], _ other: [Int],
    _ table: RatingTable, _ isKept: [Bool]
  ) -> Double {
    let k = rank
    var matrix = Array(repeating: 0.0, count: k * k), right = Array(repeating: 0.0, count: k)
    var largest = 0.0
    others.withUnsafeBufferPointer { others in
      for (place, mine) in ratings.enumerated() {
        matrix.withUnsafeMutableBufferPointer { matrix in
          right.withUnsafeMutableBufferPointer { right in
            matrix.update(repeating: 0)
            right.update(repeating: 0)
            for rating in mine where isKept[rating] {
              let start = other[rating] * k, value = table.values[rating]
              for i in 0..<k {
                let v = others[start + i]
                right[i] += value * v
                // The whole row, not its half: the processor adds it at once.
                for j in 0..<k { matrix[i * k + j] += v * others[start + j] }
              }
            }
            for i in 0..<k { matrix[i * k + i] += penalty }
          }
        }
        solvePositive(&matrix, &right)
        for i in 0..<k {
          largest = max(largest, abs(right[i] - own[place * k + i]))
          own[place * k + i] = right[i]
        }
      }
    }
    return largest
  }
}

/// Replaces `right` by x of A x = `right`, where the lower half of `matrix` is that of a positive definite A, which is
/// replaced by its Cholesky factor.
func solvePositive(_ matrix: inout [Double], _ right: inout [Double]) {
  let k = right.count
  for j in 0..<k {
    for i in j..<k {
      var sum = matrix[i * k + j]
      for t in 0..<j { sum -= matrix[i * k + t] * matrix[j * k + t] }
      matrix[i * k + j] = i == j ? sum.squareRoot() : sum / matrix[j * k + j]
    }
  }
  for i in 0..<k {
    for t in 0..<i { right[i] -= matrix[i * k + t] * right[t] }
    right[i] /= matrix[i * k + i]
  }
  for i in (0..<k).reversed() {
    for t in i + 1..<max(k, i + 1) { right[i] -= matrix[t * k + i] * right[t] }
    right[i] /= matrix[i * k + i]
  }
}
