import Files
import Foundation
import HTTP

/// Who may ask: token, host name, and where a browser says the request comes from.
public struct Access: Sendable {
  /// What a client has to show; nothing on a loopback address unless asked for.
  public let token: String?
  private let hosts: Set<String>
  private let takesNumbers: Bool

  static let cookie = "latent-token"

  /// Access to a server on `host`, by any of `names` too.
  public init(host: String, names: [String] = [], token: String? = nil) {
    self.token = token
    hosts = Set(([host] + names).map { $0.lowercased() })
    // An address in numbers cannot be rebound by a name server, and one who listens everywhere has many.
    takesNumbers = ["0.0.0.0", "::"].contains(host)
  }

  /// Whether only this machine reaches `host`.
  public static func isLoopback(_ host: String) -> Bool {
    // Names that only begin so are anybody's.
    host == "localhost" || host == "::1" || host.hasPrefix("127.") && isNumeric(host)
  }

  /// 32 random bytes as text of a URL.
  public static func makeToken() -> String {
    var source = SystemRandomNumberGenerator()
    let bytes = (0..<4).flatMap { _ in
      withUnsafeBytes(of: source.next() as UInt64) { Array($0) }
    }
    return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }

  /// Refuses who may not ask; a redirection with the cookie where the token comes with the address.
  func check(_ request: Request, isOpen: Bool) throws -> Response? {
    try checkHost(request)
    try checkOrigin(request)
    guard let token, !isOpen else { return nil }
    if request.path == "/", request.method == "GET", let given = request.query["token"] {
      guard Self.isEqual(given, token) else { throw unauthorised }
      return Response(
        303, "text/plain; charset=utf-8", Data(),
        headers: [
          ("Location", "/"),
          ("Set-Cookie", "\(Self.cookie)=\(token); HttpOnly; SameSite=Strict; Path=/"),
        ])
    }
    let given = Self.bearer(request) ?? Self.cookie(request)
    guard let given, Self.isEqual(given, token) else { throw unauthorised }
    return nil
  }

  private var unauthorised: Refusal {
    Refusal(
      401, "this needs the token that latent serve printed: Authorization: Bearer TOKEN",
      headers: [("WWW-Authenticate", "Bearer")])
  }

  private func checkHost(_ request: Request) throws {
    let given = (request.headers["host"] ?? "").lowercased()
    let name = Self.name(ofHost: given)
    if hosts.contains(name) { return }
    let isKnown =
      Self.isLoopback(name) && hosts.contains(where: Self.isLoopback)
      || takesNumbers && (Self.isLoopback(name) || Self.isNumeric(name))
    guard isKnown else {
      throw Refusal(
        421, "this server is not \(printable(given)); latent serve --allow-host NAME adds a name")
    }
  }

  private func checkOrigin(_ request: Request) throws {
    if let origin = request.headers["origin"] {
      let host = (request.headers["host"] ?? "").lowercased()
      guard origin.lowercased() == "http://" + host else {
        throw Refusal(403, "pages of \(printable(origin)) may not ask this server")
      }
    }
    if request.headers["sec-fetch-site"]?.lowercased() == "cross-site" {
      throw Refusal(403, "pages of other sites may not ask this server")
    }
  }

  /// The name in a field such as `localhost:8080` or `[::1]:8080`.
  static func name(ofHost field: String) -> String {
    if field.hasPrefix("[") {
      return String(field.dropFirst().prefix { $0 != "]" })
    }
    return String(field.prefix { $0 != ":" })
  }

  private static func isNumeric(_ name: String) -> Bool {
    var four = in_addr(), six = in6_addr()
    return inet_pton(AF_INET, name, &four) == 1 || inet_pton(AF_INET6, name, &six) == 1
  }

  private static func bearer(_ request: Request) -> String? {
    guard let field = request.headers["authorization"] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return parts[1].trimmingCharacters(in: .whitespaces)
  }

  private static func cookie(_ request: Request) -> String? {
    for part in (request.headers["cookie"] ?? "").split(separator: ";") {
      let sides = part.split(separator: "=", maxSplits: 1)
      if sides.count == 2, sides[0].trimmingCharacters(in: .whitespaces) == cookie {
        return sides[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  /// Whether two texts are the same, in a time that does not tell where they differ.
  static func isEqual(_ given: String, _ wanted: String) -> Bool {
    let (a, b) = (Array(given.utf8), Array(wanted.utf8))
    var difference = a.count ^ b.count
    for index in b.indices {
      difference |= Int((index < a.count ? a[index] : 0) ^ b[index])
    }
    return difference == 0
  }
}
