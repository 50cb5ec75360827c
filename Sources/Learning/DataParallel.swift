import Datasets
import Files
import Networks
import Torch

/// One training by several processes: each computes the gradients of its share of a batch, and all follow the mean of
/// these over the whole batch, so that their parameters stay the same.
final class DataParallel {
  /// How far the numbers of a step may lie apart that is computed whole and in shares, relative to their size: sums in
  /// another order are a hundred times nearer, a batch that counts as a whole is far beyond.
  static let tolerance = 1e-4

  private let group: ProcessGroup
  /// Batches of other sizes are computed whole by each process.
  private var divided: Set<Int> = []
  /// Whether one of the processes has been asked to stop.
  private(set) var stops = false

  init(_ group: ProcessGroup) { self.group = group }

  private func wouldBe(of count: Int) -> BatchShare {
    BatchShare(of: count, rank: group.rank, ranks: group.size)
  }

  /// What this process has of a batch of `count` examples; nil for all of it.
  func share(of count: Int) -> BatchShare? {
    divided.contains(count) ? wouldBe(of: count) : nil
  }

  /// Which examples this process needs of a batch of so many.
  var part: @Sendable (Int) -> Range<Int> {
    let (divided, rank, ranks) = (divided, group.rank, group.size)
    return { count in
      divided.contains(count)
        ? BatchShare(of: count, rank: rank, ranks: ranks).rows : 0..<count
    }
  }

  /// Gives `network` the state that it has in the process of rank 0.
  func follow(_ network: any Module) throws {
    let state = network.state
    try group.followRankZero(state.keys.sorted().compactMap { state[$0] })
  }

  /// Makes gradients and terms those of the whole batch.
  func average(
    _ gradients: inout [Tensor], _ terms: inout [(name: String, value: Tensor)],
    _ share: BatchShare?, stop: Bool
  ) throws {
    let weight =
      share.map { Double($0.rows.count) / Double($0.whole) } ?? 1 / Double(group.size)
    let sums = try group.sums(
      gradients + terms.map(\.value) + [Tensor(stop ? 1 : 0)], weight: weight)
    for (index, sum) in sums.suffix(terms.count + 1).dropLast().enumerated() {
      terms[index].value = sum
    }
    gradients = Array(sums.prefix(gradients.count))
    if try sums[sums.count - 1].value() > 0 { stops = true }
  }
}

extension DataParallel {
  /// A loss and its gradients, for one phase.
  private typealias Answer = (gradients: [Tensor], terms: [(name: String, value: Tensor)])

  /// Computes a step whole and in shares, and shares batches out where both are the same; leaves no trace in `modules`.
  ///
  /// - Throws: ``TrainingError/indivisible(_:)`` where a full batch cannot be shared.
  func prove(
    _ name: String, _ phases: [Phase], _ modules: [any Module], _ loader: Loader, _ epoch: Int,
    _ device: Device, _ step: (BatchShare?) -> Step
  ) throws {
    func refuse(_ reason: String) -> TrainingError {
      .indivisible(
        "\(name) cannot be trained by several processes: \(reason); run it in one process")
    }
    guard phases.allSatisfy({ $0.descent is PlainDescent }) else {
      throw refuse("it does not follow the plain gradients of its loss")
    }
    let full = min(loader.batch, loader.examples.count)
    guard full >= group.size else {
      throw refuse("a batch of \(full) examples is too small for \(group.size) of them")
    }
    for index in Set([0, loader.batchesPerEpoch - 1]).sorted() {
      let count = loader.count(of: index)
      guard count >= group.size, !divided.contains(count),
        let batch = try loader.epoch(epoch, from: index).next()
      else { continue }
      let reason = try difference(phases, modules, batch.moved(to: device), step)
      if reason == nil {
        divided.insert(count)
      } else if let reason, count == full {
        throw refuse(reason)
      }
    }
  }

