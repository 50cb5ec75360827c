import Files
import Foundation
import HTTP
import Manual
import Synchronization

/// Answers requests for spaces, the catalogue and the runs: what `latent serve` offers.
public final class Service: Sendable {
  /// What clients may take.
  public struct Limits: Sendable {
    /// Requests that are being answered at a time; more are told to come again.
    public var requests = 128
    /// Seconds in which an answer has to be there.
    public var seconds = 60.0
    /// Numbers of one answer.
    public var numbers = 1 << 24

    public init() {}
  }

  let spaces: [ServedSpace]
  let limits: Limits
  /// Where random numbers of figures start.
  let seed: UInt64
  let metrics: Metrics
  let assets: Assets
  let batcher: Batcher
  let workers: Workers
  let catalogue = ServedCatalogue()
  private let access: Access
  private let log: (@Sendable (String) -> Void)?
  private let inFlight: InFlight

  /// A service of the spaces in `folders`, each opened once.
  ///
  /// - Parameters:
  ///   - split: The part of the data that is shown, or `all`; test when not given, or train where nothing is kept for
  ///     testing.
  ///   - log: Told of every request, a line of JSON.
  /// - Throws: ``UserError`` where a folder is no space that can be opened.
  public init(
    _ folders: [String], split: String? = nil, access: Access, limits: Limits = Limits(),
    seed: UInt64 = 0,
    log: (@Sendable (String) -> Void)? = nil
  ) throws {
    let metrics = Metrics()
    let cores = ProcessInfo.processInfo.activeProcessorCount
    batcher = Batcher(threads: 1) { metrics.add(batch: $0) }
    workers = Workers("worker", count: max(4, cores), threads: 1)
    let background = Workers("background", count: 1, threads: cores, politeness: 5)
    spaces = try ServedSpace.open(folders, split, batcher, background, seed: seed)
    assets = try Assets()
    self.seed = seed
    (self.access, self.limits, self.metrics, self.log) = (access, limits, metrics, log)
    inFlight = InFlight(limits.seconds)
  }

  /// All that the server does.
  static let routes: [Route] =
    serviceRoutes + spaceRoutes + codingRoutes + movingRoutes + mappingRoutes + itemRoutes
    + catalogueRoutes

  /// The spaces as paths name them.
  public var identifiers: [String] { spaces.map(\.id) }

  /// What a person should know of the spaces: which cannot show their items, and why.
  public var notes: [String] {
    spaces.compactMap { space in space.absence.map { "\(space.id) has no items: \($0)" } }
      + (assets.isEmpty ? ["the page is not installed; programs can ask all the same"] : [])
  }

  /// The answer to what the server itself refuses.
  public static let refusal: @Sendable (Int, String) -> Response = { status, sentence in
    sealed(Response(status, refusing: sentence), isAsset: false)
  }

  /// Requests that are being answered.
  var awaited: Int { inFlight.count }

  /// The space called `id`.
  func space(_ call: Call) throws -> ServedSpace {
    let id = call.values["id"] ?? ""
    guard let space = spaces.first(where: { $0.id == id }) else {
      let names = spaces.map(\.id).joined(separator: ", ")
      throw Refusal(404, "there is no space \(printable(id)); there are \(names)")
    }
    return space
  }

  /// Answers a request, on any thread, at once or later.
  public func answer(_ request: Request, _ reply: @escaping @Sendable (Response) -> Void) {
    let begun = ContinuousClock.now
    let found = Dispatch(request, Self.routes)
    let isHealth = found.route?.path == "/healthz"
    let finish: @Sendable (Response) -> Void = { [self] response in
      let response = Self.sealed(response, isAsset: found.route?.tag == "page")
      let seconds = (ContinuousClock.now - begun) / .seconds(1)
      let name = found.route?.path ?? "none"
      metrics.add(route: name, status: response.status, seconds: seconds)
      log?(Self.line(request, name, response, seconds))
      reply(response)
    }
    guard let ticket = inFlight.enter(unless: isHealth ? Int.max : limits.requests, finish) else {
      return finish(
        Response(
          503, refusing: "\(limits.requests) requests are being answered; come again",
          headers: [("Retry-After", "1")]))
    }
    do {
      if let response = try access.check(request, isOpen: found.route?.isOpen ?? false) {
        return inFlight.leave(ticket, response)
      }
      let (route, values) = try found.get()
      try carryOut(route, values, request, ticket)
    } catch {
      inFlight.leave(ticket, Refusal(error).response)
    }
  }

  /// Bodies of at most so many bytes are read on the thread that received them.
  private static let small = 64 << 10

  private func carryOut(
    _ route: Route, _ values: [String: String], _ request: Request, _ ticket: Int
  ) throws {
    let inFlight = inFlight
    let isAwaited: @Sendable () -> Bool = { inFlight.isOpen(ticket) }
    let begin: @Sendable () -> Void = { [self] in
      do {
        let values = try Self.checked(values, request, route)
        var call = Call(service: self, request: request, values: values, isAwaited: isAwaited)
        call.body = try Self.body(request, route)
        switch route.work {
        case .now(let work), .worker(let work): inFlight.leave(ticket, try work(call))
        case .later(let work):
          try work(call) { result in
            switch result {
            case .success(let response): inFlight.leave(ticket, response)
            case .failure(let error): inFlight.leave(ticket, Refusal(error).response)
            }
          }
        }
      } catch {
        inFlight.leave(ticket, Refusal(error).response)
      }
    }
    if case .worker = route.work { return workers.add { if isAwaited() { begin() } } }
    request.body.count <= Self.small ? begin() : workers.add(begin)
  }

