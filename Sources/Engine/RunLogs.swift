import Datasets
import Evaluation
import Exchange
import Files
import Foundation
import Learning
import Manual
import Torch

/// The logs that one run keeps for other programs, as `--log` asked for them.
///
/// The space remembers where they are, so that a run that goes on needs no flag to go on with them. A log that cannot
/// be written to any more is told of once, and never stops a run.
final class RunLogs {
  /// Where one log is.
  struct Place: Codable, Equatable {
    let kind: Kind
    /// The folder that holds the logs of all runs.
    let folder: String
    /// The run's name there.
    let run: String
    /// What it is laid beside.
    let group: String
    /// MLflow's identifier.
    var id: String?
  }

  /// Programs that read logs.
  enum Kind: String, Codable, CaseIterable {
    case tensorboard, mlflow

    /// The command that shows the logs in `folder`.
    func command(in folder: String) -> String {
      switch self {
      case .tensorboard: "tensorboard --logdir \(folder)"
      case .mlflow: "mlflow ui --backend-store-uri sqlite:///\(folder)/mlflow.db"
      }
    }
  }

  /// What a person asked for: kinds of logs, and the folder for all of them.
  struct Choice: Codable, Equatable {
    let kinds: [Kind]
    let folder: String

    /// Nothing where no log is asked for.
    init?(_ arguments: Arguments) {
      guard let names = arguments.list("log") else { return nil }
      kinds = Kind.allCases.filter { names.contains($0.rawValue) }
      // A run may go on from another folder.
      let path = arguments.string("log-to") ?? "runs-log"
      folder = URL(fileURLWithPath: path).standardizedFileURL.path
    }
  }

  private var logs: [(kind: Kind, log: any TrainingLog)] = []
  private let warn: (String) -> Void
  private(set) var places: [Place] = []

  /// Opens the logs that the space in `folder` has, else those of `choice`, and says there what the run is.
  ///
  /// - Parameter name: The run's name in new logs; `group` is what it is laid beside.
  /// - Throws: `UserError` where a log cannot be written.
  init(
    _ choice: Choice?, _ description: SpaceDescription, in folder: String, name: String,
    group: String,
    warn: @escaping (String) -> Void
  ) throws {
    self.warn = warn
    let path = folder + "/log.json"
    if FileManager.default.fileExists(atPath: path) {
      do {
        places = try JSONDecoder().decode([Place].self, from: MappedFile(path).data)
      } catch {
        throw UserError(
          "\(path) does not say where the run's logs are; without the file the run keeps none")
      }
    } else if let choice {
      places = choice.kinds.map { Self.new($0, choice.folder, name, group) }
    }
    for place in places {
      let log = try Self.open(place)
      try log.begin(LoggedRun(description, name: place.run, group: place.group, space: folder))
      logs.append((place.kind, log))
    }
    guard !places.isEmpty else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(places), to: path)
  }

  /// A place that no other run has.
  private static func new(_ kind: Kind, _ folder: String, _ name: String, _ group: String) -> Place
  {
    switch kind {
    case .mlflow:
      return Place(kind: kind, folder: folder, run: name, group: group, id: MLflowLog.newID())
    case .tensorboard:
      var free = name
      var number = 2
      while FileManager.default.fileExists(atPath: "\(folder)/\(free)") {
        free = "\(name)-\(number)"
        number += 1
      }
      return Place(kind: kind, folder: folder, run: free, group: group, id: nil)
    }
  }

  private static func open(_ place: Place) throws -> any TrainingLog {
    switch place.kind {
    case .tensorboard: try TensorBoardLog(folder: "\(place.folder)/\(place.run)")
    case .mlflow: try MLflowLog(folder: place.folder, id: place.id ?? MLflowLog.newID())
    }
  }

  /// Has every epoch of `run` written as it ends.
  func follow(_ run: inout FitRun) {
    guard !logs.isEmpty else { return }
    run.recorded = { [self] history in tell { try $0.add(history) } }
  }

  /// Adds what a finished run can show.
  func finish(
    _ space: Space, _ source: Source, _ result: FitResult, figures: [String: Double] = [:]
  ) {
    guard !logs.isEmpty else { return }
    do {
      for picture in try pictures(space, source) {
        tell { try $0.add(picture: picture, step: result.steps) }
      }
    } catch {
      warn("the logs have no pictures: \(error)")
    }
    var figures = figures
    if result.history.isEmpty { figures["seconds"] = result.seconds }
    tell { [figures] in try $0.add(figures: figures, step: result.steps) }
    end(.finished)
  }

  /// What `body` gives; where it throws, the logs say that the run was stopped or has failed.
  func ending<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      if case TrainingError.stopped = error { end(.stopped) } else { end(.failed) }
      throw error
    }
  }

  /// Says how the run ended.
  func end(_ status: RunStatus) { tell { try $0.end(status) } }

  /// How a person looks at the logs.
  var hints: [String] { places.map { $0.kind.command(in: $0.folder) } }

  private func tell(_ body: (any TrainingLog) throws -> Void) {
    logs.removeAll { kind, log in
      do {
        try body(log)
        return false
      } catch {
        warn("the log of \(kind.rawValue) ends here: \(error)")
        return true
      }
    }
  }

  private func pictures(_ space: Space, _ source: Source) throws -> [LoggedPicture] {
    guard source.domain.isImage else { return [] }
    func logged(_ name: String, _ x: Tensor, columns: Int) throws -> LoggedPicture {
      let grid = try Pictures.grid(x, columns: columns, source.domain)
      return LoggedPicture(
        name, width: grid.width, height: grid.height, channels: grid.channels,
        png: try grid.pngData())
    }
    return try withoutGradients {
      var found: [LoggedPicture] = []
      if let network = space.network as? any Sampling {
        let random = RandomStream(Seed(space.description.seed).child("log"))
        let drawn = network.decode(
          network.samplePrior(64, temperature: 1, random).to(device(space)))
        found.append(try logged("samples", drawn.to(.cpu).checked(), columns: 8))
      }
      if let codec = Codec(of: space.network), codec.decodes, source.test.count > 0 {
        let count = min(16, source.test.count)
        let batch = try source.test.batch(Array(0..<count))
        let back = codec.reconstruct(batch.moved(to: device(space))).to(.cpu)
        found.append(
          try logged(
            "reconstructions", Tensor.concatenate([batch.x, back]).checked(), columns: count))
      }
      return found
    }
  }

  private func device(_ space: Space) -> Device { Device(space.description.device) ?? .cpu }
}
