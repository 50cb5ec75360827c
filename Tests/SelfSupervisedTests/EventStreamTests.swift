import Datasets
import Files
import Foundation
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

/// Streams of events: slices, losses against loops, tables, ranks.
@Suite struct EventStreamTests {
  init() { Runtime.threads = 1 }

  /// Streams of 5, 3 and 1 events, of types that count up within a stream from 0, 10 and 20.
  private var batch: EventBatch {
    let types: [Int64] = [0, 1, 2, 3, 4, 10, 11, 12, 0, 0, 20, 0, 0, 0, 0]
    let numbers = types.flatMap { [Float($0), Float(-$0)] }
    return EventBatch(
      types: Tensor(types, shape: [3, 5]), numbers: Tensor(numbers, shape: [3, 5, 2]),
      lengths: Tensor([5, 3, 1] as [Int64], shape: [3]))
  }

  @Test func slicesAreRunsOfTheirStream() throws {
    let slices = batch.slices(50, of: 2...4, RandomStream(1))
    #expect(slices.types.shape == [150, 4])
    let (types, lengths) = (try slices.types.places(), try slices.lengths.places())
    let numbers = try slices.numbers.values(as: Double.self)
    for (row, length) in lengths.enumerated() {
      let events = Array(types[4 * row..<4 * row + length])
      #expect(events == Array(events[0]..<events[0] + length))
      #expect((events[0] / 10, events[length - 1] / 10) == (row / 50, row / 50))
      #expect(numbers[8 * row] == Double(events[0]) && numbers[8 * row + 1] == -Double(events[0]))
    }
    #expect(Set(lengths[..<50]) == [2, 3, 4])
    #expect(Set(lengths[50..<100]) == [2, 3])
    #expect(Set(lengths[100...]) == [1])
    #expect(Set((0..<50).map { types[4 * $0] }) == [0, 1, 2, 3])
  }

  @Test func marginContrastIsWhatALoopSays() throws {
    let projections = RandomStream(2).normal([6, 3], type: .float64)
    let z = try projections.ofUnitLength.values(as: Double.self)
    func distance(_ a: Int, _ b: Int) -> Double {
      (0..<3).reduce(0) { $0 + (z[3 * a + $1] - z[3 * b + $1]) * (z[3 * a + $1] - z[3 * b + $1]) }
        .squareRoot()
    }
    var sum = 0.0
    for a in 0..<6 {
      for b in a + 1..<6 where a / 2 == b / 2 { sum += distance(a, b) * distance(a, b) }
      let others = (0..<6).filter { $0 / 2 != a / 2 }.map { distance(a, $0) }.sorted()
      for each in others.prefix(2) { sum += max(0, 1.2 - each) * max(0, 1.2 - each) }
    }
    let found = try projections.marginContrast(slices: 2, margin: 1.2, hardest: 2).value()
    #expect(near(found, sum / 6, 1e-6))
  }

  @Test func slicesThatAreOneHaveASlope() throws {
    let leaf = Tensor.ones([4, 3]).requiringGradient()
    let slope = try leaf.marginContrast(slices: 2, margin: 0.5).gradient(of: leaf)
    #expect(try slope.values(as: Double.self).allSatisfy(\.isFinite))
  }

  @Test func pairsAreToldByASigmoid() throws {
    let one = Tensor([1.0, 0, 0, 1] as [Float], shape: [2, 2])
    // Cosines of 1 with the partner and 0 with the other: logits of 0 and -10.
    let expected = log(2.0) + log1p(exp(-10.0))
    #expect(near(try PairedSigmoid()(one, one).value(), expected, 1e-5))
    #expect(try PairedSigmoid()(one, one.flipped(0)).value() > expected)
  }

  @Test func theEmbeddingIsTheStateAfterTheLastEvent() throws {
    let encoder = EventEncoder(kinds: 21, width: 8, RandomStream(3))
    let cut = EventBatch(
      types: batch.types[1..<2, 0..<3], numbers: batch.numbers[1..<2, 0..<3],
      lengths: Tensor([3] as [Int64], shape: [1]))
    let (whole, alone) = (encoder(batch)[1..<2], encoder(cut))
    #expect(try (whole - alone).abs().max().value() < 1e-6)
  }

