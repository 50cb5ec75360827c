import Foundation
import Synchronization

/// The live account of a long piece of work: one line redrawn on a terminal, a line now and then elsewhere.
public final class ProgressLine: Sendable {
  /// How progress is shown.
  public enum Style: Sendable {
    /// One line that is drawn again in place, at most ten times a second.
    case redrawn
    /// A new line at most every ten seconds, for logs.
    case logged
    /// Nothing.
    case silent
  }

  private struct State {
    var progress: Progress
    var lastShown: Double?
    var isFinished = false
  }

  private let style: Style
  private let began: Double
  private let now: @Sendable () -> Double
  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  init(
    _ progress: Progress, style: Style, now: @escaping @Sendable () -> Double,
    width: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.now = now
    self.width = width
    self.write = write
    began = now()
    state = Mutex(State(progress: progress))
  }

  /// Tells how many units are done in all, with live values such as a loss; shown when it is time.
  public func update(
    done: Int, label: String? = nil, values: [(name: String, value: Double)] = []
  ) {
    if style == .silent { return }
    let time = now()
    state.withLock { state in
      if state.isFinished { return }
      state.progress.done = done
      state.progress.elapsed = time - began
      if let label { state.progress.label = label }
      if !values.isEmpty { state.progress.values = values }
      let pause = style == .redrawn ? 0.1 : 10
      // The first log line waits too: short work then leaves only its last line.
      let last = state.lastShown ?? (style == .redrawn ? -Double.infinity : began)
      guard time - last >= pause else { return }
      state.lastShown = time
      show(state.progress)
    }
  }

  /// Ends the account with a line that stays; later calls do nothing.
  public func finish() {
    if style == .silent { return }
    let time = now()
    state.withLock { state in
      if state.isFinished { return }
      state.isFinished = true
      state.progress.elapsed = time - began
      write((style == .redrawn ? ProgressLine.clear : "") + state.progress.summary + "\n")
    }
  }

  /// Says `sentence` on a line of its own, above a redrawn line.
  public func say(_ sentence: String) {
    if style == .silent { return }
    state.withLock { state in
      write((style == .redrawn ? ProgressLine.clear : "") + sentence + "\n")
      if style == .redrawn, !state.isFinished { show(state.progress) }
    }
  }

  private func show(_ progress: Progress) {
    switch style {
    // The last column stays free: some terminals wrap as soon as it is written.
    case .redrawn: write(ProgressLine.clear + progress.line(width: max(20, width() - 1)))
    case .logged: write(progress.sentence + "\n")
    case .silent: break
    }
  }

  private static let clear = "\r\u{1B}[K"
}
