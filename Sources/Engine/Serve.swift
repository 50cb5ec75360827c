import Files
import Foundation
import HTTP
import Manual
import Serving

/// `latent serve`: spaces for a browser and for programs, until it is told to stop.
enum Serve {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let host = arguments.string("host") ?? "127.0.0.1"
    let needsToken = arguments.flag("token") || !Access.isLoopback(host)
    let access = Access(
      host: host, names: arguments.list("allow-host") ?? [],
      token: needsToken ? Access.makeToken() : nil)
    var limits = Service.Limits()
    limits.requests = arguments.int("requests") ?? limits.requests
    limits.seconds = arguments.number("timeout") ?? limits.seconds
    var log: (@Sendable (String) -> Void)?
    if arguments.flag("log-requests") { log = { console.warn($0) } }
    let service = try Service(
      arguments.positionals, split: arguments.string("split"), access: access, limits: limits,
      seed: arguments.seed, log: log)
    var wire = Server.Limits()
    wire.bodyBytes = (arguments.int("body-mb") ?? 64) << 20
    // Who is one too many is told so, and not cut off.
    wire.connections = limits.requests * 2 + 64
    let server = try Server(
      host: host, port: arguments.int("port") ?? 8080, limits: wire, refusal: Service.refusal
    ) { service.answer($0, $1) }
    try announce(server.port, host, access, service, arguments, console)
    while !Interrupt.requested { Thread.sleep(forTimeInterval: 0.05) }
    console.say("stopping; requests that are under way are answered first")
    if !server.stop(within: min(10, limits.seconds)) {
      console.warn("some requests were not answered in time")
    }
    // Work that nobody waits for may still run, and libtorch must not be taken down beneath it.
    _exit(ExitCode.success.rawValue)
  }

  private static func announce(
    _ port: Int, _ host: String, _ access: Access, _ service: Service, _ arguments: Arguments,
    _ console: Console
  ) throws {
    let name = host.contains(":") ? "[\(host)]" : host
    let address = "http://\(name):\(port)/"
    let link = access.token.map { "\(address)?token=\($0)" } ?? address
    if console.printsJSON {
      let json: JSON = [
        "address": .string(address), "link": .string(link), "port": .int(port),
        "token": access.token.map { .string($0) } ?? .null,
        "spaces": .array(service.identifiers.map { .string($0) }),
      ]
      try console.result(json.compact)
    } else {
      try console.result(link)
    }
    for note in service.notes { console.say(note) }
    console.say("Ctrl-C stops it")
    if arguments.flag("open") { open(link, console) }
  }

  private static func open(_ link: String, _ console: Console) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    #if os(macOS)
      process.arguments = ["open", link]
    #else
      process.arguments = ["xdg-open", link]
    #endif
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    if (try? process.run()) == nil { console.say("no browser could be started; open \(link)") }
  }
}
