import Datasets
import Files
import Foundation
import HTTP
import Learning
import Manual
import Networks
import Torch
import Variational

/// `latent bench serve`: encode requests of 64 connections to our server and to one of FastAPI and PyTorch with the same
/// weights, in turn on the same machine.
enum BenchServe {
  static let connections = 64

  /// How long it takes.
  struct Budget {
    var rounds = 4
    var seconds = 30.0
  }

  /// Figures of one side over all rounds.
  struct Side {
    let name: String
    var rounds: [LoadGenerator.Figures] = []
    /// Bytes that the server's processes held after the first second, and at the end.
    var memory = (start: 0, end: 0)

    var requests: Int { rounds.reduce(0) { $0 + $1.requests } }
    var errors: Int { rounds.reduce(0) { $0 + $1.errors } }
    var rate: Double { BenchRow.median(rounds.map(\.rate)) }

    func milliseconds(_ share: Double) -> Double {
      var all = LoadGenerator.Figures()
      all.times = rounds.flatMap(\.times).sorted()
      return all.milliseconds(share)
    }
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let peers = try BenchPeers()
    let budget = arguments.flag("quick") ? Budget(rounds: 2, seconds: 2) : Budget()
    let folder = NSTemporaryDirectory() + "latent-bench-\(getpid())"
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let images = try fitted(folder)
    let ours = try BenchServer(
      CommandLine.arguments[0],
      ["serve", "\(folder)/bench.latent", "--port", "0", "--json", "-q"])
    defer { ours.stop() }
    let workers = ProcessInfo.processInfo.activeProcessorCount
    let port = try BenchServer.freePort()
    let theirs = try BenchServer(
      peers.python,
      [
        peers.scripts + "/serve_fastapi.py", "\(folder)/bench.latent/weights.safetensors",
        "\(port)",
        "\(workers)",
      ], port: port)
    defer { theirs.stop() }
    let nested = images.map { body($0, shape: [1, 1, 28, 28]) }
    let flat = images.map { body($0, shape: [1, 784]) }
    try compare(
      ours.post("/v1/spaces/bench.latent/encode", nested[0]), theirs.post("/encode", flat[0]))
    let (servers, bodies) = ([ours, theirs], [nested, flat])
    let paths = ["/v1/spaces/bench.latent/encode", "/encode"]
    // Connections of a round of their own: a server closes those that are idle while the other is asked.
    func load(_ index: Int, seconds: Double) throws -> LoadGenerator.Figures {
      try LoadGenerator(
        port: servers[index].port, path: paths[index], bodies: bodies[index],
        connections: connections
      ).run(seconds: seconds)
    }
    var sides = [Side(name: "latent serve"), Side(name: "FastAPI, \(workers) workers")]
    for index in sides.indices {
      _ = try load(index, seconds: 1)
      sides[index].memory.start = servers[index].residentBytes
    }
    let line = console.progress("serve", total: 2 * budget.rounds, unit: "rounds")
    for round in 0..<budget.rounds {
      for index in sides.indices {
        sides[index].rounds.append(try load(index, seconds: budget.seconds))
        line.update(done: 2 * round + index + 1)
      }
    }
    line.finish()
    for index in sides.indices { sides[index].memory.end = servers[index].residentBytes }
    try BenchServePage(sides: sides, budget: budget).print(arguments, console)
  }

  /// Fits the space that both serve; test pictures as bodies of requests.
  private static func fitted(_ folder: String) throws -> [[Float]] {
    Runtime.threads = ProcessInfo.processInfo.activeProcessorCount
    var options = SourceOptions()
    options.limit = 2000
    let source = try Source.open("fashion-mnist", options)
    var method = VAE()
    method.networks.architecture = .mlp
    method.training.epochs = 1
    var run = FitRun(source, seed: Seed(1))
    run.folder = folder + "/bench.latent"
    let origin = SpaceDescription.Origin(
      spec: "fashion-mnist", options: options, fingerprint: source.fingerprint)
    let description = try SpaceDescription(
      method, source: source, origin: origin, run: run, versions: versions)
    _ = try Space.fit(method, run, description)
    return try (0..<256).map { try source.test.batch([$0]).x.values() }
  }

  /// A body as a Python client writes it: single precision as double precision prints it.
  private static func body(_ image: [Float], shape: [Int]) -> String {
    func nested(_ values: ArraySlice<Float>, _ shape: ArraySlice<Int>) -> String {
      guard let first = shape.first else { return "\(Double(values[values.startIndex]))" }
      let block = values.count / first
      let parts = (0..<first).map { index in
        let start = values.startIndex + index * block
        return nested(values[start..<start + block], shape.dropFirst())
      }
      return "[" + parts.joined(separator: ",") + "]"
    }
    return "{\"inputs\":" + nested(image[...], shape[...]) + "}"
  }

  /// Both servers must give the same codes, or they do not do the same.
  private static func compare(_ ours: Data, _ theirs: Data) throws {
    func codes(_ data: Data) throws -> [Float] {
      let body = try data.withUnsafeBytes { try JSONBody(parsing: $0) }
      guard let codes = body["codes"]?.array else { throw UserError("a server gave no codes") }
      return codes.values
    }
    let (a, b) = (try codes(ours), try codes(theirs))
    try require(
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($0)) },
      "the two servers give other codes: \(a.prefix(3)) and \(b.prefix(3))")
  }
}

/// A server that runs as a process of its own while a bench asks it.
final class BenchServer {
  private let process = Process()
  let port: Int

  /// Starts a program; without `port` it prints a line of JSON that names it.
  init(_ program: String, _ arguments: [String], port: Int? = nil) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { throw UserError("cannot start \(program): \(error)") }
    if let port {
      self.port = port
    } else {
      var line = Data()
      while line.last != UInt8(ascii: "\n") {
        let more = pipe.fileHandleForReading.availableData
        guard !more.isEmpty else { throw UserError("\(program) ended before it served") }
        line += more
      }
      struct Announcement: Decodable { var port: Int }
      self.port = try JSONDecoder().decode(Announcement.self, from: line).port
    }
    try awaitAnswer()
  }

  /// Waits until somebody listens; a Python server takes seconds.
  private func awaitAnswer() throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end, process.isRunning {
      if (try? LoadGenerator(port: port, path: "/", bodies: ["{}"], connections: 1)) != nil {
        return
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
    throw UserError("\(process.executableURL?.lastPathComponent ?? "a server") does not answer")
  }

  /// The body of the answer to one request.
  func post(_ path: String, _ body: String) throws -> Data {
    try LoadGenerator(port: port, path: path, bodies: [body], connections: 1).answer()
  }

  /// Memory of the process and of those that it started.
  var residentBytes: Int {
    var parents: [Int: Int] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int(name),
        let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat")
      else { continue }
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
        .split(separator: " ")
      if let fields, fields.count > 1 { parents[pid] = Int(fields[1]) }
    }
    let own = Int(process.processIdentifier)
    func belongs(_ pid: Int) -> Bool {
      pid == own || parents[pid].map { $0 > 1 && belongs($0) } ?? false
    }
    return parents.keys.filter(belongs).reduce(0) { sum, pid in
      let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/statm") ?? Data()
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      return sum + (fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0)
    }
  }

  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  /// A port that nobody listens on.
  static func freePort() throws -> Int {
    let server = try Server { $1(Response(503, text: "")) }
    defer { server.stop(within: 0) }
    return server.port
  }
}
