import Files
import Foundation
import Learning
import Synchronization
import Torch

/// One thread through which all encoding and decoding of examples goes: what waits for the same network goes through it
/// together, so that many small requests cost hardly more than one.
///
/// Rows go through in blocks of a fixed size, the last filled up with zeros: whoever else asks at the same time, an example
/// gets the same bits.
final class Batcher: Sendable {
  /// What a network does with rows; compared by its name.
  struct Function: Sendable {
    let name: String
    /// Shape of one row that goes in.
    let shape: [Int]
    let apply: @Sendable (Tensor) -> Tensor
  }

  /// Rows that came out, with the shape of all.
  typealias Rows = (values: [Float], shape: [Int])
  typealias Completion = @Sendable (Result<Rows, any Error>) -> Void

  /// Rows of a block.
  static let block = 32
  /// Rows of one turn: the next in line waits no longer than these take.
  static let most = 256

  private let line = Line()
  /// Told the rows of every turn.
  private let didTurn: @Sendable (Int) -> Void

  init(threads: Int, didTurn: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.didTurn = didTurn
    let line = self.line, turn = Turn(didTurn: didTurn)
    let thread = Thread {
      Runtime.threads = threads
      while let jobs = line.next() { turn.take(jobs, line) }
    }
    thread.name = "inference"
    thread.stackSize = 16 << 20
    thread.start()
  }

  deinit { line.close() }

  /// Puts rows in line; `completion` is called on the inference thread.
  func apply(
    _ function: Function, to values: [Float],
    while isAwaited: @escaping @Sendable () -> Bool = { true },
    _ completion: @escaping Completion
  ) {
    line.add(Job(function, values, isAwaited, completion))
  }

  /// The rows, waited for; never call it on the inference thread.
  func apply(_ function: Function, to values: [Float]) throws -> Rows {
    let done = DispatchSemaphore(value: 0)
    let found = Mutex<Result<Rows, any Error>?>(nil)
    apply(function, to: values) { result in
      found.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = found.withLock({ $0 }) else { throw Refusal(500, "inference gave nothing") }
    return try result.get()
  }

  /// Rows of one who asks; used by the inference thread alone once it is in line.
  fileprivate final class Job: @unchecked Sendable {
    let function: Function
    let values: [Float]
    let width: Int
    let count: Int
    let isAwaited: @Sendable () -> Bool
    let completion: Completion
    /// Rows that went through.
    var done = 0
    var results: [Float] = []
    var shape: [Int] = []

    init(
      _ function: Function, _ values: [Float], _ isAwaited: @escaping @Sendable () -> Bool,
      _ completion: @escaping Completion
    ) {
      (self.function, self.values, self.completion) = (function, values, completion)
      self.isAwaited = isAwaited
      width = max(1, function.shape.reduce(1, *))
      count = values.count / width
    }
  }

  /// Who waits, in the order of coming.
  fileprivate final class Line: @unchecked Sendable {
    private let condition = NSCondition()
    // Under the condition's lock.
    private var waiting: [Job] = []
    private var isClosed = false

    func add(_ job: Job) {
      condition.lock()
      waiting.append(job)
      condition.signal()
      condition.unlock()
    }

    func close() {
      condition.lock()
      isClosed = true
      condition.broadcast()
      condition.unlock()
    }

    /// The first in line with all who want the same, up to the rows of a turn; those who are left stay in line.
    func next() -> [Job]? {
      condition.lock()
      defer { condition.unlock() }
      while waiting.isEmpty, !isClosed { condition.wait() }
      guard let first = waiting.first else { return nil }
      var room = Batcher.most
      var taken: [Job] = [], left: [Job] = []
      for job in waiting {
        if room > 0, job.function.name == first.function.name {
          room -= job.count - job.done
          taken.append(job)
        } else {
          left.append(job)
        }
      }
      waiting = left
      return taken
    }
  }

  /// Sends the rows of one turn through the network.
  fileprivate struct Turn: Sendable {
    let didTurn: @Sendable (Int) -> Void

    func take(_ taken: [Job], _ line: Line) {
      let jobs = taken.filter { job in
        if job.isAwaited() { return true }
        job.completion(.failure(Refusal(503, "nobody waits for this any more")))
        return false
      }
      // Which rows of which job, in order.
      var pieces: [(job: Job, rows: Range<Int>)] = []
      var room = Batcher.most
      for job in jobs {
        let rows = job.done..<min(job.count, job.done + room)
        room -= rows.count
        pieces.append((job, rows))
      }
      guard let function = jobs.first?.function else { return }
      do {
        try withoutGradients { try run(pieces, function) }
      } catch {
        return jobs.forEach { $0.completion(.failure(error)) }
      }
      didTurn(pieces.reduce(0) { $0 + $1.rows.count })
      for (job, rows) in pieces {
        job.done = rows.upperBound
        if job.done < job.count {
          line.add(job)
        } else {
          job.completion(.success((job.results, [job.count] + job.shape)))
        }
      }
    }

    private func run(_ pieces: [(job: Job, rows: Range<Int>)], _ function: Function) throws {
      let width = function.shape.reduce(1, *)
      let total = pieces.reduce(0) { $0 + $1.rows.count }
      var place = (piece: 0, row: pieces.first?.rows.lowerBound ?? 0)
      for start in stride(from: 0, to: total, by: Batcher.block) {
        let count = min(Batcher.block, total - start)
        let origin = place
        var block = [Float](repeating: 0, count: Batcher.block * width)
        for row in 0..<count {
          advance(&place, pieces)
          let from = place.row * width
          block.replaceSubrange(
            row * width..<(row + 1) * width,
            with: pieces[place.piece].job.values[from..<from + width])
          place.row += 1
        }
        let x = Tensor(block, shape: [Batcher.block] + function.shape)
        let y = try function.apply(x).to(.float32).checked()
        let values: [Float] = try y.values()
        let each = values.count / Batcher.block
        var reader = origin
        for row in 0..<count {
          advance(&reader, pieces)
          let job = pieces[reader.piece].job
          job.shape = Array(y.shape.dropFirst())
          job.results.append(contentsOf: values[row * each..<(row + 1) * each])
          reader.row += 1
        }
      }
    }

    /// Goes on to the piece that has the next row.
    private func advance(
      _ place: inout (piece: Int, row: Int), _ pieces: [(job: Job, rows: Range<Int>)]
    ) {
      while place.row >= pieces[place.piece].rows.upperBound {
        place.piece += 1
        place.row = pieces[place.piece].rows.lowerBound
      }
    }
  }
}
