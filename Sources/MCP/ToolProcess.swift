import Files
import Foundation
import Synchronization

/// A call that can be dropped while it is at work.
public final class Ticket: Sendable {
  private let dropped = Atomic<Bool>(false)

  /// A ticket for a call that nobody has dropped.
  public init() {}

  /// Whether nobody waits for the call any more.
  public var isDropped: Bool { dropped.load(ordering: .acquiring) }

  /// Says that nobody waits for the call any more.
  public func drop() { dropped.store(true, ordering: .releasing) }
}

/// Runs commands of a program as processes of their own, which may neither last nor print without end.
public struct ToolProcess: Sendable {
  /// The program's path.
  public let program: String
  /// The longest that a command may take, seconds.
  public let seconds: Double
  /// The most that a command may print, bytes.
  public let most: Int

  /// Commands of `program` that take `seconds` and print `most` bytes, at most.
  public init(program: String, seconds: Double, most: Int = 4 << 20) {
    self.program = program
    self.seconds = seconds
    self.most = most
  }

  /// Runs one command to its end.
  public func run(_ words: [String], _ ticket: Ticket = Ticket()) -> Conversation.Outcome {
    let process = Process(), output = Pipe(), errors = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      return failure("cannot start \(program): \(error.localizedDescription)")
    }
    let printed = Collected(most), said = Collected(1 << 16)
    let readers = DispatchGroup()
    for (pipe, collected) in [(output, printed), (errors, said)] {
      let handle = pipe.fileHandleForReading
      readers.enter()
      Thread.detachNewThread {
        while case let data = handle.availableData, !data.isEmpty { collected.append(data) }
        readers.leave()
      }
    }
    let end = Date().addingTimeInterval(seconds)
    var reason: String?
    // A command that is asked to stop may save what it has first.
    var patience = Date.distantFuture
    while process.isRunning {
      if reason == nil {
        if ticket.isDropped { reason = "the call was dropped" }
        if printed.isFull {
          reason = "the answer is larger than \(most >> 20) MiB; ask for less of it"
        }
        if Date() > end {
          reason = "the command took longer than \(Int(seconds)) s and was stopped"
        }
        if reason != nil {
          process.terminate()
          patience = Date().addingTimeInterval(3)
        }
      } else if Date() > patience {
        kill(process.processIdentifier, SIGKILL)
      }
      usleep(10_000)
    }
    readers.wait()
    let talk = reason ?? String(decoding: said.data, as: UTF8.self)
    return Conversation.Outcome(
      output: printed.data, talk: talk, succeeded: reason == nil && process.terminationStatus == 0)
  }

  private func failure(_ sentence: String) -> Conversation.Outcome {
    Conversation.Outcome(output: Data(), talk: sentence, succeeded: false)
  }

  /// What came out of a pipe, up to a size.
  private final class Collected: Sendable {
    private let most: Int
    private let bytes = Mutex((data: Data(), isFull: false))

    init(_ most: Int) { self.most = most }

    func append(_ more: Data) {
      bytes.withLock { bytes in
        bytes.isFull = bytes.isFull || bytes.data.count + more.count > most
        if !bytes.isFull { bytes.data.append(more) }
      }
    }

    var data: Data { bytes.withLock { $0.data } }
    var isFull: Bool { bytes.withLock { $0.isFull } }
  }
}
