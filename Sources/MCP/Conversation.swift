import Files
import Foundation
import Manual

/// What an assistant's program and the server say to each other: JSON-RPC 2.0 by the Model Context Protocol, without
/// the streams it goes over.
///
/// It speaks the revisions from 2024-11-05 to 2025-11-25, which begin with `initialize`, and that of 2026-07-28, where
/// every request says its revision and nothing comes before it. What only one of them wants in an answer stands in all: the
/// others allow it.
public struct Conversation: Sendable {
  /// The revision whose requests say of themselves that they follow it.
  public static let stateless = "2026-07-28"

  /// Revisions of the protocol that begin with `initialize`, newest first.
  public static let revisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

  /// What has to be done for a message.
  public enum Step: Sendable {
    /// Nothing.
    case nothing
    /// Send this.
    case reply(JSON)
    /// Run this tool's words, and send what ``Conversation/reply(to:of:)`` makes of it.
    case call(id: JSON, tool: Tool, words: [String])
    /// Read this resource by running these words.
    case read(id: JSON, uri: String, words: [String])
    /// Drop the call with this identifier.
    case cancel(id: JSON)
  }

  /// The tools that are offered.
  public let tools: [Tool]
  private let version: String
  private let place: @Sendable (String?, Flag, Verb) throws -> String
  private let record: @Sendable (String) -> Data?

  /// A conversation that offers `tools`.
  ///
  /// - Parameter place: Where a file or folder is written that a call names, or leaves to the server; throws a
  ///   ``UserError`` where it may not be.
  public init(
    _ tools: [Tool], version: String, record: @escaping @Sendable (String) -> Data? = { _ in nil },
    place: @escaping @Sendable (String?, Flag, Verb) throws -> String
  ) {
    self.tools = tools
    self.version = version
    self.record = record
    self.place = place
  }

  /// What has to be done for one line of input.
  public func step(for line: Data) -> Step {
    guard let message = JSON(parsing: line) else {
      return .reply(Self.failure(nil, -32700, "this line is not JSON"))
    }
    guard message.members != nil else {
      return .reply(Self.failure(nil, -32600, "a message is one JSON object"))
    }
    guard let method = message["method"]?.text, message["jsonrpc"]?.text == "2.0" else {
      // What looks like an answer answers nothing that was asked.
      if message["result"] != nil || message["error"] != nil { return .nothing }
      return .reply(
        Self.failure(id(of: message), -32600, "a request has \"jsonrpc\": \"2.0\" and a method"))
    }
    let parameters = message["params"] ?? [:]
    guard message["id"] != nil else { return notified(method, parameters) }
    guard let id = id(of: message) else {
      return .reply(Self.failure(nil, -32600, "an id is a text or a whole number"))
    }
    if let refused = refusal(of: method, parameters, id) { return .reply(refused) }
    return asked(method, parameters, id)
  }

  /// The answer to a request that says it follows a revision which is not spoken; nothing to others.
  private func refusal(of method: String, _ parameters: JSON, _ id: JSON) -> JSON? {
    guard method != "initialize", let said = parameters["_meta"]?[Self.prefix + "protocolVersion"],
      said != .string(Self.stateless)
    else { return nil }
    return [
      "jsonrpc": "2.0", "id": id,
      "error": [
        "code": -32022, "message": "requests of this revision are not served",
        "data": ["supported": [.string(Self.stateless)], "requested": said],
      ],
    ]
  }

  /// What the protocol's own names under `_meta` begin with.
  private static let prefix = "io.modelcontextprotocol/"

  private func id(of message: JSON) -> JSON? {
    switch message["id"] {
    case .string(let text): .string(text)
    case .int(let number): .int(number)
    default: nil
    }
  }

  private func notified(_ method: String, _ parameters: JSON) -> Step {
    guard method == "notifications/cancelled", let id = parameters["requestId"] else {
      return .nothing
    }
    return .cancel(id: id)
  }

  private func asked(_ method: String, _ parameters: JSON, _ id: JSON) -> Step {
    switch method {
    case "initialize": return .reply(Self.success(id, greeting(parameters)))
    case "server/discover": return .reply(Self.success(id, discovery))
    case "ping": return .reply(Self.success(id, [:]))
    case "tools/list":
      return .reply(Self.success(id, Self.lasting([("tools", .array(tools.map(\.description)))])))
    case "tools/call": return call(parameters, id)
    case "resources/list": return .reply(Self.success(id, Self.lasting([("resources", [])])))
    case "resources/templates/list":
      let templates = Self.lasting([("resourceTemplates", .array(Self.templates))])
      return .reply(Self.success(id, templates))
    case "resources/read": return read(parameters, id)
    default: return .reply(Self.failure(id, -32601, "there is no method \(method)"))
    }
  }

  private func greeting(_ parameters: JSON) -> JSON {
    let wanted = parameters["protocolVersion"]?.text ?? ""
    let spoken = Self.revisions.contains(wanted) ? wanted : Self.revisions[0]
    return [
      "protocolVersion": .string(spoken), "capabilities": Self.capabilities,
      "serverInfo": program, "instructions": .string(Self.instructions),
    ]
  }

  /// What is offered, for those that do not begin with `initialize`.
  private var discovery: JSON {
    Self.lasting([
      ("supportedVersions", [.string(Self.stateless)]), ("capabilities", Self.capabilities),
      ("instructions", .string(Self.instructions)),
      ("_meta", [Self.prefix + "serverInfo": program]),
    ])
  }

  private var program: JSON {
    ["name": "latent", "title": "Latent", "version": .string(version)]
  }

