import Foundation
import Torch

/// What can be asked of a stream of events, from what is seen of it.
enum EventTask: String, CaseIterable, Codable, Sendable {
  /// The class of the client, which all of the stream bears on.
  case client
  /// The state of the client at the last event seen, which the latest events bear on.
  case state
  /// The type of the event after the last one seen.
  case next

  /// For tables and claims.
  var title: String {
    switch self {
    case .client: "class of the client"
    case .state: "state at the end"
    case .next: "type of the next event"
    }
  }
}

/// Events of several streams, filled up to one length.
struct EventBatch: Sendable {
  /// Types, `[n, t]`, int64; 0 after the end of a stream.
  let types: Tensor
  /// Log gap since the event before, and amount, `[n, t, 2]`; 0 after the end.
  let numbers: Tensor
  /// Events of each stream, from 1 to t, `[n]`, int64.
  let lengths: Tensor

  /// Number of streams, n.
  var count: Int { types.size(0) }
  /// Most events of a stream, t.
  var longest: Int { types.size(1) }

  /// The streams at `index`, int64.
  func rows(_ index: Tensor) -> EventBatch {
    EventBatch(
      types: types.indexSelect(0, index), numbers: numbers.indexSelect(0, index),
      lengths: lengths.indexSelect(0, index))
  }

  /// 1 where a stream has an event, else 0, `[n, t]`.
  var present: Tensor {
    let places = Tensor.range(0, Double(longest), type: .int64, device: types.device)
    return (places.unsqueezed(0) .< lengths.unsqueezed(1)).to(.float32)
  }

  /// `count` slices of each stream, one stream's after another's: runs of events whose number is drawn from
  /// `events`, or up to all where the stream has fewer, at places that are drawn too.
  ///
  /// - Source: Babaev et al., *CoLES: contrastive learning for event sequences with self-supervision*, SIGMOD 2022,
  ///   the random slices of algorithm 1.
  func slices(_ count: Int, of events: ClosedRange<Int>, _ random: RandomStream) -> EventBatch {
    let whole = lengths.repeatingEach(count, along: 0).to(.float32)  // [n · count]
    let low = whole.clamped(atMost: Double(events.lowerBound))
    let high = whole.clamped(atMost: Double(events.upperBound))
    func drawn(_ choices: Tensor, _ name: String) -> Tensor {
      (random.child(name).uniform(choices.shape) * choices).floor().minimum(choices - 1)
    }
    let length = low + drawn(high - low + 1, "lengths")
    let start = drawn(whole - length + 1, "starts")
    let steps = Tensor.range(0, Double(events.upperBound), device: types.device).unsqueezed(0)
    let places = (start.unsqueezed(1) + steps).minimum((whole - 1).unsqueezed(1)).to(.int64)
    let numbers = numbers.repeatingEach(count, along: 0)
    let wide = places.unsqueezed(2).expanded([places.size(0), places.size(1), numbers.size(2)])
    return EventBatch(
      types: types.repeatingEach(count, along: 0).gather(1, places),
      numbers: numbers.gather(1, wide), lengths: length.to(.int64))
  }

  /// What an analyst would count: shares of the types among all events, among the last eight and in the last, and
  /// means and deviations of the numbers, `[n, 3 · kinds + 6]`.
  func aggregates(kinds: Int) -> Tensor {
    let hot = types.oneHot(kinds).to(.float32)
    let here = present
    let places = Tensor.range(0, Double(longest), type: .int64).unsqueezed(0)
    func latest(_ count: Double) -> Tensor {
      here * (places .>= (lengths.to(.float32) - count).unsqueezed(1)).to(.float32)
    }
    func mean(_ x: Tensor, _ mask: Tensor) -> Tensor {
      (x * mask.unsqueezed(2)).sum(over: 1)
        / mask.sum(over: 1, keep: true).clamped(atLeast: 1)
    }
    let centre = mean(numbers, here)
    let spread = (mean(numbers.squared(), here) - centre.squared()).clamped(atLeast: 0)
    return Tensor.concatenate(
      [
        mean(hot, here), mean(hot, latest(8)), mean(hot, latest(1)), centre, spread.squareRoot(),
        mean(numbers, latest(8)),
      ], along: 1)
  }
}

/// Streams of events, and what is known of each.
struct EventStreams: Sendable {
  let events: EventBatch
  /// Number of different types.
  let kinds: Int
  /// What is known: for each stream a class from 0, or -1 where it is not known.
  let answers: [EventTask: [Int]]

  /// Number of classes of the answers to `task`.
  func classes(_ task: EventTask) -> Int { (answers[task]?.max() ?? -1) + 1 }

  /// The streams at `places`.
  func rows(_ places: [Int]) -> EventStreams {
    EventStreams(
      events: events.rows(Tensor(places.map(Int64.init), shape: [places.count])), kinds: kinds,
      answers: answers.mapValues { all in places.map { all[$0] } })
  }

  /// The same streams with numbers of mean 0 and deviation 1 over the events of `others`.
  func standardised(by others: EventStreams) -> EventStreams {
    let mask = others.events.present.unsqueezed(2)
    let count = mask.sum()
    let mean = (others.events.numbers * mask).sum(over: 0, 1) / count  // [2]
    let spread = ((others.events.numbers - mean).squared() * mask).sum(over: 0, 1) / count
    // A column that never changes says nothing, and must not divide by 0.
    let deviation = spread.squareRoot().clamped(atLeast: 1e-6)
    let numbers = (events.numbers - mean) / deviation * events.present.unsqueezed(2)
    return EventStreams(
      events: EventBatch(types: events.types, numbers: numbers, lengths: events.lengths),
      kinds: kinds, answers: answers)
  }
}
