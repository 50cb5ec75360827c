import Datasets
import Foundation
import Learning
import Manual
import Torch

/// Draws a training's progress as one line, or as one for each training where a method begins with another's.
final class FitProgress {
  private let console: Console
  private var line: ProgressLine?
  private var last: (step: Int, steps: Int) = (0, 0)

  init(_ console: Console) { self.console = console }

  func show(_ now: FitRun.Progress) {
    if now.step < last.step || now.steps != last.steps {
      line?.finish()
      line = nil
    }
    last = (now.step, now.steps)
    let line =
      self.line
      ?? console.progress(
        "fit", total: now.steps * now.batch, unit: "examples", start: (now.step - 1) * now.batch)
    self.line = line
    line.update(
      done: now.step * now.batch, label: "epoch \(now.epoch)/\(now.epochs)", values: now.terms)
  }

  func finish() { line?.finish() }
}

/// What is printed when a fit is done.
struct FitSummary {
  /// The figures of its last epoch.
  let json: JSON
  let text: String
  /// What to do with the space.
  let advice: String

  init(_ space: Space, _ result: FitResult) {
    let last = result.history.last
    func object(_ values: [String: Double]) -> JSON {
      .object(values.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
    }
    json =
      [
        ("space", .string(space.folder)), ("method", .string(space.description.method)),
        ("seed", .int(Int(clamping: space.description.seed))), ("steps", .int(result.steps)),
        ("seconds", .number(result.seconds)), ("train", object(last?.train ?? [:])),
        ("validation", object(last?.validation ?? [:])),
      ].json
    var text = "\(space.folder): \(space.description.method), \(result.steps) steps in "
    text += format(duration: result.seconds)
    if let loss = last?.validation["loss"] {
      text += ", validation loss \(format(value: loss))"
    } else if let loss = last?.train["loss"] {
      text += ", training loss \(format(value: loss))"
    }
    self.text = text
    advice = "next: latent score \(space.folder) · latent report \(space.folder)"
  }
}

extension [(String, JSON)] {
  /// These fields as an object.
  var json: JSON { .object(self) }
}

/// Keeps the registry of runs; a registry that cannot be written never stops a fit.
final class RunLog {
  private let registry: RunRegistry?
  private var record: RunRecord

  init(_ description: SpaceDescription, _ folder: String, _ console: Console) {
    let settings = (try? JSONEncoder().encode(description.settings)).map {
      String(decoding: $0, as: UTF8.self)
    }
    record = RunRecord(
      started: Self.now, method: description.method, source: description.source.spec,
      seed: description.seed, device: description.device, threads: description.threads,
      settings: settings ?? "{}", codeVersion: Latent.version, torchVersion: Runtime.version,
      space: URL(fileURLWithPath: folder).standardizedFileURL.path)
    do {
      let opened = try RunRegistry()
      try opened.insert(record)
      registry = opened
    } catch {
      registry = nil
      console.warn("the run is not in the registry: \(error)")
    }
  }

  func end(_ status: RunStatus, _ result: FitResult?, _ message: String?) {
    record.status = status
    record.finished = Self.now
    record.message = message
    record.duration = result?.seconds
    if let last = result?.history.last, let data = try? JSONEncoder().encode(last) {
      record.metrics = String(decoding: data, as: UTF8.self)
    }
    try? registry?.update(record)
  }

  private static var now: String {
    Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
