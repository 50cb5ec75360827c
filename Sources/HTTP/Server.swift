import Files
import Foundation

/// A server of HTTP/1.1 on a thread of its own, over libmicrohttpd.
///
/// Requests are answered by a handler that may take its time on any thread: until it replies the connection is suspended.
public final class Server: Sendable {
  /// What clients may take of the server.
  public struct Limits: Sendable {
    /// Bytes of a body; longer ones are answered with 413.
    public var bodyBytes = 64 << 20
    /// Bytes of the head of a request, and of what is kept while reading.
    public var headerBytes = 64 << 10
    /// Connections at a time, and of one address.
    public var connections = 256
    /// Seconds without a byte after which a connection is closed.
    public var idleSeconds = 30
    /// Seconds in which a body has to be there, however slowly it comes.
    public var bodySeconds = 120.0
    /// Bytes of all bodies that are read or answered at a time; who would go beyond is told to come again.
    public var heldBytes = 1 << 30

    public init() {}
  }

  /// Answers a request by calling `reply` once, from any thread.
  public typealias Handler =
    @Sendable (Request, _ reply: @escaping @Sendable (Response) -> Void) -> Void

  /// The port that it listens on.
  public let port: Int
  private let daemon: Daemon

  /// Listens on `host`, an address in numbers or `localhost`, and `port`; on any free one for port 0.
  ///
  /// - Parameter refusal: The answer to a body that is too long, of a status and a sentence.
  /// - Throws: ``UserError`` where that cannot be.
  public init(
    host: String = "127.0.0.1", port: Int = 0, limits: Limits = Limits(),
    refusal: @escaping @Sendable (Int, String) -> Response = { Response($0, text: $1) },
    handler: @escaping Handler
  ) throws {
    daemon = try Daemon(Address(host, port: port), limits, refusal, handler)
    self.port = daemon.port
  }

  deinit { daemon.stop(within: 0) }

  /// Takes no new connection, waits up to `seconds` for the answers that are under way, and ends; whether all were given.
  @discardableResult
  public func stop(within seconds: Double = 10) -> Bool { daemon.stop(within: seconds) }
}

/// An address to listen on.
struct Address {
  let name: String
  let isVersion6: Bool
  private let bytes: [UInt8]

  init(_ host: String, port: Int) throws {
    try require((0...65535) ~= port, "--port \(port): must be from 0 to 65535")
    let host = host == "localhost" ? "127.0.0.1" : host
    var four = sockaddr_in(), six = sockaddr_in6()
    if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = in_port_t(port).bigEndian
      bytes = withUnsafeBytes(of: four) { Array($0) }
      isVersion6 = false
    } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = in_port_t(port).bigEndian
      bytes = withUnsafeBytes(of: six) { Array($0) }
      isVersion6 = true
    } else {
      throw UserError(
        "--host \(host): must be an address in numbers, such as 127.0.0.1 or ::1, or localhost")
    }
    name = "\(isVersion6 ? "[\(host)]" : host):\(port)"
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress!.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
  }
}
