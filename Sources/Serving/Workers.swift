import Foundation
import Synchronization
import Torch

/// Threads of our own that take work in turn: libtorch keeps what belongs to a thread, so that they live long.
final class Workers: Sendable {
  private let queue: WorkQueue

  /// `count` threads of which each lets one operator use `threads` cores; `politeness` is what is added to their
  /// niceness, so that others go first.
  init(_ name: String, count: Int, threads: Int, politeness: Int32 = 0) {
    let queue = WorkQueue()
    self.queue = queue
    for index in 0..<count {
      let thread = Thread {
        Runtime.threads = threads
        // Of this thread alone, on Linux.
        if politeness > 0 { _ = nice(politeness) }
        while let work = queue.next() { work() }
      }
      thread.name = "\(name)-\(index)"
      thread.stackSize = 16 << 20
      thread.start()
    }
  }

  deinit { queue.close() }

  /// Lets a thread do `work`, after what was given before.
  func add(_ work: @escaping @Sendable () -> Void) { queue.add(work) }
}

/// Work in the order in which it came.
private final class WorkQueue: @unchecked Sendable {
  private let condition = NSCondition()
  // Under the condition's lock.
  private var waiting: [@Sendable () -> Void] = []
  private var first = 0
  private var isClosed = false

  func add(_ work: @escaping @Sendable () -> Void) {
    condition.withLock {
      waiting.append(work)
      condition.signal()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// The next piece of work, when there is one; nothing when there will be none.
  func next() -> (@Sendable () -> Void)? {
    condition.withLock {
      while first == waiting.count, !isClosed { condition.wait() }
      guard first < waiting.count else { return nil }
      defer {
        first += 1
        if first == waiting.count {
          waiting.removeAll(keepingCapacity: waiting.count < 1024)
          first = 0
        }
      }
      return waiting[first]
    }
  }
}
