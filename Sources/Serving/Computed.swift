import Foundation

/// Something that takes long to compute, is computed once when it is first asked for, and is kept.
final class Computed<Value: Sendable>: @unchecked Sendable {
  /// How far it is.
  struct Progress: Sendable {
    var done = 0.0
    var secondsLeft: Double?
  }

  enum State: Sendable {
    case working(Progress)
    case ready(Value)
    case failed(any Error)
  }

  /// Told the share that is done, from 0 to 1.
  typealias Report = @Sendable (Double) -> Void

  private let workers: Workers
  private let make: @Sendable (@escaping Report) throws -> Value
  private let condition = NSCondition()
  // Under the condition's lock; nothing before it was asked for.
  private var current: State?
  private var begun = ContinuousClock.now

  /// Computed by `make` on a thread of `workers`.
  init(by workers: Workers, _ make: @escaping @Sendable (@escaping Report) throws -> Value) {
    (self.workers, self.make) = (workers, make)
  }

  /// How far it is; begins it where nobody did.
  var state: State {
    condition.lock()
    defer { condition.unlock() }
    if let current { return current }
    let state = State.working(Progress())
    current = state
    begun = .now
    workers.add { self.compute() }
    return state
  }

  /// The value, waited for; nothing where it is not there after so many seconds.
  func value(within seconds: Double) throws -> Value? {
    let end = Date() + seconds
    _ = state
    condition.lock()
    defer { condition.unlock() }
    while case .working? = current {
      guard condition.wait(until: end) else { break }
    }
    switch current {
    case .ready(let value): return value
    case .failed(let error): throw error
    case .working, nil: return nil
    }
  }

  /// The value for other work of the same workers, computed here where nobody began it.
  func valueHere() throws -> Value {
    condition.lock()
    let isNew: Bool
    if case .ready(let value)? = current {
      condition.unlock()
      return value
    }
    // On the one thread of its workers nothing else can be at it: what is begun only waits for its turn.
    if case .failed(let error)? = current {
      condition.unlock()
      throw error
    }
    isNew = current == nil
    if isNew {
      current = .working(Progress())
      begun = .now
    }
    condition.unlock()
    compute()
    guard let value = try value(within: 0) else { throw Refusal(500, "a computation did not end") }
    return value
  }

  private func compute() {
    condition.lock()
    switch current {
    case .ready?, .failed?:
      // Other work needed it, and made it before its turn.
      condition.unlock()
      return
    default: condition.unlock()
    }
    let result = Result { try make { [weak self] done in self?.report(done) } }
    condition.lock()
    switch result {
    case .success(let value): current = .ready(value)
    case .failure(let error): current = .failed(error)
    }
    condition.broadcast()
    condition.unlock()
  }

  private func report(_ done: Double) {
    condition.lock()
    defer { condition.unlock() }
    guard case .working? = current else { return }
    let spent = (ContinuousClock.now - begun) / .seconds(1)
    let left = done > 0.01 ? spent / done * (1 - done) : nil
    current = .working(Progress(done: min(1, max(0, done)), secondsLeft: left))
  }
}
