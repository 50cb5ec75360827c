import Files
import Foundation
import Manual
import Synchronization

/// Carries a conversation over two streams, a message a line, until the input ends.
public final class Server: Sendable {
  /// Runs the words of a call; asked from several threads.
  public typealias Runner = @Sendable (_ words: [String], _ ticket: Ticket) -> Conversation.Outcome

  /// The longest line that is read, bytes.
  static let longestLine = 4 << 20

  private let conversation: Conversation
  private let run: Runner
  private let output: Mutex<Int32>
  private let tickets = Mutex<[String: Ticket]>([:])
  private let calls: OperationQueue

  /// A server that writes to the file `output` and has `jobs` calls at work at a time.
  public init(_ conversation: Conversation, output: Int32, jobs: Int, run: @escaping Runner) {
    self.conversation = conversation
    self.run = run
    self.output = Mutex(output)
    calls = OperationQueue()
    calls.maxConcurrentOperationCount = jobs
  }

  /// Answers the lines of the file `input` to its end, then waits for the calls that are at work; drops these where it
  /// is to stop.
  public func serve(input: Int32, shouldStop: () -> Bool) {
    var lines = Lines()
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while !shouldStop() {
      var waiting = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      // Woken now and then to see whether it is to stop.
      guard poll(&waiting, 1, 200) > 0 else { continue }
      let count = read(input, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      for line in lines.take(bytes[0..<count]) { answer(line) }
    }
    for line in lines.end() { answer(line) }
    while calls.operationCount > 0 {
      if shouldStop() { tickets.withLock { $0.values.forEach { $0.drop() } } }
      usleep(20_000)
    }
  }

  private func answer(_ line: Lines.Line) {
    guard case .whole(let data) = line else {
      return send(
        Conversation.failure(nil, -32600, "a line has at most \(Self.longestLine >> 20) MiB"))
    }
    switch conversation.step(for: data) {
    case .nothing: break
    case .reply(let message): send(message)
    case .cancel(let id): tickets.withLock { $0[id.compact]?.drop() }
    case .call(let id, _, let words):
      work(id, words) { Conversation.reply(to: id, words, $0) }
    case .read(let id, let uri, let words):
      work(id, words) { Conversation.reply(to: id, resource: uri, $0) }
    }
  }

  private func work(
    _ id: JSON, _ words: [String], _ reply: @escaping @Sendable (Conversation.Outcome) -> JSON
  ) {
    let ticket = Ticket()
    tickets.withLock { $0[id.compact] = ticket }
    calls.addOperation { [self] in
      let outcome =
        ticket.isDropped
        ? Conversation.Outcome(output: Data(), talk: "", succeeded: false) : run(words, ticket)
      tickets.withLock { $0[id.compact] = nil }
      // By the protocol nothing answers what was cancelled.
      if !ticket.isDropped { send(reply(outcome)) }
    }
  }

  private func send(_ message: JSON) {
    let line = Data((message.compact + "\n").utf8)
    output.withLock { descriptor in
      line.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let written = write(
            descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          if written < 0 && errno == EINTR { continue }
          // An assistant that has gone reads nothing more.
          guard written > 0 else { return }
          rest = rest.dropFirst(written)
        }
      }
    }
  }
}

/// Bytes as they come, cut into lines.
struct Lines {
  /// A line, without its end.
  enum Line: Equatable {
    case whole(Data)
    /// One that was longer than any may be; nothing of it is kept.
    case tooLong
  }

  private var rest = Data()
  private var isTooLong = false

  /// The lines that end in `bytes`, without those that are blank.
  mutating func take(_ bytes: ArraySlice<UInt8>) -> [Line] {
    var found: [Line] = []
    var left = bytes
    while let end = left.firstIndex(of: UInt8(ascii: "\n")) {
      keep(left[left.startIndex..<end])
      found += self.end()
      left = left[(end + 1)...]
    }
    keep(left)
    return found
  }

  /// The line that the end of the input ends.
  mutating func end() -> [Line] {
    defer { (rest, isTooLong) = (Data(), false) }
    if isTooLong { return [.tooLong] }
    let isBlank = rest.allSatisfy { [9, 13, 32].contains($0) }
    return isBlank ? [] : [.whole(rest)]
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    isTooLong = isTooLong || rest.count + bytes.count > Server.longestLine
    if isTooLong { rest = Data() } else { rest.append(contentsOf: bytes) }
  }
}
