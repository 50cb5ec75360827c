import Foundation
import Synchronization

/// A person's wish, by Ctrl-C, or the system's, by SIGTERM, that the work stop soon and save itself.
public enum Interrupt {
  /// How many signals have come since ``arm()``.
  private static let signals = Atomic<Int>(0)

  /// Whether the first signal ends the program.
  private static let isFinal = Atomic<Bool>(false)

  /// Whether the work should stop at the next good moment.
  public static var requested: Bool { signals.load(ordering: .relaxed) > 0 }

  /// Makes the first SIGINT or SIGTERM a request and the second an exit with code 130; a closed pipe
  /// becomes an error where it is written to, not a death.
  public static func arm() {
    // The first use also creates the counter, which a signal handler could not do safely.
    signals.store(0, ordering: .relaxed)
    isFinal.store(false, ordering: .relaxed)
    signal(SIGPIPE, SIG_IGN)
    var armed = sigset_t()
    sigemptyset(&armed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interrupt.count() }
      sigaddset(&armed, number)
    }
    // A program keeps the signals that its parent blocked, and some test runners block these.
    pthread_sigmask(SIG_UNBLOCK, &armed, nil)
  }

  /// Makes the first signal an exit with code 130: for work that is soon done, saves nothing on its way and asks for no
  /// request.
  public static func endAtOnce() { isFinal.store(true, ordering: .relaxed) }

  /// Runs `body` with the first signal an exit: for what comes before work that saves itself, such as opening data.
  public static func endingAtOnce<Result>(_ body: () throws -> Result) rethrows -> Result {
    isFinal.store(true, ordering: .relaxed)
    defer { isFinal.store(false, ordering: .relaxed) }
    return try body()
  }

  private static func count() {
    let isEnd = isFinal.load(ordering: .relaxed)
    if signals.wrappingAdd(1, ordering: .relaxed).oldValue > 0 || isEnd {
      _exit(ExitCode.interrupted.rawValue)
    }
  }
}
