import Catalog
import Datasets
import Files
import Foundation
import Learning
import Manual
import Synchronization
import Torch

/// The processes that a fit is one of, as `torchrun`, a cluster's scheduler or a person says in the environment.
enum FitProcesses {
  /// Whether a thread of this process has told why it ends.
  private static let isSaid = Atomic(false)

  /// How this process finds the others; nil where the environment names none.
  ///
  /// - Throws: `UserError` naming the variable that is missing, or what it may be.
  static func place(_ environment: [String: String]) throws -> ProcessGroup.Place? {
    guard let text = environment["WORLD_SIZE"], text != "1" else { return nil }
    func number(_ name: String, _ range: Range<Int>) throws -> Int {
      guard let text = environment[name] else {
        throw UserError(
          "WORLD_SIZE says that \(text) processes train together, and \(name) is not set; torchrun "
            + "sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT")
      }
      guard let value = Int(text), range.contains(value) else {
        throw UserError(
          "\(name) is \(text) in the environment; it must be a whole number from "
            + "\(range.lowerBound) to \(range.upperBound - 1)")
      }
      return value
    }
    let size = try number("WORLD_SIZE", 1..<10_001)
    let rank = try number("RANK", 0..<size)
    let port = try number("MASTER_PORT", 1..<65_536)
    guard let host = environment["MASTER_ADDR"], !host.isEmpty else {
      throw UserError(
        "WORLD_SIZE says that \(size) processes train together, and MASTER_ADDR is not set; "
          + "torchrun sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT")
    }
    let localSize =
      environment["LOCAL_WORLD_SIZE"] == nil ? size : try number("LOCAL_WORLD_SIZE", 1..<size + 1)
    let localRank =
      environment["LOCAL_RANK"] == nil ? rank % localSize : try number("LOCAL_RANK", 0..<localSize)
    let attempt = environment["TORCHELASTIC_RESTART_COUNT"] ?? "0"
    return ProcessGroup.Place(
      rank: rank, size: size, localRank: localRank, localSize: localSize, host: host, port: port,
      rankZeroListens: environment["TORCHELASTIC_USE_AGENT_STORE"] != "True",
      meeting: "latent/\(environment["TORCHELASTIC_RUN_ID"] ?? "run")/\(attempt)")
  }

  /// Runs `body` for the fit in `folder`, together with the other processes where there are some.
  ///
  /// - Throws: what `body` throws; `UserError` where another process is gone.
  static func together(in folder: String, _ body: (ProcessGroup?) throws -> Void) throws {
    guard let place = try place(ProcessInfo.processInfo.environment) else { return try body(nil) }
    @Sendable func sentence(_ loss: ProcessLoss) -> String {
      let hasCheckpoint = FileManager.default.fileExists(
        atPath: folder + "/checkpoint/last.safetensors")
      return hasCheckpoint
        ? "\(loss); `latent fit --resume \(folder)` goes on from the last checkpoint, with any "
          + "number of processes"
        : "\(loss), before there was a checkpoint to go on from"
    }
    let group = try ProcessGroup(place) { loss in
      // All is saved that can be: a checkpoint is written whole or not at all.
      if !isSaid.exchange(true, ordering: .relaxed) {
        Console().warn("latent: \(sentence(loss))")
        _exit(ExitCode.failure.rawValue)
      }
    }
    do {
      try body(group)
      group.leave(failed: false)
    } catch let loss as ProcessLoss {
      let isFirst = !isSaid.exchange(true, ordering: .relaxed)
      group.leave(failed: true)
      if !isFirst { Thread.sleep(forTimeInterval: 1) }
      throw UserError(sentence(loss))
    } catch {
      let isShared = error is Stopped || error is TrainingError
      group.leave(failed: !isShared)
      // What all processes come to, one of them says.
      if isShared, place.rank > 0 {
        let isStop = if case TrainingError.stopped = error { true } else { false }
        exit((isStop ? ExitCode.interrupted : .failure).rawValue)
      }
      if place.rank > 0 { throw UserError("rank \(place.rank): \(error)") }
      throw error
    }
  }

  /// Makes sure that all processes were given the same.
  ///
  /// - Throws: `UserError` in those that were given something else than rank 0.
  static func agree(_ description: SpaceDescription, _ group: ProcessGroup) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var digest = Digest()
    digest.add(description.method)
    digest.add(String(decoding: try encoder.encode(description.settings), as: UTF8.self))
    digest.add(description.source.fingerprint)
    digest.add("\(description.seed) \(description.lowPrecision)")
    let mine = digest.hex().utf8.map { Int64($0) }
    let first = Tensor(mine, shape: [mine.count])
    try group.followRankZero([first])
    try require(
      try first.values(as: Int64.self) == mine,
      "the data, settings or seed of this process are not those of rank 0; all need the same")
  }

  /// The share of this machine's processor threads that is this process's own.
  static func threads(_ group: ProcessGroup?) -> Int {
    max(1, ProcessInfo.processInfo.activeProcessorCount / (group?.place.localSize ?? 1))
  }

  /// The device of that name; where a machine has several GPUs, each of its processes has one.
  ///
  /// - Throws: `UserError` where it is not here.
  static func device(_ name: String, _ group: ProcessGroup?) throws -> Device {
    let device = try Fit.device(name)
    guard let group, case .cuda = device else { return device }
    return .cuda(group.place.localRank % max(1, Device.cudaCount))
  }
}
