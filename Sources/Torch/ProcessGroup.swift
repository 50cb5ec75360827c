import CTorch
import Files

/// A process that others need is gone.
public struct ProcessLoss: Error, Equatable, Sendable, CustomStringConvertible {
  /// Its rank; nil where what all of them meet at does not answer, and so it is not known which.
  public let rank: Int?
  /// Processes that there were.
  public let size: Int

  public var description: String {
    let who =
      rank.map { "the process of rank \($0), one of \(size)," } ?? "one of \(size) processes"
    return "\(who) has ended or is out of reach"
  }
}

/// Processes that work on one task, on one machine or several, and add up their numbers through Gloo.
///
/// All of them must ask for the same sums in the same order. A process that ends without ``leave(failed:)``, or gives
/// no sign of life for eight seconds, ends the task of the others.
public final class ProcessGroup: Sendable {
  /// How a process finds the others.
  public struct Place: Equatable, Sendable {
    /// Its number among them, from 0.
    public var rank: Int
    /// How many there are.
    public var size: Int
    /// Its number among those of this machine.
    public var localRank: Int
    /// How many are on this machine.
    public var localSize: Int
    /// The machine and the port where they meet.
    public var host: String
    public var port: Int
    /// Whether rank 0 opens the port, rather than what started the processes.
    public var rankZeroListens: Bool
    /// What tells this meeting from others at the same port.
    public var meeting: String

    public init(
      rank: Int, size: Int, localRank: Int = 0, localSize: Int = 1, host: String, port: Int,
      rankZeroListens: Bool = true, meeting: String = "latent"
    ) {
      (self.rank, self.size, self.localRank, self.localSize) = (rank, size, localRank, localSize)
      (self.host, self.port) = (host, port)
      (self.rankZeroListens, self.meeting) = (rankZeroListens, meeting)
    }
  }

  public let place: Place
  public var rank: Int { place.rank }
  public var size: Int { place.size }
  private let store: MeetingPoint
  private let lifeline: Lifeline
  private let group: Group

  /// Handles are pointers that libtorch lets several threads use.
  private struct Group: @unchecked Sendable { let handle: UnsafeMutablePointer<ct_group> }

  /// Meets the others.
  ///
  /// - Parameters:
  ///   - seconds: How long to wait for them.
  ///   - lost: Called once, on a thread of its own, when another is gone while this one computes by itself.
  /// - Throws: `UserError` where they do not come.
  public init(
    _ place: Place, seconds: Double = 120, lost: @escaping @Sendable (ProcessLoss) -> Void
  ) throws {
    self.place = place
    store = try MeetingPoint(place, seconds: seconds)
    let isHere = ["localhost", "127.0.0.1", "::1"].contains(place.host)
    let address = isHere ? "127.0.0.1" : ""
    guard
      let handle = store.withHandle({
        ct_group_join($0, address, Int32(place.rank), Int32(place.size), seconds)
      })
    else {
      throw UserError(
        "the \(place.size) processes did not meet at \(place.host):\(place.port) within "
          + "\(Int(seconds)) s: \(String(cString: ct_error()).prefix { $0 != "\n" })")
    }
    group = Group(handle: handle)
    // A connection of its own: one that waits for an answer holds up the others on it.
    lifeline = Lifeline(
      try MeetingPoint(place, seconds: seconds, listens: false), place, lost: lost)
    lifeline.start()
  }

  /// The sums over all processes of `weight` times each of `tensors`, with the same bits in all of them.
  ///
  /// - Throws: ``TensorError`` that one of them carries, ``ProcessLoss``.
  public func sums(_ tensors: [Tensor], weight: Double = 1) throws -> [Tensor] {
    for tensor in tensors { try tensor.checked() }
    guard !tensors.isEmpty else { return [] }
    var found = [Handle?](repeating: nil, count: tensors.count)
    let ok = withHandles(tensors) { ct_group_sum(group.handle, $0, $1, weight, &found) }
    guard ok else { throw lifeline.loss() }
    return found.map { Tensor($0, "sums", []) }
  }

  /// Writes the numbers that rank 0 has into `tensors` of all processes.
  ///
  /// - Throws: ``TensorError`` that one of them carries, ``ProcessLoss``.
  public func followRankZero(_ tensors: [Tensor]) throws {
    for tensor in tensors {
      let handle = try tensor.handle()
      guard withExtendedLifetime(tensor.storage, { ct_group_broadcast(group.handle, handle) })
      else { throw lifeline.loss() }
    }
  }

  /// Tells the others that this process goes: as one that is done, or as one that has failed, and then they stop.
  public func leave(failed: Bool) { lifeline.leave(failed: failed) }
}

/// Counters that all processes of a group can add to.
final class MeetingPoint: @unchecked Sendable {
  private let handle: UnsafeMutablePointer<ct_store>

  init(_ place: ProcessGroup.Place, seconds: Double, listens: Bool? = nil) throws {
    let opens = listens ?? (place.rankZeroListens && place.rank == 0)
    guard
      let handle = ct_store_open(
        place.host, Int32(clamping: place.port), opens, place.meeting, seconds)
    else {
      throw UserError(
        "cannot reach \(place.host):\(place.port), where the processes are to meet: "
          + "\(String(cString: ct_error()).prefix { $0 != "\n" })")
    }
    self.handle = handle
  }

  deinit { ct_store_free(handle) }

  func withHandle<Result>(_ body: (UnsafeMutablePointer<ct_store>) -> Result) -> Result {
    withExtendedLifetime(self) { body(handle) }
  }

  /// What the counter is once `amount` is added to it; nil where nobody answers.
  func add(_ amount: Int, to key: String) -> Int? {
    var ok = false
    let now = withHandle { ct_store_add($0, key, Int64(amount), &ok) }
    return ok ? Int(now) : nil
  }
}
