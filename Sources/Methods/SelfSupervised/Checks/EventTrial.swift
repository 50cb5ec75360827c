import Evaluation
import Learning
import Torch

/// One seed of the routes in the lab's world.
struct EventTrial {
  let lab: Lab
  let seed: Seed

  private typealias Check = HybridEventSSL

  private var study: EventStreamsLab {
    var study = EventStreamsLab()
    study.streams = lab.pick(full: study.streams, quick: 200)
    study.tested = lab.pick(full: study.tested, quick: 150)
    study.events = lab.pick(full: study.events, quick: 12)
    study.learning.steps = lab.pick(full: study.learning.steps, quick: 20)
    study.learning.labels = lab.pick(full: study.learning.labels, quick: 60)
    return study
  }

  func run(_ board: inout Scoreboard) throws {
    var written = EventScores()
    for route in EventRoute.ranked + [.untrained, .aggregates] {
      written[route] = try areas(route, .decoder)
    }
    var said = written
    for route in [EventRoute.generative, .aligned] {
      said[route] = try areas(route, .nextEvent)
    }
    score(written, rank: Check.rank, &board) { $0.rawValue }
    score(said, rank: Check.nextRank, &board, name: Self.nextName)
    judge(written, &board)
  }

  private static func nextName(_ route: EventRoute) -> String {
    route == .generative || route == .aligned ? "\(route.rawValue), next event" : route.rawValue
  }

  /// Areas and ranks of all routes, under the names that `name` gives them.
  private func score(
    _ scores: EventScores, rank: Claim.Metric, _ board: inout Scoreboard,
    name: (EventRoute) -> String
  ) {
    for route in scores.areas.keys {
      for task in scores.tasks {
        board[Check.area(task).name, name(route)] = [scores[route][task] ?? .nan]
      }
      board[Check.mean.name, name(route)] = [scores.mean(route)]
    }
    let ranks = scores.meanRanks()
    for (route, value) in ranks { board[rank.name, name(route)] = [value] }
    let two = [ranks[.generative], ranks[.contrastive]].compactMap { $0 }
    board[rank.name, "better of the two"] = [two.min() ?? .nan]
  }

  /// How far the aligned encoder is behind the better of the two on each task, and all three before the supervised
  /// network.
  private func judge(_ scores: EventScores, _ board: inout Scoreboard) {
    func area(_ route: EventRoute, _ task: EventTask) -> Double { scores[route][task] ?? .nan }
    let best = scores.tasks.map { max(area(.generative, $0), area(.contrastive, $0)) }
    board[Check.level.name, "aligned"] = [scores.mean(.aligned)]
    board[Check.level.name, "better of the two on each, less 0.01"] = [best.mean - 0.01]
    let leads = scores.tasks.flatMap { task in
      [EventRoute.generative, .contrastive, .aligned].map {
        area($0, task) - area(.supervised, task)
      }
    }
    board[Check.lead.name, "self-supervised"] = [leads.min() ?? .nan]
    board[Check.lead.name, "level"] = [0]
  }

  /// Areas of a route, which learns with the rate that is best in the world of another seed.
  private func areas(
    _ route: EventRoute, _ generation: EventGeneration
  ) throws -> [EventTask: Double] {
    func areas(_ rate: Double, _ seed: Seed) throws -> [EventTask: Double] {
      var study = study
      (study.learning.learningRate, study.learning.generation) = (rate, generation)
      return try study.comparison(seed, shouldStop: lab.shouldStop).areas(route)
    }
    let name = generation == .nextEvent ? Self.nextName(route) : route.rawValue
    guard EventRoute.ranked.contains(route) else {
      return try areas(study.learning.learningRate, seed)
    }
    let rate = try lab.bestRate(name, of: lab.pick(full: [1e-3, 4e-3], quick: [4e-3])) {
      let found = try areas($0, Seed(0))
      return EventTask.allCases.compactMap { found[$0] }
    }
    lab.say(name)
    return try areas(rate, seed)
  }
}
