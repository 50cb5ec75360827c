import Datasets
import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Prediction

@Suite struct HighDimRepresentersTests {
  private let rows = TwoClassRows.generated("rows", learnt: 80, asked: 5, Seed(1))

  private var fitted: SparseRepresenters {
    SparseRepresenters(rows.x, rows.classes, SparseLogistic(penalty: 4))
  }

  @Test func oneColumnHasItsClosedForm() {
    // Three rows of +1 and one of −1, each with a single 1, so no column but the intercept: 3(1 − p) − p = penalty.
    let x = DesignColumns(FeatureMatrix(names: [], values: [], count: 4))
    let weights = SparseLogistic(penalty: 0.5).fit(x, [1, 1, 1, -1])
    #expect(near(weights[0], log((3 - 0.5) / (1 + 0.5)), 1e-8))
    #expect(near(SparseLogistic.largestPenalty(x, [1, 1, 1, -1]), 1, 1e-12))
    #expect(SparseLogistic(penalty: 1.01).fit(x, [1, 1, 1, -1]) == [0])
  }

  @Test func theOptimumIsStationary() {
    let fitted = fitted
    for column in 0..<rows.x.width {
      let pull = (0..<rows.x.count).reduce(0) {
        $0 + fitted.importances[$1] * rows.x.values[column * rows.x.count + $1]
      }
      let weight = fitted.weights[column]
      #expect(weight == 0 ? abs(pull) <= 1 + 1e-8 : near(pull, weight < 0 ? -1 : 1, 1e-8))
    }
    #expect(fitted.weights.count { $0 != 0 } < 40)
  }

  @Test func contributionsAddUpToTheLogOdds() {
    let fitted = fitted
    for row in rows.asked {
      let shares = fitted.contributions(to: row)
      #expect(near(shares.reduce(0, +), fitted.logOdds(row), 1e-7))
      // A row speaks for +1 by being of that class and alike, or of the other and unlike.
      let likeness = fitted.likeness(to: row)
      for place in shares.indices where shares[place] != 0 {
        #expect((shares[place] > 0) == (rows.classes[place] * likeness[place] > 0))
      }
    }
  }

  @Test func leavingOutIsFittingTheRest() {
    let fitted = fitted
    let left = [3, 10, 41]
    let kept = (0..<80).filter { !left.contains($0) }
    let columns = (0..<60).map { column in
      (name: "\(column)", values: kept.map { rows.x.values[column * 80 + $0] })
    }
    let again = SparseLogistic(penalty: 4).fit(
      DesignColumns(FeatureMatrix(columns)), kept.map { rows.classes[$0] })
    let direct = SparseLogistic(penalty: 4).fit(
      rows.x, rows.classes, without: left, from: fitted.weights)
    for (a, b) in zip(again, direct) { #expect(near(a, b, 1e-6)) }
    let curve = fitted.logOdds(rows.asked[0], without: left, [3])
    #expect(near(curve[0], inner(again, rows.asked[0]), 1e-3))
  }

  @Test func influenceForetellsLeavingOut() throws {
    let fitted = fitted
    let rivals = RowRivals(fitted: fitted, asked: rows.asked)
    let influences = try rivals.influences(inUse: true)[0]
    let before = fitted.logOdds(rows.asked[0])
    let real = (0..<80).map {
      before - fitted.logOdds(rows.asked[0], without: [$0], [1])[0]
    }
    #expect(rankCorrelation(influences, real, still: 0) > 0.75)
  }

  @Test func ratingsAreSumsOfBothHalves() throws {
    let ratings = try HeldOutRatings.generated(Seed(2), asked: 5)
    let model = RatingFactors(rank: 3, penalty: 2)
    let fitted = RatingRepresenters(
      ratings.table, model, from: model.start(ratings.table, Seed(3)))
    for (person, item) in ratings.asked {
      let whole = fitted.fit(person, item)
      #expect(near(fitted.contributions(to: person, item).reduce(0, +), whole, 1e-6))
      let rivals = RatingRivals(fitted: fitted, person: person, item: item)
      #expect(near(rivals.lastLayer.reduce(0, +), whole, 1e-6))
    }
  }

  @Test func positiveEquationsAreSolved() {
    var matrix = [4.0, 0, 2, 3], right = [10.0, 11]
    solvePositive(&matrix, &right)
    #expect(near(right[0], 1) && near(right[1], 3))
  }

  @Test func wordsAreThoseOfSomeRows() {
    let texts = ["The cat, the dog", "a Cat", "a bird", "the end"]
    let coding = WordColumns(texts, least: 2)
    #expect(coding.words == ["a", "cat", "the"])
    for (value, wanted) in zip(coding(["cat and the cat"]).values, [0, 0.5, 0.5]) {
      #expect(near(value * value, wanted))
    }
  }

  @Test func aRowOfOnesOwnTableIsExplained() throws {
    var table = NamedArrays()
    let labels = rows.classes.map { $0 > 0 ? "yes" : "no" }
    for column in 0..<6 {
      let values = Array(rows.x.values[column * 80..<(column + 1) * 80])
      try table.add("x\(column)", .numbers(values, shape: [80]))
    }
    try table.add("label", .words(labels))
    var study = HighDimRepresenters()
    study.row = 7
    study.shown = 3
    let found = try study.run(StudyRoom(table, seed: Seed(1)))
    #expect(found.tables[0].rows.count == 3 && found.charts[0].curves[0].y.count == 6)
    let gap = found.figures.first { $0.name == "distance of the sum from the prediction" }
    #expect((gap?.value ?? 1) < 1e-6)
    #expect(!found.tables[0].rows.contains { $0[0] == .word("row 7") })
    study.target = "maybe"
    #expect(message(table, study).contains("no, yes"))
    study.row = 81
    #expect(message(table, study).contains("--row 81: must be between 1 and 80"))
    #expect(message(NamedArrays(), HighDimRepresenters()).contains("there is no label, nor rating"))
  }

  @Test func aRatingOfOnesOwnFileIsExplained() throws {
    let table = try HeldOutRatings.generated(Seed(4), asked: 1).table
    var ratings = NamedArrays()
    try ratings.add("person", .words(table.people.map { "p\($0)" }))
    try ratings.add("item", .words(table.items.map { "i\($0)" }))
    try ratings.add(
      "rating", .numbers(table.values.map { 3 + $0 }, shape: [table.count]))
    var study = HighDimRepresenters()
    study.rank = 3
    let found = try study.run(StudyRoom(ratings, seed: Seed(1)))
    let sum = found.figures.first { $0.name == "distance of the sum from the prediction" }
    #expect((sum?.value ?? 1) < 1e-6)
    #expect(found.conclusion.contains("Rating of i\(table.items[0]) by p\(table.people[0])"))
  }

  private func message(_ arrays: NamedArrays, _ study: HighDimRepresenters) -> String {
    do {
      _ = try study.run(StudyRoom(arrays, seed: Seed(1)))
      return ""
    } catch { return "\(error)" }
  }
}