  private static let capabilities: JSON = ["tools": ["listChanged": false], "resources": [:]]

  private static let instructions =
    "Latent learns latent spaces and looks into them. A space is a folder NAME.latent; runs lists those made on this "
    + "machine, systems and find the methods, show and score tell of one space, and the others draw or write."

  /// A result that is the same as long as the server runs, so that programs may keep it for an hour.
  private static func lasting(_ members: [(String, JSON)]) -> JSON {
    .object(members + [("ttlMs", 3_600_000), ("cacheScope", "public")])
  }

  private func call(_ parameters: JSON, _ id: JSON) -> Step {
    let name = parameters["name"]?.text ?? ""
    guard let tool = tools.first(where: { $0.verb.name == name }) else {
      let hint = nearest(to: name, among: tools.map(\.verb.name)).map { "; did you mean \($0)?" }
      return .reply(Self.failure(id, -32602, "there is no tool \(name)\(hint ?? "")"))
    }
    do {
      let words = try tool.words(parameters["arguments"] ?? [:], place: place)
      return .call(id: id, tool: tool, words: [name] + words)
    } catch {
      return .reply(Self.success(id, Self.refusal("\(error)")))
    }
  }

  /// Kinds of resources: their names in addresses, and what they are.
  private static let kinds = [
    ("systems", "A system of the catalogue: its paper, its claim and how it is fitted"),
    ("checks", "The recorded check of a system: claims, figures by seed, intervals and verdict"),
  ]

  private static let templates: [JSON] = kinds.map { name, title in
    [
      "uriTemplate": .string("latent://\(name)/{id}"), "name": .string(name),
      "title": .string(title),
      "mimeType": "application/json",
    ]
  }

  private func read(_ parameters: JSON, _ id: JSON) -> Step {
    let uri = parameters["uri"]?.text ?? ""
    let parts = uri.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[0] == "latent:", parts[1].isEmpty, !parts[3].isEmpty,
      parts[3].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { return .reply(Self.failure(id, -32002, "there is no resource \(uri)")) }
    switch parts[2] {
    case "systems":
      return .read(id: id, uri: uri, words: ["systems", "--json", "--quiet", "--", parts[3]])
    case "checks":
      guard let data = record(parts[3]) else {
        return .reply(Self.failure(id, -32002, "there is no recorded check of \(parts[3])"))
      }
      let found = Outcome(output: data, talk: "", succeeded: true)
      return .reply(Self.reply(to: id, resource: uri, found))
    default: return .reply(Self.failure(id, -32002, "there is no resource \(uri)"))
    }
  }
}

extension Conversation {
  /// How a command ended.
  public struct Outcome: Sendable {
    /// What it printed as its result.
    public var output: Data
    /// What it said, such as why it failed.
    public var talk: String
    /// Whether it came to its end without an error.
    public var succeeded: Bool
    /// The bytes of a picture that it drew.
    public var picture: Data?

    /// The end of a command.
    public init(output: Data, talk: String, succeeded: Bool, picture: Data? = nil) {
      self.output = output
      self.talk = talk
      self.succeeded = succeeded
      self.picture = picture
    }
  }

  /// The answer to the call `id` of `words`, which ended so.
  public static func reply(to id: JSON, _ words: [String], _ outcome: Outcome) -> JSON {
    guard outcome.succeeded else {
      let said = outcome.talk.trimmingCharacters(in: .whitespacesAndNewlines)
      return success(id, refusal(said.isEmpty ? "the command failed without a word" : said))
    }
    let result = JSON(parsing: outcome.output)
    var content: [JSON] = [
      [
        "type": "text",
        "text": .string(result?.compact ?? String(decoding: outcome.output, as: UTF8.self)),
      ],
      ["type": "text", "text": .string("the same by hand: \(command(words))")],
    ]
    if let picture = outcome.picture {
      content.append(
        ["type": "image", "data": .string(picture.base64EncodedString()), "mimeType": "image/png"])
    }
    var members: [(String, JSON)] = [("content", .array(content)), ("isError", false)]
    // By the protocol it is an object.
    if let result {
      members.append(("structuredContent", result.members == nil ? ["result": result] : result))
    }
    return success(id, .object(members))
  }

  /// The answer to the request for the resource at `uri`.
  public static func reply(to id: JSON, resource uri: String, _ outcome: Outcome) -> JSON {
    guard outcome.succeeded else {
      return failure(id, -32002, outcome.talk.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let text = String(decoding: outcome.output, as: UTF8.self)
    return success(
      id,
      [
        "contents": [["uri": .string(uri), "mimeType": "application/json", "text": .string(text)]],
        // A check may be recorded anew.
        "ttlMs": 0, "cacheScope": "private",
      ])
  }

  /// `words` as a person types them.
  static func command(_ words: [String]) -> String {
    let plain = words.filter { !["--quiet", "--json", "--"].contains($0) }
    return (["latent"] + plain).map { word in
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:+".contains($0) }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }

  static func success(_ id: JSON, _ result: JSON) -> JSON {
    let members = (result.members ?? []).map { ($0.name, $0.value) }
    return [
      "jsonrpc": "2.0", "id": id, "result": .object(members + [("resultType", "complete")]),
    ]
  }

  static func failure(_ id: JSON?, _ code: Int, _ message: String) -> JSON {
    [
      "jsonrpc": "2.0", "id": id ?? .null,
      "error": ["code": .int(code), "message": .string(message)],
    ]
  }

  /// A tool's own failure, which an assistant reads and may mend.
  static func refusal(_ sentence: String) -> JSON {
    ["content": [["type": "text", "text": .string(sentence)]], "isError": true]
  }
}
