import Foundation
import Synchronization
import Torch

/// Independent pieces of work, several at a time, each on a thread of its own.
///
/// Small networks gain nothing from several threads for one product, and much from a training on each core: there is
/// nothing to wait for.
public struct SideBySide: Sendable {
  /// Pieces at a time.
  public let workers: Int
  /// Threads that the operators of one piece may use; its bits depend on them.
  public let threads: Int

  /// As many pieces at a time as there are cores for, unless `workers` says otherwise.
  public init(threads: Int = 1, workers: Int? = nil) {
    precondition(threads > 0 && workers ?? 1 > 0, "\(threads) threads, \(workers ?? 1) workers")
    self.threads = threads
    self.workers = workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount / threads)
  }

  /// What `body` makes of each of `0..<count`, in that order; one that fails does not stop the others.
  public func results<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
  ) -> [Result<Value, any Error>] {
    let board = Board<Value>(count)
    let group = DispatchGroup()
    for _ in 0..<min(workers, count) {
      group.enter()
      let thread = Thread { [threads] in
        // libtorch counts the threads of each caller apart.
        Runtime.threads = threads
        while let piece = board.take() { board.note(piece, Result { try body(piece) }) }
        group.leave()
      }
      thread.name = "latent worker"
      thread.stackSize = 16 << 20
      thread.start()
    }
    group.wait()
    return board.results
  }

  /// The pieces that are still to be done, and what came of the others.
  private final class Board<Value: Sendable>: Sendable {
    private struct State {
      var next = 0
      var results: [Result<Value, any Error>?]
    }
    private let state: Mutex<State>
    private let count: Int

    init(_ count: Int) {
      self.count = count
      state = Mutex(State(results: Array(repeating: nil, count: count)))
    }

    func take() -> Int? {
      state.withLock { state in
        guard state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func note(_ piece: Int, _ result: Result<Value, any Error>) {
      state.withLock { $0.results[piece] = result }
    }

    var results: [Result<Value, any Error>] { state.withLock { $0.results.compactMap { $0 } } }
  }
}
