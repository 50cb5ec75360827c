import Datasets
import Evaluation
import Torch

/// Rows dealt into parts that have nearly the same shares of every class.
func stratifiedFolds(_ rows: [Int], _ table: LabelledTable, count: Int, seed: Seed) -> [[Int]] {
  var folds: [[Int]] = Array(repeating: [], count: count)
  var next = 0
  for label in table.classNames.indices {
    let own = rows.filter { table.classes[$0] == label }
    for place in shuffled(own.count, seed.child(label)) {
      folds[next].append(own[place])
      next = (next + 1) % count
    }
  }
  return folds
}

/// A learner with the setting that was chosen for it, and the accuracy that it was chosen by.
struct Tuned {
  let learner: any Learner
  let place: Int
  /// Of the best setting, in the cross-validation that chose it: too good by the choice.
  let accuracy: Double

  var text: String { "\(learner.setting) \(plain(learner.settings[place]))" }
}

extension Learner {
  /// The setting with most hits in one cross-validation over `rows`.
  func tuned(_ table: LabelledTable, _ rows: [Int], folds: Int, seed: Seed) -> Tuned {
    var hits = Array(repeating: 0, count: settings.count)
    for part in split(stratifiedFolds(rows, table, count: folds, seed: seed)) {
      for (place, each) in self.hits(table, train: part.train, test: part.test).enumerated() {
        hits[place] += each.count { $0 }
      }
    }
    let best = hits.indices.max { hits[$0] < hits[$1] } ?? 0
    return Tuned(
      learner: self, place: best, accuracy: Double(hits[best]) / Double(max(1, rows.count)))
  }

  /// Whether each row of `test` is right, with the setting chosen on `train` alone.
  func nestedHits(
    _ table: LabelledTable, train: [Int], test: [Int], inner: Int, seed: Seed
  ) -> [Bool] {
    guard settings.count > 1 else { return hits(table, train: train, test: test)[0] }
    let place = tuned(table, train, folds: inner, seed: seed).place
    return hits(table, train: train, test: test)[place]
  }
}

/// Each fold in turn as the test, and the others together as the training rows.
func split(_ folds: [[Int]]) -> [(train: [Int], test: [Int])] {
  folds.indices.map { fold in
    (folds.indices.filter { $0 != fold }.flatMap { folds[$0] }, folds[fold])
  }
}

/// Repeated stratified cross-validation in which every training chooses its own setting.
struct NestedCrossValidation {
  var folds = 10
  var repeats = 5
  /// Parts of the cross-validation that chooses the setting inside each training.
  var inner = 5

  /// Accuracies of each learner, `[learner][repeat][fold]`, on the same folds for all.
  func accuracies(
    _ learners: [any Learner], _ table: LabelledTable, _ rows: [Int], seed: Seed,
    done: () throws -> Void = {}
  ) rethrows -> [[[Double]]] {
    var result: [[[Double]]] = learners.map { _ in [] }
    for round in 0..<repeats {
      let at = seed.child(round)
      let parts = split(stratifiedFolds(rows, table, count: folds, seed: at))
      for place in learners.indices {
        let row = parts.enumerated().map { fold, part in
          Proportion(
            learners[place].nestedHits(
              table, train: part.train, test: part.test, inner: inner,
              seed: at.child("inner").child(fold))
          ).value
        }
        result[place].append(row)
      }
      try done()
    }
    return result
  }
}

/// Rows to learn from and rows to judge by, with nearly the same shares of every class.
func stratifiedHoldOut(
  _ table: LabelledTable, share: Double, seed: Seed
) -> (train: [Int], test: [Int]) {
  var train: [Int] = [], test: [Int] = []
  for label in table.classNames.indices {
    let own = table.classes.indices.filter { table.classes[$0] == label }
    let order = shuffled(own.count, seed.child(label)).map { own[$0] }
    let held = Int((share * Double(own.count)).rounded())
    test += order.prefix(held)
    train += order.dropFirst(held)
  }
  return (train, test)
}
