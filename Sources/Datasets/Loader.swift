import Foundation
import Synchronization
import Torch

/// Batches of one epoch after another: shuffled by seed and epoch, made ahead on a thread of their own.
public struct Loader: Sendable {
  /// Where the batches come from.
  public let examples: Examples
  /// Examples in a batch.
  public let batch: Int
  private let seed: Seed
  private let shuffled: Bool
  private let prefetch: Int
  private let dropLast: Bool
  private let part: @Sendable (Int) -> Range<Int>

  /// A loader of `batch` examples at a time.
  ///
  /// - Parameters:
  ///   - seed: what each epoch's order, and draws of stochastic binarisation, follow from.
  ///   - prefetch: batches made ahead; 0 makes each when it is asked for, without a thread.
  ///   - dropLast: whether a last batch that is not full is left out.
  ///   - part: which of a batch's examples are made, of so many; all of them where other processes make none.
  public init(
    _ examples: Examples, batch: Int, seed: Seed, shuffled: Bool = true, prefetch: Int = 2,
    dropLast: Bool = false, part: @escaping @Sendable (Int) -> Range<Int> = { 0..<$0 }
  ) {
    precondition(batch > 0 && prefetch >= 0, "batches of \(batch), \(prefetch) ahead")
    self.examples = examples
    self.batch = batch
    self.seed = seed
    self.shuffled = shuffled
    self.prefetch = prefetch
    self.dropLast = dropLast
    self.part = part
  }

  /// Number of batches of an epoch.
  public var batchesPerEpoch: Int {
    dropLast ? examples.count / batch : (examples.count + batch - 1) / batch
  }

  /// Number of examples of batch `index` of an epoch, whoever makes them.
  public func count(of index: Int) -> Int { min(batch, examples.count - index * batch) }

  /// The batches of epoch `number`, starting with batch `batchIndex`; these are the same as in an
  /// unbroken epoch.
  public func epoch(_ number: Int, from batchIndex: Int = 0) -> Epoch {
    let order = order(of: number)
    let draws = seed.child("draws").child(number)
    return Epoch(from: batchIndex, to: batchesPerEpoch, prefetch: prefetch) { index in
      let (first, part) = (index * batch, part(count(of: index)))
      let range = first + part.lowerBound..<first + part.upperBound
      return try examples.batch(order.map { Array($0[range]) } ?? Array(range), seed: draws)
    }
  }

  /// The order of an epoch, which depends on the seed and the epoch only; nothing for the given order.
  private func order(of epoch: Int) -> [Int]? {
    shuffled ? Datasets.shuffled(examples.count, seed.child("order").child(epoch)) : nil
  }
}

extension Loader {
  /// The batches of one epoch, one at a time; its thread stops when the last is out, on
  /// ``cancel()``, and when the epoch is let go.
  public final class Epoch: Sendable {
    private let line: Line
    private let make: @Sendable (Int) throws -> Batch
    private let threaded: Bool

    init(
      from first: Int, to end: Int, prefetch: Int, _ make: @escaping @Sendable (Int) throws -> Batch
    ) {
      line = Line(first: first, end: end, room: max(1, prefetch))
      self.make = make
      threaded = prefetch > 0 && first < end
      guard threaded else { return }
      let thread = Thread { [line] in line.fill(make) }
      thread.name = "latent loader"
      thread.stackSize = 8 << 20
      thread.start()
    }

    deinit { line.cancel() }

    /// The next batch; nothing after the last one.
    ///
    /// - Throws: what making the batch threw; nothing follows then.
    public func next() throws -> Batch? {
      if threaded { return try line.take() }
      guard let index = line.claim() else { return nil }
      return try make(index)
    }

    /// Ends the epoch; no batch follows, and the thread stops.
    public func cancel() { line.cancel() }

    /// Whether the thread that makes batches has ended, or there is none.
    public var isIdle: Bool { !threaded || line.hasEnded }
  }

  /// The batches between the thread that makes them and the one that takes them.
  private final class Line: @unchecked Sendable {
    private let condition = NSCondition()
    private var made: [Result<Batch, any Error>] = []
    private var next: Int
    private let end: Int
    private let room: Int
    private var cancelled = false
    private var ended = false

    init(first: Int, end: Int, room: Int) {
      next = first
      self.end = end
      self.room = room
    }

    var hasEnded: Bool { condition.withLock { ended } }

    func cancel() {
      condition.withLock {
        cancelled = true
        made = []
        condition.broadcast()
      }
    }

    func claim() -> Int? {
      condition.withLock {
        guard !cancelled, next < end else { return nil }
        defer { next += 1 }
        return next
      }
    }

    func fill(_ make: (Int) throws -> Batch) {
      while let index = claim() {
        let result = Result { try make(index) }
        let goOn = condition.withLock {
          while made.count >= room, !cancelled { condition.wait() }
          if cancelled { return false }
          made.append(result)
          condition.broadcast()
          if case .failure = result { return false }
          return true
        }
        if !goOn { break }
      }
      condition.withLock {
        ended = true
        condition.broadcast()
      }
    }

    func take() throws -> Batch? {
      let result: Result<Batch, any Error>? = condition.withLock {
        while made.isEmpty, !ended, !cancelled { condition.wait() }
        guard !made.isEmpty else { return nil }
        defer { condition.broadcast() }
        return made.removeFirst()
      }
      return try result?.get()
    }
  }
}