  /// In what a step differs that is computed in shares; nil where it does not.
  private func difference(
    _ phases: [Phase], _ modules: [any Module], _ batch: Batch, _ step: (BatchShare?) -> Step
  ) throws -> String? {
    let share = wouldBe(of: batch.x.size(0))
    let before = modules.flatMap { state(of: $0) }
    let (whole, wholeState) = try leavingNoTrace(modules) {
      try phases.map { try answer($0, batch, step(nil)) }
    }
    let (part, partState) = try leavingNoTrace(modules) {
      try phases.map { phase in
        var found = try answer(phase, batch.rows(share.rows), step(share))
        try average(&found.gradients, &found.terms, share, stop: false)
        return found
      }
    }
    for (one, other) in zip(whole, part) {
      for (term, together) in zip(one.terms, other.terms) {
        let (a, b) = (try term.value.value(), try together.value.value())
        guard abs(a - b) <= Self.tolerance * (abs(a) + 0.01) || (a.isNaN && b.isNaN) else {
          return "its loss term \(term.name) is \(Float(a)) for a whole batch and \(Float(b)) for "
            + "its parts together"
        }
      }
      let all = try one.gradients.jointNorm.value()
      for (a, b) in zip(one.gradients, other.gradients) {
        let bound = try Self.tolerance * [a].jointNorm.value() + 0.01 * Self.tolerance * all
        guard try [a - b].jointNorm.value() <= bound || !all.isFinite else {
          return "the gradients of a whole batch and of its parts together differ"
        }
      }
    }
    // Each process has a state of its own, and all must hear of it where one differs.
    let differs = try zip(before, zip(wholeState, partState)).contains { before, after in
      try !isSameChange(of: before, after.0, after.1)
    }
    let count = try group.sums([Tensor(differs ? 1 : 0)])[0].value()
    return count > 0 ? "what it remembers of a batch depends on the whole of it" : nil
  }

  private func answer(_ phase: Phase, _ batch: Batch, _ step: Step) throws -> Answer {
    let loss = phase.loss(batch, step)
    let total = loss.total
    let terms = loss.terms.map { (name: $0.name, value: $0.mean) } + [(name: "loss", value: total)]
    return (try total.gradients(for: phase.parameters), terms)
  }

  /// Whether a part of the state has become the same but for rounding, measured by how far it has moved: a table of all
  /// examples moves in a few rows only.
  private func isSameChange(of old: Tensor, _ a: Tensor, _ b: Tensor) throws -> Bool {
    func size(_ x: Tensor) throws -> Double { try x.abs().sum().value() }
    let (old, a, b) = (old.to(.float64), a.to(.float64), b.to(.float64))
    let rounding = try 3e-8 * size(a)
    return try size(a - b) <= Self.tolerance * size(a - old) + rounding || !rounding.isFinite
  }

  /// Copies of all that `module` is made of, in an order of their names.
  private func state(of module: any Module) -> [Tensor] {
    let state = module.state
    return state.keys.sorted().compactMap { state[$0]?.detached().copied() }
  }

  /// What `body` gives, and the state that it leaves, which is then taken back.
  private func leavingNoTrace(
    _ modules: [any Module], _ body: () throws -> [Answer]
  ) throws -> ([Answer], [Tensor]) {
    let before = modules.map { $0.state.copied }
    defer {
      for (module, state) in zip(modules, before) {
        // Cannot fail: the state is the module's own.
        try? module.load(state)
      }
    }
    let value = try body()
    return (value, modules.flatMap { state(of: $0) })
  }
}

extension Batch {
  /// The examples at the places `range`.
  func rows(_ range: Range<Int>) -> Batch {
    func part(_ a: Tensor) -> Tensor { a.sliced(0, range.lowerBound, range.upperBound) }
    return Batch(
      x: part(x), labels: labels.map(part), factors: factors.map(part),
      observed: observed.map(part), indices: Array(indices[range]))
  }
}
