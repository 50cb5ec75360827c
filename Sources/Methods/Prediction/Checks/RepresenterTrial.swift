import Evaluation
import Files
import Foundation
import Torch

/// Deletion curves of a sparse model: the model is fitted again without the rows that each answer names.
struct RepresenterTrial {
  let lab: Lab
  let seed: Seed

  private typealias Study = HighDimRepresenters

  func run(_ board: inout Scoreboard) throws {
    for rows in try worlds() {
      lab.say("\(rows.name): \(rows.x.count) rows of \(rows.x.width) columns")
      try judge(rows, &board)
    }
    board[Study.sum.name, "tolerance"] = board[Study.sum.name, Study.arm].map { _ in 1e-6 }
    board[Study.fall.name, "nothing"] = board[Study.fall.name, Study.arm].map { _ in 0 }
  }

  private func worlds() throws -> [TwoClassRows] {
    let learnt = lab.pick(full: 600, quick: 60), asked = lab.pick(full: 20, quick: 3)
    guard !lab.isQuick else {
      return ["words", "digits", "census"].map {
        TwoClassRows.generated($0, learnt: learnt, asked: asked, seed.child($0))
      }
    }
    return try [
      TwoClassRows.words(lab, learnt: learnt, asked: asked, seed.child("words")),
      TwoClassRows.digits(lab, learnt: learnt, asked: asked, seed.child("digits")),
      TwoClassRows.census(lab, learnt: learnt, asked: asked, seed.child("census")),
    ]
  }

  private func judge(_ rows: TwoClassRows, _ board: inout Scoreboard) throws {
    let model = SparseLogistic.chosen(
      rows.x, rows.classes, seed.child("folds"), shouldStop: lab.shouldStop)
    let fitted = SparseRepresenters(rows.x, rows.classes, model)
    let rivals = RowRivals(fitted: fitted, asked: rows.asked)
    let contributions = rows.asked.map { fitted.contributions(to: $0) }
    let logOdds = rows.asked.map { fitted.logOdds($0) }
    let unit = logOdds.map { abs($0) }.mean
    for (all, arm) in [(contributions, Study.arm), (rivals.plainRepresenters, Study.plainArm)] {
      board[Study.sum.name, arm] += zip(all, logOdds).map { abs($0.reduce(0, +) - $1) }
    }
    let arms = [
      (Study.arm, contributions), (Study.plainArm, rivals.plainRepresenters),
      (Study.ownArm, try rivals.ownRepresenters(seed.child("folds"))),
      (Study.influenceArm, try rivals.influences(inUse: true)),
      ("influence functions, all columns", try rivals.influences(inUse: false)),
      (Study.neighbourArm, rivals.neighbours),
      (Study.randomArm, rivals.random(seed.child("random").child(rows.name))),
    ]
    for (arm, scores) in arms {
      try require(!lab.shouldStop(), "stopped")
      lab.say("\(rows.name): \(arm)")
      for (place, row) in rows.asked.enumerated() {
        // What speaks for the class that is predicted.
        let side = logOdds[place] < 0 ? -1.0 : 1
        for isFor in [true, false] {
          let order = scores[place].order(largestFirst: isFor == (side > 0))
          let after = fitted.logOdds(row, without: order, Study.counts(of: rows.x.count))
          let moves = after.map { (isFor ? side : -side) * (logOdds[place] - $0) / unit }
          board[(isFor ? Study.fall : Study.rise).name, arm].append(moves.mean)
          guard isFor else { continue }
          board[Study.fall(of: rows.name).name, arm].append(moves.mean)
          board[Study.first.name, arm].append(moves[0])
        }
      }
    }
  }
}

/// Deletion curves of a low-rank model of ratings.
struct RatingTrial {
  let lab: Lab
  let seed: Seed

  private typealias Study = HighDimRepresenters

  func run(_ board: inout Scoreboard) throws {
    let asked = lab.pick(full: 12, quick: 3)
    let ratings =
      lab.isQuick
      ? try HeldOutRatings.generated(seed, asked: asked)
      : try HeldOutRatings.films(lab, people: 120, films: 100, asked: asked, seed)
    let table = ratings.table
    lab.say("ratings: \(table.count) of \(table.ofPerson.count) people")
    let model = RatingFactors.chosen(
      table, rank: lab.pick(full: 8, quick: 3), seed.child("penalty"), shouldStop: lab.shouldStop)
    let fitted = RatingRepresenters(table, model, from: model.start(table, seed.child("start")))
    for (place, (person, item)) in ratings.asked.enumerated() {
      try require(!lab.shouldStop(), "stopped")
      lab.say("ratings: prediction \(place + 1) of \(asked)")
      let whole = fitted.fit(person, item)
      let shares = fitted.contributions(to: person, item)
      board[Study.ratingSum.name, Study.arm].append(abs(shares.reduce(0, +) - whole))
      let rivals = RatingRivals(fitted: fitted, person: person, item: item)
      for (arm, scores) in [
        (Study.arm, shares), (Study.lastArm, rivals.lastLayer),
        (Study.influenceArm, rivals.influences), (Study.neighbourArm, rivals.neighbours),
        (Study.randomArm, rivals.random(seed.child("random").child(place))),
      ] {
        for isFor in [true, false] {
          let after = fitted.prediction(
            person, item, without: scores.order(largestFirst: isFor), Study.ratingCounts)
          let moves = after.map { (isFor ? whole - $0 : $0 - whole) * table.deviation }
          board[(isFor ? Study.ratingFall : Study.ratingRise).name, arm].append(moves.mean)
        }
      }
    }
    board[Study.ratingSum.name, "tolerance"] = board[Study.ratingSum.name, Study.arm].map { _ in
      1e-6
    }
  }
}
