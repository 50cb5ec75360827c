import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Embeddings of a person's clients from tables of events, and which way of learning them tells most: modelling
/// events, contrast of slices of streams, both aligned as CLIP aligns pictures and texts, or labels alone.
///
/// - Source: Moskvoretskii, Osin, Shvetsov, Udovichenko, Zhelnin, Dukhovny, Zhimerikina & Burnaev, *Self-Supervised
///   Learning in Event Sequences: A Comparative Study and Hybrid Approach of Generative Modeling and Contrastive
///   Learning*, 2024, arXiv:2401.15935, and the authors' program for losses and weights; CoLES for the contrast.
/// - Departs: one decoder block, to which the embedding is added, in place of three that attend to it; 64 units for
///   512, and no norm after the encoder; gaps and amounts are modelled with equal weights; the sparsity of
///   embeddings is left out; the aligned route shares the steps of the others with its teacher; 800 steps in 2,000
///   streams by default.
public struct HybridEventSSL: Study {
  public static let card = Card(
    id: "hybrid-event-ssl", title: "Generative, contrastive and aligned learning of event streams",
    source:
      "Moskvoretskii et al., Self-Supervised Learning in Event Sequences: A Comparative Study and Hybrid Approach of "
      + "Generative Modeling and Contrastive Learning, 2024, arXiv:2401.15935",
    system: "S158",
    summary:
      "A recurrent encoder of each client's events learns to write the stream again, to tell slices of it from "
      + "other clients', or the first while its embeddings are aligned with those of the second; probes with few "
      + "labels and a network trained on these alone are compared on other clients. latent lab event-streams does so "
      + "in a made world."
  )

  public static let inputs = [
    StudyInput("client", "Whose event a row is: a word or a whole number."),
    StudyInput("time", "When: a number, or a date such as 2024-03-01 or 2024-03-01T10:20:30."),
    StudyInput("type", "What happened: a word or a whole number."),
    StudyInput("amount", "How much.", optional: true),
    StudyInput(
      "class", "The class of the client in any of its rows; empty where not known.", optional: true),
    StudyInput(
      "state", "The state of the client at the event; empty where not known.", optional: true),
  ]

  /// Most events of a client that are seen, the latest but the last one, whose type is to be told.
  public var events = 64
  /// Fewest events of a client; those with fewer are left out.
  public var fewest = 4
  /// Types that are told apart, the most frequent; all others count as one.
  public var types = 50
  /// Share of the clients that judge.
  public var tested = 0.3
  public var learning = EventLearning()
  /// Splits and starts.
  public var repeats = 1
  /// The route whose embeddings of all clients are listed: generative, contrastive, aligned or joint; none where
  /// empty.
  public var list = ""

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let listed = try route(list)
    let table = try EventTable(room.inputs, events: events, fewest: fewest, types: types)
    var scores: [EventScores] = []
    var done = 0
    for index in 0..<repeats {
      let comparison = comparison(table.streams, room.seed.child(index), room.shouldStop)
      scores.append(
        try comparison.scores { _ in
          done += 1
          room.progress(done, repeats * EventRoute.allCases.count)
        })
    }
    var findings = EventFindings(scores: scores).findings
    findings.add("clients", Double(table.clients.count))
    findings.add("clients left out, with too few events", Double(table.leftOut))
    guard let listed else { return findings }
    let all = table.streams.standardised(by: table.streams)
    let whole = EventComparison(
      train: all, test: all, learning: learning, seed: room.seed, shouldStop: room.shouldStop)
    let codes = try whole.encoder(listed).codes(all.events).values(as: Double.self)
    findings.add(
      table: "Embeddings, \(listed.rawValue)",
      ["client"] + (1...learning.width).map { "z\($0)" },
      table.clients.enumerated().map { row, name in
        let start = row * learning.width
        return [.word(name)] + codes[start..<start + learning.width].map { .number($0) }
      })
    return findings
  }

  /// Clients apart in those to learn from and those that judge.
  private func comparison(
    _ streams: EventStreams, _ seed: Seed, _ shouldStop: @escaping () -> Bool
  ) -> EventComparison {
    let order = shuffled(streams.events.count, seed.child("split"))
    let judging = Int(tested * Double(order.count))
    let train = streams.rows(order.dropFirst(judging).sorted())
    let test = streams.rows(order.prefix(judging).sorted())
    return EventComparison(
      train: train.standardised(by: train), test: test.standardised(by: train),
      learning: learning, seed: seed, shouldStop: shouldStop)
  }

  private func route(_ name: String) throws -> EventRoute? {
    guard !name.isEmpty else { return nil }
    let routes: [EventRoute] = [.generative, .contrastive, .aligned, .joint]
    let found = routes.first { $0.rawValue == name }
    try require(
      found != nil,
      "--list \(name): must be one of \(routes.map(\.rawValue).joined(separator: ", "))")
    return found
  }

  private func validate() throws {
    try require(2...10_000 ~= events, "--events \(events): must lie from 2 to 10000")
    try require(3...10_000 ~= fewest, "--fewest \(fewest): must lie from 3 to 10000")
    try require(1...1000 ~= types, "--types \(types): must lie from 1 to 1000")
    try require(
      tested > 0 && tested < 1, "--tested \(tested): must be a share above 0 and below 1")
    try require(1...100 ~= repeats, "--repeats \(repeats): must lie from 1 to 100")
    try learning.validate()
  }
}
