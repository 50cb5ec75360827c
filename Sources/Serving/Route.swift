import Foundation
import HTTP
import Manual

/// One thing that the server does: how it is asked, what it takes and gives, and what answers.
///
/// Dispatch and the OpenAPI document come from the same table of these.
struct Route: Sendable {
  /// Where an answer is made.
  enum Work: Sendable {
    /// At once: nothing that takes more than microseconds.
    case now(@Sendable (Call) throws -> Response)
    /// By a worker, which may wait.
    case worker(@Sendable (Call) throws -> Response)
    /// Begun at once, and given later.
    case later(
      @Sendable (Call, @escaping @Sendable (Result<Response, any Error>) -> Void) throws -> Void)
  }

  /// A part of a path.
  enum Segment: Equatable, Sendable {
    case word(String)
    /// A named part, with what stands after it.
    case value(name: String, ending: String)
    /// All that is left of the path.
    case rest(name: String)
  }

  /// A named part of the path or of the question.
  struct Parameter: Sendable {
    let name: String
    let schema: Schema
    let doc: String
    var isInPath = false
    var isRequired = false

    init(_ name: String, _ schema: Schema, required: Bool = false, _ doc: String) {
      (self.name, self.schema, self.doc, isRequired) = (name, schema, doc, required)
    }
  }

  /// What is sent to it.
  struct Body: Sendable {
    let schema: Schema
    var takesNumPy = false
  }

  /// What it may give.
  struct Answer: Sendable {
    let status: Int
    let doc: String
    var json: Schema?
    var types: [String] = []

    init(_ status: Int, _ doc: String, json: Schema? = nil, _ types: [String] = []) {
      (self.status, self.doc, self.json, self.types) = (status, doc, json, types)
    }
  }

  let method: String
  let path: String
  let segments: [Segment]
  let tag: String
  let summary: String
  var parameters: [Parameter]
  var body: Body?
  var answers: [Answer]
  /// Whether it needs no token.
  var isOpen = false
  let work: Work

  init(
    _ method: String, _ path: String, _ tag: String, _ summary: String,
    parameters: [Parameter] = [], body: Body? = nil, answers: [Answer], isOpen: Bool = false,
    _ work: Work
  ) {
    (self.method, self.path, self.tag, self.summary) = (method, path, tag, summary)
    (self.parameters, self.body, self.answers) = (parameters, body, answers)
    (self.isOpen, self.work) = (isOpen, work)
    segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(
      Self.segment)
  }

  private static func segment(_ text: Substring) -> Segment {
    guard text.first == "{", let close = text.firstIndex(of: "}") else {
      return .word(String(text))
    }
    let name = String(text[text.index(after: text.startIndex)..<close])
    let ending = String(text[text.index(after: close)...])
    return name == "asset" ? .rest(name: name) : .value(name: name, ending: ending)
  }

  /// The values that a path gives to the named parts; nothing where it is another's path.
  func match(_ parts: [Substring]) -> [String: String]? {
    guard parts.count == segments.count || parts.count > segments.count && hasRest else {
      return nil
    }
    var values: [String: String] = [:]
    for (index, segment) in segments.enumerated() {
      let part = parts[index]
      switch segment {
      case .word(let word):
        guard part == word else { return nil }
      case .value(let name, let ending):
        guard part.hasSuffix(ending), part.utf8.count > ending.utf8.count else { return nil }
        values[name] = String(part.dropLast(ending.count))
      case .rest(let name): values[name] = parts[index...].joined(separator: "/")
      }
    }
    return values
  }

  private var hasRest: Bool {
    if case .rest? = segments.last { return true }
    return false
  }
}

/// A request on its way to its answer: checked against the route.
struct Call: Sendable {
  let service: Service
  let request: Request
  /// Named parts of the path and of the question, checked.
  let values: [String: String]
  /// The body, checked; null where none is sent, or one of NumPy.
  var body = JSONBody.null
  /// Asked whether the answer still counts.
  let isAwaited: @Sendable () -> Bool

  /// A named part as a whole number.
  func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

  /// Whether the body is a NumPy array.
  var isNumPy: Bool { request.contentType == "application/x-npy" }

  /// Whether the answer is wanted as `type` by name.
  func accepts(_ type: String) -> Bool {
    guard let accept = request.headers["accept"], accept != "*/*" else { return false }
    return accept.split(separator: ",").contains { part in
      part.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased() == type
    }
  }
}
