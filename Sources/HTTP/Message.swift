import Foundation

/// What a client asks for.
public struct Request: Sendable {
  /// Such as `GET`.
  public let method: String
  /// The path without the question, percent signs decoded, such as `/v1/encode`.
  public let path: String
  /// The question's parts, percent signs decoded; of parts with one name the last.
  public let query: [String: String]
  /// Header fields by their names in small letters; of fields with one name the last.
  public let headers: [String: String]
  /// What was sent, at most as many bytes as the server's limits allow.
  public var body: Data

  public init(
    _ method: String, _ path: String, query: [String: String] = [:],
    headers: [String: String] = [:], body: Data = Data()
  ) {
    (self.method, self.path, self.query) = (method, path, query)
    (self.headers, self.body) = (headers, body)
  }

  /// The type of the body without its parameters, in small letters, such as `application/json`; empty where none is named.
  public var contentType: String {
    let field = headers["content-type"] ?? ""
    // Most name no parameters.
    if field == "application/json" { return field }
    return field.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
  }
}

/// What a server answers.
public struct Response: Sendable {
  /// Such as 200.
  public var status: Int
  public var headers: [(String, String)]
  public var body: Data

  public init(_ status: Int, _ type: String, _ body: Data, headers: [(String, String)] = []) {
    self.status = status
    self.headers = [("Content-Type", type)] + headers
    self.body = body
  }

  /// An answer in plain words.
  public init(_ status: Int, text: String) {
    self.init(status, "text/plain; charset=utf-8", Data((text + "\n").utf8))
  }
}
