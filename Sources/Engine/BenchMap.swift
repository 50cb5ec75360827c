import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Neighbours
import Torch

/// `latent bench map`: our whole command, from the start of the program to its end, beside umap-learn on the same vectors.
struct BenchMap {
  /// The verb of a child process that writes the vectors; not for people.
  static let childVerb = "bench-map-data"

  /// Points and the numbers of each: pictures of Fashion-MNIST along their first principal directions.
  var points = 20_000
  var width = 64
  var pairs = 5

  /// Seconds and memory of one pair of runs.
  struct Round {
    let cold: WholeRun
    let kept: WholeRun
    let peer: Peer
  }

  /// What the peer's script prints.
  struct Peer: Decodable {
    let version: String
    /// From the start of Python through the first map, compilation included.
    let first_seconds: Double
    /// Maps after the first, in the same process.
    let warm_seconds: [Double]
    let peak_memory_bytes: Double

    var warm: Double { BenchRow.median(warm_seconds) }
  }

  /// How well a map keeps neighbours, with 12 of them.
  struct Quality {
    let trustworthiness: Double
    let continuity: Double
  }

  /// What a bench found.
  struct Findings {
    let bench: BenchMap
    let rounds: [Round]
    /// Peak memory of our command on three points: the program and libtorch.
    let floor: Double
    /// On the vectors, and on the 8×8 digits.
    let quality: [(data: String, ours: Quality, theirs: Quality)]
    let threads: Int
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    var bench = BenchMap()
    if arguments.flag("quick") { (bench.points, bench.pairs) = (5000, 2) }
    let folder = NSTemporaryDirectory() + "latent-bench-map-\(getpid())"
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Maps of this bench are kept here, and found by the runs that are to find them.
    setenv("LATENT_HOME", folder, 1)
    try BenchMapPage(findings: try bench.findings(in: folder, console)).print(arguments, console)
  }

  private func findings(in folder: String, _ console: Console) throws -> Findings {
    let peers = try BenchPeers()
    // By a child: a program that this one starts is said to have had as much memory as this one had then.
    _ = try WholeRun(CommandLine.arguments[0], [Self.childVerb, folder, "\(points)", "\(width)"])
    let (vectors, digits) = (folder + "/vectors.npy", folder + "/digits.npy")
    let floor = try ours(folder + "/three.npy", folder, fresh: true).peakBytes
    var rounds: [Round] = []
    let line = console.progress("map", total: pairs, unit: "rounds")
    for round in 1...pairs {
      let cold = try ours(vectors, folder, fresh: true)
      let kept = try ours(vectors, folder, fresh: false)
      rounds.append(Round(cold: cold, kept: kept, peer: try theirs(vectors, folder, peers)))
      line.update(done: round)
    }
    line.finish()
    var quality = [("Fashion-MNIST", try judge(vectors, folder))]
    _ = try ours(digits, folder, fresh: true)
    _ = try theirs(digits, folder, peers)
    quality.append(("digits", try judge(digits, folder)))
    return Findings(
      bench: self, rounds: rounds, floor: floor,
      quality: quality.map { ($0.0, $0.1.ours, $0.1.theirs) }, threads: peers.threads)
  }

  /// Our command as a person types it.
  private func ours(_ file: String, _ folder: String, fresh: Bool) throws -> WholeRun {
    let engine = URL(fileURLWithPath: CommandLine.arguments[0])
    let front = engine.deletingLastPathComponent().appendingPathComponent("latent").path
    let words = ["map", file, "--out", folder + "/ours.npy", "--quiet"]
    return try WholeRun(front, words + (fresh ? ["--fresh"] : []))
  }

  private func theirs(_ file: String, _ folder: String, _ peers: BenchPeers) throws -> Peer {
    try peers.figures(
      peers.python,
      [
        peers.scripts + "/umap_map.py", file, "--out", folder + "/theirs.npy", "--threads",
        "\(peers.threads)",
      ])
  }

  private func judge(_ file: String, _ folder: String) throws -> (ours: Quality, theirs: Quality) {
    func quality(_ map: String) throws -> Quality {
      let found = try NeighbourPreservation.measure(
        NPY.read(file), on: NPY.read("\(folder)/\(map).npy"), neighbours: [12])
      return Quality(
        trustworthiness: found[0].trustworthiness.value, continuity: found[0].continuity.value)
    }
    return (try quality("ours"), try quality("theirs"))
  }

  /// Writes the vectors, the digits, and three points into a folder.
  static func child(_ words: [String]) throws {
    guard words.count == 4, let points = Int(words[2]), let width = Int(words[3]) else {
      throw UsageError("latent \(childVerb): a folder, points and their width are wanted")
    }
    var bench = BenchMap()
    (bench.points, bench.width) = (points, width)
    try NPY.write([[0, 1], [1, 0], [2, 2]], to: words[1] + "/three.npy")
    try bench.writeVectors(in: words[1])
    try writeDigits(in: words[1])
  }

  private func writeVectors(in folder: String) throws {
    let pictures = try Source.open("fashion-mnist", SourceOptions()).train.prefix(points)
    let parts = try pictures.chunks(of: 5000).map { try pictures.batch($0).x.flattened(from: 1) }
    let directions = try PrincipalDirections(Tensor.concatenate(parts), count: width)
    try NPY.write(directions.places, to: folder + "/vectors.npy")
  }

  private static func writeDigits(in folder: String) throws {
    let source = try Source.open("digits", SourceOptions())
    let parts = try [source.train, source.validation, source.test].filter { $0.count > 0 }
      .map { try $0.batch(Array(0..<$0.count)).x.flattened(from: 1) }
    try NPY.write(Tensor.concatenate(parts), to: folder + "/digits.npy")
  }
}

/// A program from its start to its end, what it says thrown away.
struct WholeRun {
  let seconds: Double
  /// The largest resident set that it had.
  let peakBytes: Double

  /// Runs `program` by the system's own calls, as Foundation's `Process` alone takes tens of milliseconds.
  ///
  /// - Throws: ``UserError`` where it cannot be started, or fails.
  init(_ program: String, _ arguments: [String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    let start = ContinuousClock.now
    var child = pid_t()
    let failure = posix_spawn(&child, program, &actions, nil, &words, environ)
    guard failure == 0 else {
      throw UserError("cannot start \(program): \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    guard status == 0 else {
      throw UserError("\(program) \(arguments.joined(separator: " ")) failed")
    }
    seconds = (ContinuousClock.now - start) / .seconds(1)
    #if canImport(Darwin)
      peakBytes = Double(usage.ru_maxrss)
    #else
      peakBytes = Double(usage.ru_maxrss) * 1024
    #endif
  }
}
