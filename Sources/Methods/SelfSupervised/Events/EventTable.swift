import Datasets
import Evaluation
import Files
import Foundation
import Torch

/// A person's table of events, a row for each, as streams of its clients.
///
/// Gaps are log(1 + gap / median gap), amounts the area hyperbolic sine of the amount over the median size, so that
/// neither depends on its unit; without amounts they are 0.
struct EventTable {
  let streams: EventStreams
  /// The clients in the order of the streams.
  let clients: [String]
  /// Clients with too few events.
  let leftOut: Int

  /// One event.
  private struct Event {
    let time: Double
    let type: Int
    let amount: Double
    let state: Int
  }

  /// The latest `events` and one more of each client that has at least `fewest`; the rarest of more than `types`
  /// types count as one.
  ///
  /// - Throws: `UserError` naming the column, and what it must hold.
  init(_ inputs: NamedArrays, events: Int, fewest: Int, types: Int) throws {
    let (owners, names) = try inputs.classes("client")
    let times = try EventTimes(inputs, "time").seconds
    let kinds = Self.frequent(try inputs.classes("type").codes, most: types)
    let rows = owners.count
    let amounts =
      inputs.has("amount") ? try inputs.column("amount") : Array(repeating: 0, count: rows)
    let states = inputs.has("state") ? try Self.answers(inputs, "state") : nil
    let classes = inputs.has("class") ? try Self.answers(inputs, "class") : nil
    let columns: [(String, Int?)] = [
      ("time", times.count), ("type", kinds.count), ("amount", amounts.count),
      ("state", states?.count), ("class", classes?.count),
    ]
    for (name, count) in columns {
      try require(
        count == nil || count == rows,
        "there are \(rows) clients and \(count ?? 0) rows of \(name); they must be as many")
    }
    let size = amounts.map(abs).filter { $0 > 0 }.median
    var (all, known) = (Array(repeating: [Event](), count: names.count), [Int: Int]())
    for row in 0..<rows {
      let amount = amounts[row] == 0 ? 0 : asinh(amounts[row] / size)
      all[owners[row]].append(
        Event(time: times[row], type: kinds[row], amount: amount, state: states?[row] ?? -1))
      if let classes, classes[row] >= 0 { known[owners[row]] = classes[row] }
    }
    let kept = all.indices.filter { all[$0].count >= fewest }
    leftOut = all.count - kept.count
    try require(
      kept.count >= 50,
      "\(kept.count) clients have \(fewest) events or more; at least 50 are needed, or a smaller --fewest"
    )
    clients = kept.map { names[$0] }
    // A sort that keeps the order of the rows where times are equal.
    let ordered = kept.map { owner in
      all[owner].enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        .map(\.element)
    }
    streams = try Self.streams(
      ordered, events: events, kinds: (kinds.max() ?? 0) + 1,
      classes: kept.map { known[$0] ?? -1 })
  }

  private static func streams(
    _ clients: [[Event]], events: Int, kinds: Int, classes: [Int]
  ) throws -> EventStreams {
    let gaps = clients.flatMap { zip($0.dropFirst(), $0).map { $0.time - $1.time } }
    let usual = gaps.filter { $0 > 0 }.median
    let longest = min(events, (clients.map(\.count).max() ?? 1) - 1)
    var types: [Int64] = [], numbers: [Float] = [], lengths: [Int64] = []
    for all in clients {
      let first = max(0, all.count - 1 - longest)
      for place in first..<first + longest {
        guard place < all.count - 1 else {
          types.append(0)
          numbers += [0, 0]
          continue
        }
        let gap = place > 0 ? all[place].time - all[place - 1].time : 0
        types.append(Int64(all[place].type))
        numbers += [gap > 0 ? Float(log1p(gap / usual)) : 0, Float(all[place].amount)]
      }
      lengths.append(Int64(all.count - 1 - first))
    }
    let shape = [clients.count, longest]
    return EventStreams(
      events: EventBatch(
        types: Tensor(types, shape: shape), numbers: Tensor(numbers, shape: shape + [2]),
        lengths: Tensor(lengths, shape: [clients.count])),
      kinds: kinds,
      answers: [
        .client: classes, .state: clients.map { $0[$0.count - 2].state },
        .next: clients.map { $0[$0.count - 1].type },
      ])
  }

  /// Types by their frequency, from 0; those after the first `most` have the next number together.
  static func frequent(_ codes: [Int], most: Int) -> [Int] {
    let counts = Dictionary(codes.map { ($0, 1) }, uniquingKeysWith: +)
    let order = counts.keys.sorted { (-counts[$0, default: 0], $0) < (-counts[$1, default: 0], $1) }
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, min($0, most)) })
    return codes.map { places[$0, default: most] }
  }

  /// Classes of a column whose cells may be empty, which are -1.
  private static func answers(_ inputs: NamedArrays, _ name: String) throws -> [Int] {
    let cells: [String]
    switch try inputs.content(name) {
    case .words(let words): cells = words.map { $0.trimmingCharacters(in: .whitespaces) }
    case .numbers(let values, _):
      cells = try values.map { value in
        guard !value.isNaN else { return "" }
        guard let whole = Int(exactly: value) else {
          throw UserError("\(name) holds \(value), and a class is a word or a whole number")
        }
        return "\(whole)"
      }
    }
    let distinct = Set(cells).subtracting([""]).sorted()
    let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    return cells.map { places[$0] ?? -1 }
  }
}
