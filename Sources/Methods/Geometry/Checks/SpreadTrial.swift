import Evaluation
import Torch

/// Measures of spread on clouds whose spread is set, and on the same clouds moved away, of other numbers and in other
/// dimensions.
struct SpreadTrial {
  /// Spreads that each cloud has in turn, ascending.
  var spreads = [0.05, 0.1, 0.25, 0.5, 1]
  var dimensions = [10, 50, 200]
  /// Points of a cloud, and of the same cloud with others.
  var points = 1000
  var morePoints = 3000
  let seed: Seed

  /// Values of each measure by spread, of one cloud in one form.
  typealias Course = [SpreadFigures]

  /// What is done to a cloud that leaves its spread as it is.
  enum Form: String, CaseIterable { case plain, moved, numerous }

  /// The scores of all measures.
  ///
  /// - Throws: `TensorError`.
  func board(_ lab: Lab) throws -> Scoreboard {
    var board = Scoreboard()
    for cloud in SpreadCloud.allCases {
      lab.say("\(cloud.rawValue)")
      let courses = try dimensions.map { d in
        try Form.allCases.map { try course(cloud, d, $0) }
      }
      for measure in SpreadMeasure.allCases {
        let arm = measure.title
        board[SpreadMeasures.order.name, arm] += courses.map { order($0[0], measure) }
        for (metric, other) in [(SpreadMeasures.moved, 1), (SpreadMeasures.numerous, 2)] {
          board[metric.name, arm] += courses.map { kept($0[0], $0[other], measure) }
        }
        board[SpreadMeasures.dimension.name, arm] += pairs.map {
          kept(courses[$0.0][0], courses[$0.1][0], measure)
        }
      }
    }
    for metric in SpreadMeasures.metrics { standing(metric.name, &board) }
    return board
  }

  /// Pairs of different dimensions.
  private var pairs: [(Int, Int)] {
    dimensions.indices.flatMap { i in (i + 1..<dimensions.count).map { (i, $0) } }
  }

  /// Adds the better of the standard measures and the last but one of the proposed ones.
  private func standing(_ metric: String, _ board: inout Scoreboard) {
    func scores(_ measure: SpreadMeasure) -> [Double] { board[metric, measure.title] }
    let best = SpreadMeasure.standard.max { scores($0).mean < scores($1).mean }
    let proposed = SpreadMeasure.proposed.sorted { scores($0).mean < scores($1).mean }
    board[metric, "better of the two in use"] = best.map(scores) ?? []
    board[metric, "last but one of the eight"] = scores(proposed[1])
  }

  private func course(_ cloud: SpreadCloud, _ d: Int, _ form: Form) throws -> Course {
    try spreads.enumerated().map { place, spread in
      // The same randomness at every spread would tie the points of a course together.
      let at = seed.child(cloud.rawValue).child(d).child(form.rawValue).child(place)
      let n = form == .numerous ? morePoints : points
      var x = cloud.points(n, d, spread: spread, RandomStream(at.child("points")))
      // All clouds are as large, since I(V) changes with the size.
      x = x * (Double(d) / (try x.variance(over: 0).sum().value())).squareRoot()
      if form == .moved {
        let size = x.squared().sum(over: 1).mean().squareRoot()
        let way = RandomStream(at.child("offset")).normal([1, d], type: .float64)
        x = x + way / way.norm() * size * 2
      }
      return try SpreadFigures(x, at.child("normal"))
    }
  }

  private func signed(_ figures: SpreadFigures, _ measure: SpreadMeasure) -> Double {
    measure.sign * (figures.values[measure] ?? .nan)
  }

  /// The rank correlation with the true spread.
  private func order(_ course: Course, _ measure: SpreadMeasure) -> Double {
    rankCorrelation(course.map { signed($0, measure) }, spreads, still: 0)
  }

  /// Share of pairs of unequal spread, one of each course, that the measure puts in order; ties count half.
  private func kept(_ one: Course, _ other: Course, _ measure: SpreadMeasure) -> Double {
    var right: [Double] = []
    for i in spreads.indices {
      for j in spreads.indices where i != j {
        let gap = signed(other[j], measure) - signed(one[i], measure)
        right.append(gap == 0 ? 0.5 : (gap > 0) == (j > i) ? 1 : 0)
      }
    }
    return right.mean
  }
}
