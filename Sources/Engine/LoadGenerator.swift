import Files
import Foundation

/// Asks a server over many connections at once, each asking again as soon as it was answered, on one thread.
///
/// Requests are made beforehand and answers are hardly looked at, so that it takes little of the machine.
final class LoadGenerator {
  /// What a run of it found.
  struct Figures {
    var requests = 0
    var errors = 0
    var seconds = 0.0
    /// Seconds from the first byte of a request to the last of its answer, in order of size.
    var times: [Float] = []

    var rate: Double { Double(requests) / max(seconds, 1e-9) }

    /// The time that a share of all answers did not exceed, milliseconds.
    func milliseconds(_ share: Double) -> Double {
      guard !times.isEmpty else { return .nan }
      let place = Int((share * Double(times.count)).rounded(.up)) - 1
      return Double(times[min(max(0, place), times.count - 1)]) * 1000
    }
  }

  /// A connection with what is under way on it.
  private final class Connection {
    /// Bytes of an answer that are kept; enough for codes.
    static let room = 1 << 20

    let socket: Int32
    var request: Int
    var sent = 0
    let received = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
    var filled = 0
    /// Bytes that the answer has in all, and before its body; 0 before its head is there.
    var length = 0
    var head = 0
    var isGood = false
    /// Whether nothing is under way.
    var isIdle = false
    var begun = ContinuousClock.now

    init(_ socket: Int32, request: Int) { (self.socket, self.request) = (socket, request) }

    deinit {
      close(socket)
      received.deallocate()
    }

    var isAnswered: Bool { length > 0 && filled >= length }

    func begin() {
      (sent, filled, length, isIdle) = (0, 0, 0, false)
      begun = .now
    }

    /// Sends what can be of the request; whether the connection is still good.
    func send(_ bytes: [UInt8]) -> Bool {
      bytes.withUnsafeBufferPointer { bytes in
        while sent < bytes.count {
          let rest = UnsafeBufferPointer(rebasing: bytes[sent...])
          let count = Foundation.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
          if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR }
          sent += count
        }
        return true
      }
    }

    /// Receives what is there; whether the connection is still good.
    func receive() -> Bool {
      let count = recv(socket, received + filled, Self.room - filled, 0)
      if count > 0 {
        filled += count
        if length == 0 { readHead() }
        return length <= Self.room
      }
      return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    }

    private func readHead() {
      var at = 3
      while at < filled, received[at] != 10 || received[at - 2] != 10 || received[at - 1] != 13 {
        at += 1
      }
      guard at < filled, let field = value(of: "content-length:", before: at) else { return }
      head = at + 1
      isGood = memcmp(received, "HTTP/1.1 200", 12) == 0
      let text = String(decoding: field, as: UTF8.self)
      length = head + (Int(text.trimmingCharacters(in: .whitespaces)) ?? 0)
    }

    /// What follows the field called `name`, in small letters, on its line in the first `count` bytes.
    private func value(of name: StaticString, before count: Int) -> UnsafeBufferPointer<UInt8>? {
      let width = name.utf8CodeUnitCount
      guard count > width else { return nil }
      for at in 0..<count - width
      where (0..<width).allSatisfy({ received[at + $0] | 0x20 == name.utf8Start[$0] | 0x20 }) {
        var last = at + width
        while last < count, received[last] != 13 { last += 1 }
        return UnsafeBufferPointer(start: received + at + width, count: last - at - width)
      }
      return nil
    }
  }

  private let requests: [[UInt8]]
  private var connections: [Connection] = []
  private var figures = Figures()

  /// Opens the connections to a server of this machine; `bodies` are posted to `path` in turn.
  ///
  /// - Throws: ``UserError`` where it does not listen.
  init(port: Int, path: String, bodies: [String], connections count: Int) throws {
    requests = bodies.map { body in
      Array(
        ("POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }
    for index in 0..<count {
      connections.append(Connection(try Self.connected(port), request: index % bodies.count))
    }
  }

  private static func connected(_ port: Int) throws -> Int32 {
    #if canImport(Glibc)
      let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      close(socket)
      throw UserError("nothing listens on port \(port)")
    }
    var one: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
    return socket
  }

  /// Asks for so many seconds.
  func run(seconds: Double) -> Figures {
    figures = Figures()
    figures.times.reserveCapacity(1 << 21)
    let begun = ContinuousClock.now, end = begun + .seconds(seconds)
    for connection in connections { begin(connection) }
    var waiting = connections.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
    while ContinuousClock.now < end {
      for (index, connection) in connections.enumerated() {
        let isSent = connection.sent == requests[connection.request].count
        waiting[index].events = Int16(isSent ? POLLIN : POLLIN | POLLOUT)
      }
      guard poll(&waiting, nfds_t(waiting.count), 100) > 0 else { continue }
      for (index, connection) in connections.enumerated() where waiting[index].revents != 0 {
        guard goOn(connection) else {
          figures.errors += 1
          // A descriptor below 0 is left out.
          waiting[index].fd = -1
          waiting[index].revents = 0
          connection.isIdle = true
          continue
        }
        if connection.isIdle { begin(connection) }
      }
    }
    figures.seconds = (ContinuousClock.now - begun) / .seconds(1)
    finish()
    figures.times.sort()
    return figures
  }

  /// The body of the answer to the first request.
  ///
  /// - Throws: ``UserError`` where it is not there in time, or not of status 200.
  func answer(within seconds: Double = 10) throws -> Data {
    let end = ContinuousClock.now + .seconds(seconds)
    let connection = connections[0]
    begin(connection)
    while ContinuousClock.now < end, goOn(connection) {
      guard !connection.isIdle else {
        let all = UnsafeBufferPointer(start: connection.received, count: connection.filled)
        try require(
          connection.isGood, "a server refuses: \(String(decoding: all, as: UTF8.self))")
        return Data(all[connection.head...])
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
    throw UserError("a server does not answer")
  }

  /// Takes the answers that are still under way, so that a next run begins clean; they are not counted.
  private func finish() {
    let counted = figures, end = ContinuousClock.now + .seconds(10)
    var open = connections.filter { !$0.isIdle }
    while !open.isEmpty, ContinuousClock.now < end {
      open.removeAll { !goOn($0) || $0.isIdle }
      Thread.sleep(forTimeInterval: 0.001)
    }
    figures = counted
    figures.errors += open.count
  }

  private func begin(_ connection: Connection) {
    connection.begin()
    _ = connection.send(requests[connection.request])
  }

  /// Sends and receives what can be, and counts an answer; whether the connection is still good.
  private func goOn(_ connection: Connection) -> Bool {
    guard connection.send(requests[connection.request]), connection.receive() else { return false }
    guard connection.isAnswered else { return true }
    figures.requests += 1
    if !connection.isGood { figures.errors += 1 }
    figures.times.append(Float((ContinuousClock.now - connection.begun) / .seconds(1)))
    connection.request = (connection.request + connections.count) % requests.count
    connection.isIdle = true
    return true
  }
}
