import Files
import Foundation
import Learning
import Manual

/// Figures of one case, ours and a peer's, pair by pair.
struct BenchRow {
  let name: String
  let peer: String
  let ours: [Figures]
  let theirs: [Figures]

  struct Figures: Codable {
    let items_per_second: Double
    let peak_memory_bytes: Double
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  var ratios: [Double] { zip(ours, theirs).map { $0.items_per_second / $1.items_per_second } }
}

/// Runs our case and the Python peer's in turn, each in a process of its own.
struct BenchPeers {
  let python: String
  let scripts: String
  let threads = ProcessInfo.processInfo.activeProcessorCount

  /// The peers in the environment that `Scripts/peers` makes of that name.
  ///
  /// - Throws: ``UserError`` where it is not there.
  init(_ environment: String = "bench") throws {
    python = ".venv-\(environment)/bin/python"
    scripts = "Benchmarks/python"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw UserError(
        "the Python peers are not here: run `Scripts/peers \(environment)` in a checkout of Latent"
      )
    }
  }

  func compare(_ each: Bench.Case, pairs: Int, _ console: Console) throws -> [BenchRow] {
    var ours: [BenchRow.Figures] = []
    var torch: [BenchRow.Figures] = []
    var pythae: [BenchRow.Figures] = []
    let line = console.progress(each.name, total: pairs, unit: "rounds")
    for round in 1...pairs {
      ours.append(
        try figures(
          CommandLine.arguments[0],
          [Bench.engineVerb, each.model, "\(each.batch)", "\(each.steps)", "\(threads)"]))
      torch.append(try figures(python, [scripts + "/torch_vae.py"] + options(each)))
      if each.model == "mlp" {
        pythae.append(try figures(python, [scripts + "/pythae_vae.py"] + epoch(each)))
      }
      line.update(done: round)
    }
    line.finish()
    let rows = [BenchRow(name: each.name, peer: "PyTorch", ours: ours, theirs: torch)]
    return each.model == "mlp"
      ? rows + [BenchRow(name: each.name, peer: "pythae", ours: ours, theirs: pythae)] : rows
  }

  private func options(_ each: Bench.Case) -> [String] {
    let warmup = max(3, each.steps / 10)
    return [
      "--model", each.model, "--batch", "\(each.batch)", "--steps", "\(each.steps)", "--warmup",
      "\(warmup)", "--threads", "\(threads)",
    ]
  }

  /// pythae's trainer counts epochs: one is timed, of as many examples as the others' steps.
  private func epoch(_ each: Bench.Case) -> [String] {
    let images = min(60_000, each.steps * each.batch)
    return [
      "--batch", "\(each.batch)", "--images", "\(images)", "--epochs", "1", "--threads",
      "\(threads)",
    ]
  }

  /// What a program printed last, as figures.
  ///
  /// - Throws: ``UserError`` where it cannot be started or printed none.
  func figures<Figures: Decodable>(_ program: String, _ arguments: [String]) throws -> Figures {
    let output = try Self.output(of: program, arguments)
    let line = output.split(separator: "\n").last.map(String.init) ?? ""
    guard let figures = try? JSONDecoder().decode(Figures.self, from: Data(line.utf8))
    else {
      throw UserError("\(program) \(arguments.joined(separator: " ")) printed no figures")
    }
    return figures
  }

  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { throw UserError("cannot start \(program): \(error)") }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// Median milliseconds of `latent --help`.
  static func startTime(runs: Int) throws -> Double {
    let engine = URL(fileURLWithPath: CommandLine.arguments[0])
    let front = engine.deletingLastPathComponent().appendingPathComponent("latent").path
    _ = try WholeRun(front, ["--help"])
    return try BenchRow.median(
      (0..<runs).map { _ in try WholeRun(front, ["--help"]).seconds * 1e3 })
  }
}
