import Evaluation
import Foundation
import Learning
import Torch

/// Routes to answers about streams of events, side by side: the same streams, steps and labels for all.
struct EventComparison {
  /// Streams that everything is learned from, and of which few are labelled.
  let train: EventStreams
  /// Streams of other clients, which judge.
  let test: EventStreams
  let learning: EventLearning
  let seed: Seed
  var shouldStop: () -> Bool = { false }

  private var judge: EventJudge {
    EventJudge(
      train: train, test: test, learning: learning, seed: seed.child("judge"),
      shouldStop: shouldStop)
  }

  /// The encoder that a route teaches.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func encoder(_ route: EventRoute) throws -> EventEncoder {
    try EventPretraining(
      streams: train, learning: learning, seed: seed.child("encoder"), shouldStop: shouldStop
    ).encoder(route)
  }

  /// Areas under the curve of a route, by task.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func areas(_ route: EventRoute) throws -> [EventTask: Double] {
    switch route {
    case .supervised: return try judge.supervised()
    case .aggregates:
      return try judge.probed(
        (
          train.events.aggregates(kinds: train.kinds), test.events.aggregates(kinds: train.kinds)
        ))
    case .generative, .contrastive, .aligned, .joint, .untrained:
      let encoder = try encoder(route)
      return try judge.probed((try encoder.codes(train.events), try encoder.codes(test.events)))
    }
  }

  /// Areas of all routes, with `progress` after each.
  ///
  /// - Throws: as ``areas(_:)``.
  func scores(_ progress: (EventRoute) -> Void = { _ in }) throws -> EventScores {
    var scores = EventScores()
    for route in EventRoute.allCases {
      try refuseToGoOn(shouldStop())
      scores[route] = try areas(route)
      progress(route)
    }
    return scores
  }
}

/// What comparisons of routes find, over several of them.
struct EventFindings {
  let scores: [EventScores]

  private func mean(_ value: (EventScores) -> Double?) -> Double {
    scores.compactMap(value).mean
  }

  /// As findings of a study.
  var findings: Findings {
    let tasks = scores.first?.tasks ?? []
    let ranks = Dictionary(
      uniqueKeysWithValues: EventRoute.ranked.map { route in
        (route, mean { $0.meanRanks()[route] })
      })
    let order = EventRoute.ranked.sorted { (ranks[$0] ?? 0) < (ranks[$1] ?? 0) }
    var findings = Findings(
      tasks.isEmpty
        ? "Too few streams have a known answer for any task to be judged."
        : "Over \(tasks.map(\.title).joined(separator: ", ")) the mean rank is "
          + order.map { String(format: "%.2f for %@", ranks[$0] ?? .nan, $0.rawValue) }
          .joined(separator: ", ") + ".")
    findings.add(
      table: "Areas under the curve on new clients, few labels",
      ["route"] + tasks.map(\.title) + ["mean", "mean rank of the four"],
      EventRoute.allCases.map { route in
        [.word(route.rawValue)]
          + tasks.map { task in .number(mean { $0[route][task] }) }
          + [.number(mean { $0.mean(route) }), ranks[route].map { .number($0) } ?? ""]
      })
    return findings
  }
}
