import Foundation
import Synchronization

/// Signs of life between the processes of a group: each counts up twice a second, and one whose count stands still is
/// taken for gone.
final class Lifeline: Sendable {
  /// How long a count may stand still.
  private static let patience = Duration.seconds(8)
  /// The same where a connection has broken.
  private static let briefly = Duration.milliseconds(2500)
  /// Added to the count of one that goes: far more than the counts of a training of years.
  private static let done = 1 << 40
  private static let failed = 1 << 41

  private struct State {
    var counts: [Int]
    var moved: [ContinuousClock.Instant]
    var answered = ContinuousClock.now
    var isDeaf = false
    var hasEnded = false
  }

  private let point: MeetingPoint
  private let place: ProcessGroup.Place
  private let lost: @Sendable (ProcessLoss) -> Void
  private let state: Mutex<State>

  init(
    _ point: MeetingPoint, _ place: ProcessGroup.Place,
    lost: @escaping @Sendable (ProcessLoss) -> Void
  ) {
    self.point = point
    self.place = place
    self.lost = lost
    state = Mutex(
      State(
        counts: Array(repeating: 0, count: place.size),
        moved: Array(repeating: .now, count: place.size)))
  }

  /// One thread counts and reads, and may wait for an answer for ever; the other judges.
  func start() {
    run("latent pulse") { [self] in beat() }
    run("latent watch") { [self] in
      guard let loss = verdict(after: Self.patience) else { return true }
      lost(loss)
      return false
    }
  }

  private func run(_ name: String, _ turn: @escaping @Sendable () -> Bool) {
    let thread = Thread { [self] in
      while !state.withLock(\.hasEnded), turn() { Thread.sleep(forTimeInterval: 0.5) }
    }
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
  }

  private func key(_ rank: Int) -> String { "alive/\(rank)" }

  /// Counts up, and reads the counts of the others; whether anybody answers.
  private func beat() -> Bool {
    for rank in 0..<place.size {
      guard let count = point.add(rank == place.rank ? 1 : 0, to: key(rank)) else {
        state.withLock { $0.isDeaf = !$0.hasEnded }
        return false
      }
      state.withLock { state in
        state.answered = .now
        guard count != state.counts[rank] else { return }
        state.counts[rank] = count
        state.moved[rank] = .now
      }
    }
    return true
  }

  /// Who is gone, as far as can be told where a count may stand still for `patience`.
  private func verdict(after patience: Duration) -> ProcessLoss? {
    state.withLock { state in
      guard !state.hasEnded else { return nil }
      let others = (0..<place.size).filter { $0 != place.rank }
      if let rank = others.first(where: { state.counts[$0] >= Self.failed }) {
        return ProcessLoss(rank: rank, size: place.size)
      }
      let now = ContinuousClock.now
      if state.isDeaf || now - state.answered > patience {
        return ProcessLoss(rank: place.rankZeroListens ? 0 : nil, size: place.size)
      }
      let still = others.first {
        state.counts[$0] < Self.done && now - state.moved[$0] > patience
      }
      return still.map { ProcessLoss(rank: $0, size: place.size) }
    }
  }

  /// Who it was where a sum could not be made: waits until a count is seen to stand still.
  func loss() -> ProcessLoss {
    let end = ContinuousClock.now + Self.briefly + .seconds(1)
    while ContinuousClock.now < end {
      if let loss = verdict(after: Self.briefly) { return loss }
      Thread.sleep(forTimeInterval: 0.1)
    }
    return ProcessLoss(rank: nil, size: place.size)
  }

  /// Ends the signs of life; the one where all meet stays until the others have gone, for some seconds at most.
  func leave(failed: Bool) {
    let isSilent = state.withLock { state in
      defer { state.hasEnded = true }
      // One that waits for an answer holds up who asks after it.
      return state.hasEnded || state.isDeaf || .now - state.answered > Self.briefly
    }
    guard !isSilent, point.add(failed ? Self.failed : Self.done, to: key(place.rank)) != nil,
      place.rankZeroListens, place.rank == 0
    else { return }
    let end = ContinuousClock.now + .seconds(failed ? 2 : 10)
    let others = 1..<place.size
    while ContinuousClock.now < end,
      others.contains(where: { (point.add(0, to: key($0)) ?? Self.done) < Self.done })
    {
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}
