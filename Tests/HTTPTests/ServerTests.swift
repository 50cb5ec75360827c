import Files
import Foundation
import Synchronization
import Testing

@testable import HTTP

/// A client that sends what it is told, byte for byte.
private struct Client: ~Copyable {
  private let socket: Int32

  init(_ port: Int) throws {
    #if canImport(Glibc)
      socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    let status = try Address("127.0.0.1", port: port).withPointer {
      connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    try #require(status == 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// All that comes until the other side closes, or `end` was there.
  func hear(until end: String? = nil) -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      all += buffer[..<count]
      if let end, String(decoding: all, as: UTF8.self).contains(end) { break }
    }
    return String(decoding: all, as: UTF8.self)
  }

  /// The answer to one request, after which the connection is closed.
  func ask(_ head: String, _ body: String = "") -> String {
    say(
      "\(head)\r\nHost: h\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    return hear()
  }
}

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
  /// Says what it was asked.
  @Sendable private func echo(_ request: Request, _ reply: @Sendable (Response) -> Void) {
    let question = request.query.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    let words = [request.method, request.path, question.joined(separator: "&")]
    let body = String(decoding: request.body, as: UTF8.self)
    reply(
      Response(200, text: (words + [request.headers["x-note"] ?? "", body]).joined(separator: "|")))
  }

  @Test func aRequestArrivesWithAllItsParts() throws {
    let server = try Server(handler: echo)
    let answer = try Client(server.port).ask(
      "POST /a%20b/c?x=1%262&y=&z HTTP/1.1\r\nX-Note: n", "body")
    #expect(answer.hasPrefix("HTTP/1.1 200"))
    #expect(answer.hasSuffix("POST|/a b/c|x=1&2&y=&z=|n|body\n"))
    #expect(answer.contains("Content-Type: text/plain; charset=utf-8"))
    #expect(server.stop())
  }

  @Test func anAnswerMayTakeItsTimeWhileOthersAreGiven() throws {
    let gate = DispatchSemaphore(value: 0)
    let server = try Server { request, reply in
      guard request.path == "/slow" else { return reply(Response(200, text: "quick")) }
      Thread.detachNewThread {
        gate.wait()
        reply(Response(200, text: "slow"))
        reply(Response(500, text: "a second answer is not heard"))
      }
    }
    let slow = try Client(server.port)
    slow.say("GET /slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    #expect(try Client(server.port).ask("GET /quick HTTP/1.1").hasSuffix("quick\n"))
    gate.signal()
    #expect(slow.hear().hasSuffix("slow\n"))
    #expect(server.stop())
  }

  @Test func aConnectionCarriesOneRequestAfterAnother() throws {
    let server = try Server(handler: echo)
    let client = try Client(server.port)
    for turn in 0..<3 {
      client.say("GET /\(turn) HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(client.hear(until: "GET|/\(turn)").contains("200 OK"))
    }
    #expect(server.stop())
  }

  @Test func aBodyAboveTheLimitIsRefusedBeforeItIsRead() throws {
    var limits = Server.Limits()
    limits.bodyBytes = 10
    let server = try Server(limits: limits, handler: echo)
    let announced = try Client(server.port)
    announced.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n")
    #expect(announced.hear().hasPrefix("HTTP/1.1 413"))
    let chunked = try Client(server.port)
    chunked.say("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunked.say("b\r\nhello world\r\n0\r\n\r\n")
    #expect(!chunked.hear().contains("200 OK"))
    let whole = try Client(server.port).ask("POST / HTTP/1.1", "0123456789")
    #expect(whole.hasSuffix("0123456789\n"))
    #expect(server.stop())
  }

  @Test func whoWouldHaveTheServerHoldTooMuchIsToldToComeAgain() throws {
    var limits = Server.Limits()
    limits.heldBytes = 5
    let server = try Server(
      limits: limits, refusal: { Response($0, text: "no: " + $1) }, handler: echo)
    let client = try Client(server.port)
    client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n")
    let answer = client.hear()
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Retry-After: 1"))
    #expect(answer.hasSuffix("no: the server holds as many bodies as it may; come again\n"))
    #expect(try Client(server.port).ask("POST / HTTP/1.1", "01234").hasSuffix("01234\n"))
    #expect(server.stop())
  }

  @Test(arguments: [
    "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
  ])
  func whatIsNoRequestIsRefused(_ text: String) throws {
    var limits = Server.Limits()
    limits.idleSeconds = 1
    let server = try Server(limits: limits, handler: echo)
    let client = try Client(server.port)
    client.say(text)
    #expect(!client.hear().contains("200 OK"))
    #expect(try Client(server.port).ask("GET / HTTP/1.1").contains("200 OK"))
    #expect(server.stop())
  }

  @Test func aHeadAboveTheLimitIsRefused() throws {
    let server = try Server(handler: echo)
    let client = try Client(server.port)
    client.say("GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\nHost: h\r\n\r\n")
    let isRefused = !client.hear().contains("200 OK")
    #expect(isRefused)
    #expect(server.stop())
  }

  @Test func manyAskAtOnce() throws {
    let server = try Server { request, reply in
      DispatchQueue.global().async { reply(Response(200, text: request.path)) }
    }
    let right = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let answer = try? Client(server.port).ask("GET /\(index) HTTP/1.1")
      if answer?.hasSuffix("/\(index)\n") == true { right.withLock { $0 += 1 } }
    }
    #expect(right.withLock { $0 } == 64)
    #expect(server.stop())
  }

  @Test func whoTricklesABodyIsCutOff() throws {
    var limits = Server.Limits()
    limits.bodySeconds = 0.05
    let server = try Server(limits: limits, handler: echo)
    let client = try Client(server.port)
    client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\na")
    Thread.sleep(forTimeInterval: 0.1)
    client.say("b")
    #expect(!client.hear().contains("200 OK"))
    #expect(server.stop())
  }

  @Test func aClientThatLeavesBeforeItsAnswerHarmsNobody() throws {
    let gate = DispatchSemaphore(value: 0)
    let server = try Server { _, reply in
      Thread.detachNewThread {
        gate.wait()
        reply(Response(200, text: "late"))
      }
    }
    do {
      let client = try Client(server.port)
      client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      Thread.sleep(forTimeInterval: 0.05)
    }
    #expect(!server.stop(within: 0.05), "an answer is still awaited")
    gate.signal()
    server.stop()
  }

  @Test func aPlaceThatCannotBeListenedOnIsNamed() throws {
    let server = try Server(handler: echo)
    #expect(throws: UserError.self) { try Server(port: server.port, handler: echo) }
    #expect(throws: UserError("--port 70000: must be from 0 to 65535")) {
      try Server(port: 70_000, handler: echo)
    }
    #expect(
      throws: UserError(
        "--host example.org: must be an address in numbers, such as 127.0.0.1 or ::1, or localhost")
    ) { try Server(host: "example.org", handler: echo) }
    #expect(server.stop())
  }

  @Test func aServerThatIsLetGoLeavesItsPort() throws {
    var port = 0
    do { port = try Server(handler: echo).port }
    let next = try Server(port: port, handler: echo)
    #expect(try Client(next.port).ask("GET / HTTP/1.1").contains("200 OK"))
    #expect(next.stop())
  }
}