  /// The named parts of path and question, each as it may be.
  private static func checked(
    _ path: [String: String], _ request: Request, _ route: Route
  ) throws -> [String: String] {
    var values = path
    for (name, text) in request.query {
      guard let parameter = route.parameters.first(where: { $0.name == name && !$0.isInPath })
      else {
        // The page's address may carry its token.
        if route.path == "/" { continue }
        throw UserError("there is no parameter \(printable(name)) here")
      }
      values[parameter.name] = text
    }
    for parameter in route.parameters {
      guard let text = values[parameter.name] else {
        if parameter.isRequired { throw UserError("the parameter \(parameter.name) is missing") }
        continue
      }
      let value: JSONBody =
        switch parameter.schema {
        case .integer, .number:
          text.utf8.first.map { $0 == 45 || (48...57).contains($0) } == true
            ? Double(text).map { .number($0) } ?? .text(text) : .text(text)
        default: .text(text)
        }
      try parameter.schema.check(value, at: parameter.name)
    }
    return values
  }

  private static func body(_ request: Request, _ route: Route) throws -> JSONBody {
    guard let form = route.body else { return .null }
    switch request.contentType {
    case "application/json":
      let body = try request.body.withUnsafeBytes { try JSONBody(parsing: $0) }
      try form.schema.check(body, at: "the body")
      return body
    case "application/x-npy" where form.takesNumPy: return .null
    case let type:
      let wanted = form.takesNumPy ? "application/json or application/x-npy" : "application/json"
      throw Refusal(
        415, "the body must be \(wanted), not \(type.isEmpty ? "of no type" : printable(type))")
    }
  }

  /// The policy of pages: nothing from elsewhere, no script or style inside a page.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static func sealed(_ response: Response, isAsset: Bool) -> Response {
    var response = response
    response.headers += [
      ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
      ("Content-Security-Policy", policy),
    ]
    if !response.headers.contains(where: { $0.0 == "Cache-Control" }) {
      response.headers.append(("Cache-Control", isAsset ? "no-cache" : "no-store"))
    }
    return response
  }

  private static func line(
    _ request: Request, _ route: String, _ response: Response, _ seconds: Double
  ) -> String {
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let json: JSON = [
      "time": .string(time), "method": .string(request.method), "route": .string(route),
      "path": .string(String(request.path.prefix(200))), "status": .int(response.status),
      "seconds": .number((seconds * 1e6).rounded() / 1e6), "received": .int(request.body.count),
      "sent": .int(response.body.count),
    ]
    return json.compact
  }
}

/// Which route a request is for.
private struct Dispatch: Sendable {
  var route: Route?
  var values: [String: String] = [:]
  /// Methods that the path has.
  var methods: [String] = []
  let request: Request

  init(_ request: Request, _ routes: [Route]) {
    self.request = request
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    let path = Array(parts)
    let method = request.method == "HEAD" ? "GET" : request.method
    for candidate in routes {
      guard let found = candidate.match(path) else { continue }
      methods.append(candidate.method)
      if candidate.method == method {
        (route, values) = (candidate, found)
        return
      }
    }
  }

  func get() throws -> (Route, [String: String]) {
    if let route { return (route, values) }
    guard methods.isEmpty else {
      let allowed = (methods + (methods.contains("GET") ? ["HEAD"] : [])).joined(separator: ", ")
      throw Refusal(
        405, "\(printable(request.path)) takes \(allowed), not \(printable(request.method))",
        headers: [("Allow", allowed)])
    }
    throw Refusal(
      404, "there is nothing at \(printable(request.path)); /openapi.json lists what is")
  }
}

/// Requests that are being answered, each until its answer or its end of time.
private final class InFlight: @unchecked Sendable {
  private struct Entry {
    let end: ContinuousClock.Instant
    let reply: @Sendable (Response) -> Void
  }

  private struct State {
    var next = 0
    var entries: [Int: Entry] = [:]
  }

  private let state = Mutex(State())
  private let seconds: Double
  // Not marked as what many threads may hold, though it is.
  private let timer: any DispatchSourceTimer

  init(_ seconds: Double) {
    self.seconds = seconds
    timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + 0.25, repeating: 0.25)
    timer.setEventHandler { [weak self] in self?.endLate() }
    timer.resume()
  }

  deinit { timer.cancel() }

  var count: Int { state.withLock { $0.entries.count } }

  /// A ticket, unless `limit` are there already.
  func enter(unless limit: Int, _ reply: @escaping @Sendable (Response) -> Void) -> Int? {
    let end = ContinuousClock.now + .seconds(seconds)
    return state.withLock { state in
      guard state.entries.count < limit else { return nil }
      state.next += 1
      state.entries[state.next] = Entry(end: end, reply: reply)
      return state.next
    }
  }

  /// Whether the answer still counts.
  func isOpen(_ ticket: Int) -> Bool { state.withLock { $0.entries[ticket] != nil } }

  /// Gives the answer, unless time is up, whether or not the timer has seen it.
  func leave(_ ticket: Int, _ response: Response) {
    guard let entry = state.withLock({ $0.entries.removeValue(forKey: ticket) }) else { return }
    entry.reply(entry.end < .now ? late : response)
  }

  private var late: Response {
    Response(
      503, refusing: "the answer took longer than \(seconds) s, which is the limit here",
      headers: [("Retry-After", "5")])
  }

  private func endLate() {
    let now = ContinuousClock.now
    let ended = state.withLock { state in
      let ended = state.entries.filter { $0.value.end < now }
      for key in ended.keys { state.entries[key] = nil }
      return ended.values.map(\.reply)
    }
    for reply in ended { reply(late) }
  }
}
