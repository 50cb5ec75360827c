import CMicroHTTPD
import Files
import Foundation
import Synchronization

/// The library's daemon with the requests that it is at.
final class Daemon: @unchecked Sendable {
  // Written once before the daemon's thread can see a request, and in `stop`.
  private var handle: OpaquePointer?
  private let limits: Server.Limits
  private let handler: Server.Handler
  private let refusal: @Sendable (Int, String) -> Response
  private let counts = Mutex(Counts())
  private(set) var port = 0

  /// Requests that are under way, and those of them whose answers are awaited.
  private struct Counts {
    var begun = 0
    var awaited = 0
    /// Bytes of bodies of requests that have not ended.
    var held = 0
  }

  init(
    _ address: Address, _ limits: Server.Limits,
    _ refusal: @escaping @Sendable (Int, String) -> Response, _ handler: @escaping Server.Handler
  ) throws {
    (self.limits, self.refusal, self.handler) = (limits, refusal, handler)
    var flags = MHD_USE_AUTO_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
    if address.isVersion6 { flags |= MHD_USE_IPv6.rawValue }
    let allowed = latent_http_limits(
      connections: UInt32(limits.connections), connections_of_one: UInt32(limits.connections),
      idle_seconds: UInt32(limits.idleSeconds), header_bytes: limits.headerBytes)
    errno = 0
    // The library's thread may call as long as it runs, so that the library holds this object until it has stopped.
    let held = Unmanaged.passRetained(self)
    handle = address.withPointer {
      latent_http_start($0, flags, allowed, requested, finished, held.toOpaque())
    }
    guard let handle else {
      held.release()
      let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)).lowercased())"
      throw UserError("cannot listen on \(address.name)\(reason); --port 0 takes a free port")
    }
    port = Int(latent_http_port(handle))
  }

  @discardableResult
  func stop(within seconds: Double) -> Bool {
    guard let running = handle else { return true }
    let socket = MHD_quiesce_daemon(running)
    let end = ContinuousClock.now + .seconds(seconds)
    while counts.withLock({ $0.begun }) > 0, ContinuousClock.now < end {
      Thread.sleep(forTimeInterval: 0.005)
    }
    if socket >= 0 { close(socket) }
    let left = counts.withLock { $0 }
    // Ending the daemon while a connection waits for its answer would end the process.
    guard left.awaited == 0 else { return false }
    MHD_stop_daemon(running)
    handle = nil
    Unmanaged.passUnretained(self).release()
    return left.begun == 0
  }

  /// A request from its head on, one call after another on the daemon's thread; `upload` is what came of its body.
  fileprivate func take(
    _ connection: OpaquePointer, _ head: (path: String, method: String),
    _ upload: UnsafeBufferPointer<UInt8>, _ exchange: inout Exchange?
  ) -> Progress {
    guard let current = exchange else {
      let begun = Exchange(head.method, head.path, connection)
      exchange = begun
      counts.withLock { $0.begun += 1 }
      let announced = Int(begun.request.headers["content-length"] ?? "0") ?? 0
      if announced > limits.bodyBytes { return answer(connection, tooLong) }
      let held = counts.withLock { $0.held }
      guard held + max(0, announced) <= limits.heldBytes else { return answer(connection, tooMany) }
      return .goOn
    }
    if !upload.isEmpty {
      let isLate = ContinuousClock.now - current.begun > .seconds(limits.bodySeconds)
      // In the middle of a body there can be no answer.
      guard !isLate, current.request.body.count + upload.count <= limits.bodyBytes else {
        return .close
      }
      let held = counts.withLock { counts in
        counts.held += upload.count
        return counts.held
      }
      current.held += upload.count
      guard held <= limits.heldBytes else { return .close }
      current.request.body.append(upload)
      return .goOn
    }
    if let response = current.response.withLock({ $0 }) { return answer(connection, response) }
    guard !current.isHandled else { return .goOn }
    current.isHandled = true
    counts.withLock { $0.awaited += 1 }
    MHD_suspend_connection(connection)
    let place = Connection(connection)
    handler(current.request) { [self] response in
      let isFirst = current.response.withLock { slot in
        defer { if slot == nil { slot = response } }
        return slot == nil
      }
      guard isFirst else { return }
      MHD_resume_connection(place.pointer)
      counts.withLock { $0.awaited -= 1 }
    }
    return .goOn
  }

  /// A request has ended, however it came.
  fileprivate func end(_ exchange: Exchange) {
    counts.withLock { counts in
      counts.begun -= 1
      counts.held -= exchange.held
    }
  }

  private var tooLong: Response {
    refusal(413, "the body is longer than \(limits.bodyBytes) bytes, which is the limit here")
  }

  private var tooMany: Response {
    var response = refusal(503, "the server holds as many bodies as it may; come again")
    response.headers.append(("Retry-After", "1"))
    return response
  }

  private func answer(_ connection: OpaquePointer, _ response: Response) -> Progress {
    // The library wants a place for no bytes too.
    let body = response.body.isEmpty ? Data([0]) : response.body
    let made = body.withUnsafeBytes { bytes in
      MHD_create_response_from_buffer(
        response.body.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress!),
        .RESPMEM_MUST_COPY)
    }
    guard let made else { return .close }
    defer { MHD_destroy_response(made) }
    for (name, value) in response.headers { MHD_add_response_header(made, name, value) }
    return MHD_queue_response(connection, UInt32(response.status), made) == .YES ? .goOn : .close
  }

  /// What becomes of a connection.
  enum Progress { case goOn, close }

  /// A request while it is read and answered.
  final class Exchange: @unchecked Sendable {
    // Of the daemon's thread, but for the response.
    var request: Request
    var isHandled = false
    /// Bytes of the body that came.
    var held = 0
    let begun = ContinuousClock.now
    let response = Mutex<Response?>(nil)

    init(_ method: String, _ path: String, _ connection: OpaquePointer) {
      request = Request(
        method, path, query: values(of: connection, .GET_ARGUMENT_KIND),
        headers: values(of: connection, .HEADER_KIND) { $0.lowercased() })
    }
  }

  /// A connection that another thread resumes.
  private struct Connection: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
  }
}