  @Test func aDecoderSeesWhatCameBefore() throws {
    let decoder = EventDecoder(kinds: 21, width: 8, longest: 5, RandomStream(4))
    let embedding = RandomStream(5).normal([3, 8])
    let other = EventBatch(
      types: batch.types.replacing(1, 2, 3, with: Tensor.full([3, 1], 15, type: .int64)),
      numbers: batch.numbers.replacing(1, 2, 3, with: Tensor.ones([3, 1, 2])),
      lengths: batch.lengths)
    let change = decoder.known(embedding, before: batch) - decoder.known(embedding, before: other)
    let places = try change.abs().sum(over: 0, 2).values(as: Double.self)
    #expect(places[0...2].allSatisfy { $0 < 1e-4 })
    #expect(places[3...].allSatisfy { $0 > 1e-3 })
  }

  @Test func whatFollowsTheEndOfAStreamIsNotJudged() throws {
    let decoder = EventDecoder(kinds: 21, width: 8, longest: 5, RandomStream(4))
    let states = RandomStream(5).normal([3, 5, 8])
    let changed = EventBatch(
      types: batch.types, numbers: batch.numbers + (1 - batch.present.unsqueezed(2)),
      lengths: batch.lengths)
    let one = try decoder.loss(states, of: batch).value()
    #expect(near(one, try decoder.loss(states, of: changed).value(), 1e-5))
  }

  @Test func aDateIsItsSeconds() {
    #expect(EventTimes.seconds("1970-01-02") == 86_400)
    #expect(EventTimes.seconds("2024-02-29T12:00:01Z") == 1_709_208_001)
    #expect(EventTimes.seconds("2024-03-01 00:00:00") == 1_709_251_200)
    #expect(EventTimes.seconds("soon") == nil)
    #expect(EventTimes.seconds("2024-13-01") == nil)
  }

  @Test func rareTypesAreOne() {
    #expect(EventTable.frequent([7, 7, 7, 5, 5, 1, 2], most: 2) == [0, 0, 0, 1, 1, 2, 2])
  }

  @Test func aTableBecomesStreamsInTheOrderOfTime() throws {
    var inputs = NamedArrays()
    // 50 clients with 4 events each, written from the latest to the first, and one with too few.
    let rows = (0..<50).flatMap { client in (0..<4).reversed().map { (client: client, step: $0) } }
    let all = rows + [(client: 50, step: 0)]
    func numbers(_ values: [Double]) -> NamedArrays.Content {
      .numbers(values, shape: [values.count])
    }
    try inputs.add("client", .words(all.map { String(format: "c%02d", $0.client) }))
    try inputs.add("time", numbers(all.map { Double(10 * $0.step) }))
    try inputs.add("type", .words(all.map { "abcd".map(String.init)[$0.step] }))
    try inputs.add("state", numbers(all.map { Double($0.step) }))
    try inputs.add("class", .words(all.map { $0.step == 0 ? "\($0.client % 2)" : "" }))
    let table = try EventTable(inputs, events: 2, fewest: 4, types: 10)
    #expect(table.clients.count == 50 && table.leftOut == 1)
    #expect(table.clients[3] == "c03")
    #expect(try table.streams.events.types[3].places() == [1, 2])
    #expect(table.streams.answers[.next] == Array(repeating: 3, count: 50))
    #expect(table.streams.answers[.state] == Array(repeating: 2, count: 50))
    #expect(table.streams.answers[.client] == (0..<50).map { $0 % 2 })
    let gap = try table.streams.events.numbers[0, 1, 0].value()
    #expect(near(gap, log(2), 1e-6))
  }

  @Test func ranksAreMeansOverTasks() {
    var scores = EventScores()
    scores[.generative] = [.client: 0.6, .state: 0.9, .next: 0.7]
    scores[.contrastive] = [.client: 0.8, .state: 0.6, .next: 0.7]
    scores[.aligned] = [.client: 0.8, .state: 0.8, .next: 0.8]
    scores[.supervised] = [.client: 0.5, .state: 0.5, .next: 0.5]
    let ranks = scores.meanRanks()
    #expect(near(ranks[.aligned] ?? 0, (1.5 + 2 + 1) / 3))
    #expect(near(ranks[.generative] ?? 0, (3 + 1 + 2.5) / 3))
    #expect(near(ranks[.supervised] ?? 0, 4))
  }

  @Test func fewStepsGiveAreasForEveryRoute() throws {
    var study = EventStreamsLab()
    (study.streams, study.tested, study.events) = (60, 60, 6)
    (study.learning.steps, study.learning.width, study.learning.labels) = (2, 8, 40)
    let scores = try study.comparison(Seed(1)) { false }.scores()
    #expect(!scores.tasks.isEmpty)
    for route in EventRoute.allCases { #expect((0...1).contains(scores.mean(route))) }
  }
}
