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
  private struct Connection {
    let socket: Int32
    var request: Int
    var sent = 0
    var received: [UInt8] = []
    /// Bytes that the answer has in all, and before its body; 0 before its head is there.
    var length = 0
    var head = 0
    var isGood = false
    /// Whether nothing is under way.
    var isIdle = false
    var begun = ContinuousClock.now
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
      connections.append(
        Connection(socket: try Self.connected(port), request: index % bodies.count))
    }
  }

  deinit { for connection in connections { close(connection.socket) } }

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
    let begun = ContinuousClock.now, end = begun + .seconds(seconds)
    for index in connections.indices { begin(index) }
    var waiting = connections.map {
      pollfd(fd: $0.socket, events: Int16(POLLIN | POLLOUT), revents: 0)
    }
    while ContinuousClock.now < end, !waiting.isEmpty {
      for index in connections.indices {
        let isSent = connections[index].sent == requests[connections[index].request].count
        waiting[index].events = Int16(isSent ? POLLIN : POLLIN | POLLOUT)
        waiting[index].revents = 0
      }
      guard poll(&waiting, nfds_t(waiting.count), 100) > 0 else { continue }
      for index in connections.indices where waiting[index].revents != 0 {
        guard goOn(index) else {
          figures.errors += 1
          waiting[index].fd = -1
          continue
        }
      }
    }
    figures.seconds = (ContinuousClock.now - begun) / .seconds(1)
    finish(&waiting)
    figures.times.sort()
    return figures
  }

  /// The body of the answer to the first request.
  ///
  /// - Throws: ``UserError`` where it is not there in time, or not of status 200.
  func answer(within seconds: Double = 10) throws -> Data {
    let end = ContinuousClock.now + .seconds(seconds)
    begin(0)
    while ContinuousClock.now < end, send(0), receive(0) {
      let connection = connections[0]
      if connection.length > 0, connection.received.count >= connection.length {
        try require(
          connection.isGood,
          "a server refuses: \(String(decoding: connection.received, as: UTF8.self))")
        return Data(connection.received[connection.head...])
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
    throw UserError("a server does not answer")
  }

  /// Takes the answers that are still under way, so that a next run begins clean.
  private func finish(_ waiting: inout [pollfd]) {
    let (counted, end) = (figures.requests, ContinuousClock.now + .seconds(10))
    var open = Set(connections.indices.filter { waiting[$0].fd >= 0 && !connections[$0].isIdle })
    while !open.isEmpty, ContinuousClock.now < end {
      for index in open {
        if !goOn(index, goesOn: false) || connections[index].isIdle { open.remove(index) }
      }
      Thread.sleep(forTimeInterval: 0.001)
    }
    figures.errors += open.count
    figures.requests = counted
  }

  private func begin(_ index: Int) {
    connections[index].sent = 0
    connections[index].length = 0
    connections[index].isIdle = false
    connections[index].received.removeAll(keepingCapacity: true)
    connections[index].begun = .now
    _ = send(index)
  }

  /// Sends and receives what can be; whether the connection is still good.
  private func goOn(_ index: Int, goesOn: Bool = true) -> Bool {
    guard send(index), receive(index) else { return false }
    let connection = connections[index]
    guard connection.length > 0, connection.received.count >= connection.length else { return true }
    figures.requests += 1
    if !connection.isGood { figures.errors += 1 }
    figures.times.append(Float((ContinuousClock.now - connection.begun) / .seconds(1)))
    connections[index].request = (connection.request + connections.count) % requests.count
    if goesOn {
      begin(index)
    } else {
      connections[index].length = 0
      connections[index].received.removeAll()
      connections[index].isIdle = true
    }
    return true
  }

  private func send(_ index: Int) -> Bool {
    let request = requests[connections[index].request]
    while connections[index].sent < request.count {
      let from = connections[index].sent
      let count = request.withUnsafeBufferPointer {
        Foundation.send(
          connections[index].socket, $0.baseAddress! + from, request.count - from,
          Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR }
      connections[index].sent += count
    }
    return true
  }

  private func receive(_ index: Int) -> Bool {
    var isOpen = true
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { buffer in
      let count = recv(connections[index].socket, buffer.baseAddress, buffer.count, 0)
      if count > 0 {
        connections[index].received += buffer[..<count]
      } else if count == 0 || errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR {
        isOpen = false
      }
    }
    if connections[index].length == 0 { readHead(index) }
    return isOpen
  }

  private func readHead(_ index: Int) {
    let received = connections[index].received
    guard received.count > 12 else { return }
    for at in 3..<received.count
    where received[at] == 10 && received[at - 1] == 13 && received[at - 2] == 10 {
      let head = String(decoding: received[...at], as: UTF8.self)
      connections[index].head = at + 1
      connections[index].isGood = head.hasPrefix("HTTP/1.1 200")
      for line in head.split(whereSeparator: \.isNewline) {
        let sides = line.split(separator: ":", maxSplits: 1)
        guard sides.count == 2, sides[0].lowercased() == "content-length" else { continue }
        connections[index].length =
          at + 1 + (Int(sides[1].trimmingCharacters(in: .whitespaces)) ?? 0)
      }
      return
    }
  }
}