/// Fields of a request by name.
private func values(
  of connection: OpaquePointer, _ kind: MHD_ValueKind, _ name: (String) -> String = { $0 }
) -> [String: String] {
  final class Found { var pairs: [(String, String)] = [] }
  let found = Found()
  MHD_get_connection_values(
    connection, kind,
    { context, _, key, value in
      let found = Unmanaged<Found>.fromOpaque(context!).takeUnretainedValue()
      if let key {
        found.pairs.append((String(cString: key), value.map { String(cString: $0) } ?? ""))
      }
      return .YES
    }, Unmanaged.passUnretained(found).toOpaque())
  return Dictionary(found.pairs.map { (name($0.0), $0.1) }) { $1 }
}

/// The library's call for a request: its slot holds the exchange, retained.
private func requested(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?,
  _ upload: UnsafePointer<CChar>?, _ count: UnsafeMutablePointer<Int>?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context, let connection, let url, let method, let count, let slot else { return .NO }
  let daemon = Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
  var exchange = slot.pointee.map {
    Unmanaged<Daemon.Exchange>.fromOpaque($0).takeUnretainedValue()
  }
  let isNew = exchange == nil
  let bytes = UnsafeRawPointer(upload)?.assumingMemoryBound(to: UInt8.self)
  let progress = daemon.take(
    connection, (String(cString: url), String(cString: method)),
    UnsafeBufferPointer(start: bytes, count: isNew ? 0 : count.pointee), &exchange)
  if isNew, let exchange { slot.pointee = Unmanaged.passRetained(exchange).toOpaque() }
  if !isNew { count.pointee = 0 }
  return progress == .goOn ? .YES : .NO
}

/// The library's call for the end of a request, however it came.
private func finished(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
  guard let context, let slot, let held = slot.pointee else { return }
  let exchange = Unmanaged<Daemon.Exchange>.fromOpaque(held).takeRetainedValue()
  slot.pointee = nil
  Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue().end(exchange)
}
