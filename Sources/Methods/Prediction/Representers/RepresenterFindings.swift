import Evaluation
import Foundation

extension HighDimRepresenters {
  /// Shares of the rows that deletion curves leave out.
  static let shares = [0.01, 0.02, 0.05, 0.1, 0.2]
  /// Ratings that deletion curves leave out.
  static let ratingCounts = [1, 2, 5, 10, 20]

  /// Numbers of rows that are left out, ascending, each at least 1.
  static func counts(of rows: Int) -> [Int] {
    shares.map { max(1, Int(($0 * Double(rows)).rounded())) }
  }

  /// What a sparse model's prediction of the asked row is made of.
  func findings(_ table: ExplainedTable, _ fitted: SparseRepresenters, _ target: Int) -> Findings {
    let name = table.classNames[target]
    let logOdds = fitted.logOdds(table.asked)
    let likeness = fitted.likeness(to: table.asked)
    let shares = zip(fitted.importances, likeness).map { $0 * $1 }
    var findings = Findings(
      sentence("Log-odds of \(name) for row \(row)", logOdds, shares, "row")
        + (table.own.map { " Its label is \(table.classNames[$0])." } ?? ""))
    findings.add("probability of \(name)", 1 / (1 + exp(-logOdds)))
    findings.add("log-odds", logOdds, unit: "nats")
    addSums(&findings, shares, logOdds, fitted.model.penalty)
    findings.add("columns in use", Double(fitted.weights.count { $0 != 0 }))
    findings.add("columns", Double(fitted.weights.count))
    for isFor in [true, false] {
      findings.add(
        table: "Rows that speak \(isFor ? "for" : "against") \(name)",
        ["row", "label", "contribution", "weight in all", "likeness"],
        places(shares, isFor).prefix(shown).map { place in
          [
            .word(table.name(place)), .word(table.classNames[table.labels[place]]),
            .number(shares[place]), .number(fitted.importances[place]), .number(likeness[place]),
          ]
        })
    }
    let parts = zip(fitted.weights, table.asked).map { $0 * $1 }
    let columns = parts.indices.filter { fitted.weights[$0] != 0 }
      .sorted { (-abs(parts[$0]), $0) < (-abs(parts[$1]), $1) }
    findings.add(
      table: "Columns that the prediction comes from", ["column", "contribution", "weight"],
      columns.prefix(shown).map {
        [.word(table.design.names[$0]), .number(parts[$0]), .number(fitted.weights[$0])]
      })
    let counts = Self.counts(of: shares.count)
    addCurves(&findings, "log-odds", "rows left out", counts, logOdds) { isFor in
      fitted.logOdds(table.asked, without: shares.order(largestFirst: isFor), counts)
    }
    return findings
  }

  /// What a low-rank model's prediction of the asked rating is made of, on the scale of the ratings.
  func findings(_ ratings: ExplainedRatings, _ fitted: RatingRepresenters) -> Findings {
    let table = ratings.table, (person, item) = ratings.asked
    let whole = fitted.fit(person, item) * table.deviation
    let shares = fitted.contributions(to: person, item).map { $0 * table.deviation }
    let what = "Rating of \(ratings.itemNames[item]) by \(ratings.personNames[person])"
    var findings = Findings(
      "\(what): \(rounded(table.mean + whole)), which is the mean of all, \(rounded(table.mean)), and what follows. "
        + sentence("Distance from the mean", whole, shares, "rating")
        + (ratings.own.map { " The rating in the file is \(plain($0))." } ?? ""))
    findings.add("predicted rating", table.mean + whole)
    findings.add("mean rating", table.mean)
    addSums(&findings, shares, whole, fitted.model.penalty)
    let own = table.ofPerson[person].reduce(0) { $0 + shares[$1] }
    findings.add("sum over the person's own ratings", own)
    for isFor in [true, false] {
      findings.add(
        table: "Ratings that \(isFor ? "raise" : "lower") it",
        ["row", "person", "item", "rating", "contribution", "weight in all"],
        places(shares, isFor).prefix(shown).map { place in
          [
            .number(Double(ratings.rows[place] + 1)),
            .word(ratings.personNames[table.people[place]]),
            .word(ratings.itemNames[table.items[place]]),
            .number(table.values[place] * table.deviation + table.mean),
            .number(shares[place]), .number(fitted.importances[place]),
          ]
        })
    }
    addCurves(&findings, "rating", "ratings left out", Self.ratingCounts, table.mean + whole) {
      fitted.prediction(person, item, without: shares.order(largestFirst: $0), Self.ratingCounts)
        .map { $0 * table.deviation + table.mean }
    }
    return findings
  }

  private func addSums(
    _ findings: inout Findings, _ shares: [Double], _ whole: Double, _ penalty: Double
  ) {
    findings.add("sum of what speaks for it", shares.reduce(0) { $0 + max(0, $1) })
    findings.add("sum of what speaks against it", shares.reduce(0) { $0 + min(0, $1) })
    findings.add("distance of the sum from the prediction", abs(shares.reduce(0, +) - whole))
    findings.add("penalty", penalty)
  }

  private func addCurves(
    _ findings: inout Findings, _ y: String, _ x: String, _ counts: [Int], _ start: Double,
    _ curve: (Bool) -> [Double]
  ) {
    findings.add(
      chart: "Prediction when the rows that speak most for and against it are left out", x: x, y: y,
      [true, false].map { isFor in
        Findings.Curve(
          isFor ? "for left out" : "against left out", x: [0] + counts.map(Double.init),
          y: [start] + curve(isFor))
      })
  }

  /// Places of the contributions of one sign, the largest first.
  private func places(_ shares: [Double], _ isFor: Bool) -> [Int] {
    shares.order(largestFirst: isFor).filter { isFor ? shares[$0] > 0 : shares[$0] < 0 }
  }

  private func sentence(
    _ what: String, _ whole: Double, _ shares: [Double], _ unit: String
  ) -> String {
    let supporting = shares.reduce(0) { $0 + max(0, $1) }
    let opposing = shares.reduce(0) { $0 + min(0, $1) }
    return "\(what): \(rounded(whole)), the sum over \(shares.count) \(unit)s, of which "
      + "\(shares.count { $0 > 0 }) add \(rounded(supporting)) and \(shares.count { $0 < 0 }) "
      + "take \(rounded(-opposing)) away."
  }

  private func rounded(_ value: Double) -> String { plain((value * 1000).rounded() / 1000) }
}
