import Evaluation
import Torch

extension EventJudge {
  /// The mean over classes of the area under the curve of each against the rest, from log p of the test streams,
  /// `[m, classes]`.
  ///
  /// Of classes that were told and that at least 5 test streams have and 5 have not; NaN where there are none.
  func area(_ logProbabilities: Tensor, _ task: EventTask, _ told: Told) throws -> Double {
    let answers = test.answers[task] ?? []
    let known = answers.indices.filter { answers[$0] >= 0 }
    let columns = try logProbabilities.to(.float64).transposed().contiguous()
      .values(as: Double.self)
    let areas = Set(told.answers).sorted().compactMap { each -> Double? in
      let isOne = known.map { answers[$0] == each }
      let ones = isOne.count { $0 }
      guard ones >= 5, isOne.count - ones >= 5 else { return nil }
      return areaUnderCurve(known.map { columns[each * answers.count + $0] }, isOne)
    }
    return areas.mean
  }
}

/// Areas under the curve of each route, by task.
struct EventScores: Sendable {
  private(set) var areas: [EventRoute: [EventTask: Double]] = [:]

  subscript(route: EventRoute) -> [EventTask: Double] {
    get { areas[route] ?? [:] }
    set { areas[route] = newValue }
  }

  /// The tasks that could be judged.
  var tasks: [EventTask] {
    EventTask.allCases.filter { task in
      !areas.isEmpty && areas.values.allSatisfy { $0[task]?.isFinite == true }
    }
  }

  /// The mean over tasks.
  func mean(_ route: EventRoute) -> Double { tasks.map { self[route][$0] ?? .nan }.mean }

  /// The mean over tasks of the place of each of `routes` among them, 1 for the best; those level share the mean of
  /// their places.
  func meanRanks(of routes: [EventRoute] = EventRoute.ranked) -> [EventRoute: Double] {
    var sums: [EventRoute: Double] = [:]
    for task in tasks {
      let ranks = routes.map { -(self[$0][task] ?? .nan) }.ranks
      for (route, rank) in zip(routes, ranks) { sums[route, default: 0] += rank }
    }
    return sums.mapValues { $0 / Double(tasks.count) }
  }
}
