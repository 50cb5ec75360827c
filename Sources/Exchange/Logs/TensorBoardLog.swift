import Files
import Foundation
import Learning

/// A run as TensorBoard reads it: a folder of event files with the scalars of every epoch, settings, and pictures.
///
/// The messages are those of `tensorflow/core/util/event.proto` and of TensorBoard's plugins text and hparams.
public final class TensorBoardLog: TrainingLog {
  private let folder: String
  private let file: RecordFile
  /// The last step whose scalars are in the folder; none where there are none.
  private var last: Int?

  /// Goes on with the log in `folder`, or begins one.
  ///
  /// - Throws: ``UserError`` where nothing can be written there.
  public init(folder: String) throws {
    self.folder = folder
    try makeFolder(folder)
    last = try Self.lastStep(in: folder)
    // TensorBoard reads a folder's files one after another, in the order of their names.
    let host = ProcessInfo.processInfo.hostName.filter { $0.isLetter || $0.isNumber || $0 == "-" }
    let moment = String(format: "%010d", Int(Date().timeIntervalSince1970))
    let stem = "\(folder)/events.out.tfevents.\(moment).\(host).\(getpid())"
    let number = (0...).first { !FileManager.default.fileExists(atPath: "\(stem).\($0)") } ?? 0
    file = try RecordFile(appendingTo: "\(stem).\(number)")
    try write(step: 0) { $0.add(3, "brain.Event:2") }
  }

  public func begin(_ run: LoggedRun) throws {
    guard last == nil else { return }
    try session("start") { Self.startInfo(run, in: &$0) }
    let rows = run.parameters.map { "| \($0.name) | \(Self.cell($0.value.written)) |" }
    let table = (["| setting | value |", "| --- | --- |"] + rows).joined(separator: "\n")
    try summary(step: 0) { value in
      value.add(1, "settings")
      Self.plugin("text", of: &value) { _ in }
      value.add(8) { tensor in
        tensor.add(1, 7)  // DT_STRING
        tensor.add(2) { _ in }
        tensor.add(8, table)
      }
    }
  }

  public func add(_ history: [EpochMetrics]) throws {
    for epoch in history where epoch.step > last ?? -1 {
      try write(step: epoch.step) { event in
        event.add(5) { summary in
          for scalar in epoch.scalars { Self.scalar(scalar.name, scalar.value, in: &summary) }
        }
      }
      last = epoch.step
    }
  }

  public func add(figures: [String: Double], step: Int) throws {
    guard !figures.isEmpty else { return }
    try write(step: step) { event in
      event.add(5) { summary in
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
          Self.scalar(name, value, in: &summary)
        }
      }
    }
  }

  public func add(picture: LoggedPicture, step: Int) throws {
    try summary(step: step) { value in
      value.add(1, picture.name)
      value.add(4) { image in
        image.add(1, picture.height)
        image.add(2, picture.width)
        image.add(3, picture.channels)
        image.add(4, bytes: picture.png)
      }
    }
  }

  public func end(_ status: RunStatus) throws {
    // A run that was stopped goes on, and TensorBoard keeps the first end that it reads.
    guard status != .running, status != .stopped else { return }
    try session("end") { data in
      data.add(4) { info in
        info.add(1, status == .finished ? 1 : 2)
        info.add(2, Date().timeIntervalSince1970)
      }
    }
  }
}

extension TensorBoardLog {
  private func write(step: Int, _ build: (inout Protobuf) -> Void) throws {
    var event = Protobuf()
    event.add(1, Date().timeIntervalSince1970)
    event.add(2, step)
    build(&event)
    try file.append(event.bytes)
  }

  private func summary(step: Int, _ build: (inout Protobuf) -> Void) throws {
    try write(step: step) { $0.add(5) { $0.add(1, build) } }
  }

  /// What the plugin hparams is told at the start and at the end of a run: all of it is in the metadata, and the value
  /// is an empty list of floats.
  private func session(_ moment: String, _ content: (inout Protobuf) -> Void) throws {
    try summary(step: 0) { value in
      value.add(1, "_hparams_/session_\(moment)_info")
      Self.plugin("hparams", of: &value, content)
      value.add(8) { tensor in
        tensor.add(1, 1)  // DT_FLOAT
        tensor.add(2) { $0.add(2) { _ in } }
      }
    }
  }

  private static func scalar(_ name: String, _ value: Double, in summary: inout Protobuf) {
    summary.add(1) {
      $0.add(1, name)
      $0.add(2, Float(value))
    }
  }

  /// What tells TensorBoard whose a value is; `content` is that plugin's own message.
  private static func plugin(
    _ name: String, of value: inout Protobuf, _ content: (inout Protobuf) -> Void
  ) {
    value.add(9) { metadata in
      metadata.add(1) { plugin in
        plugin.add(1, name)
        plugin.add(2, content)
      }
      metadata.add(4, 2)  // DATA_CLASS_TENSOR
    }
  }

  private static func startInfo(_ run: LoggedRun, in data: inout Protobuf) {
    data.add(3) { info in
      for parameter in run.parameters {
        info.add(1) { entry in
          entry.add(1, parameter.name)
          entry.add(2) { value in
            switch parameter.value {
            case .integer(let number): value.add(2, Double(number))
            case .number(let number): value.add(2, number)
            case .bool(let flag): value.add(4, flag ? 1 : 0)
            default: value.add(3, parameter.value.written)
            }
          }
        }
      }
      info.add(4, run.name)
      info.add(5, run.started.timeIntervalSince1970)
    }
  }

  /// A cell of a Markdown table.
  private static func cell(_ text: String) -> String {
    text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "\n", with: " ")
  }

  /// The last step that has scalars in the event files of `folder`.
  static func lastStep(in folder: String) throws -> Int? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var last: Int?
    for name in names where name.contains(".tfevents.") {
      let file = try MappedFile("\(folder)/\(name)")
      for record in Records.whole(in: [UInt8](file.data)[...]) {
        guard let step = scalarStep(record) else { continue }
        last = max(last ?? step, step)
      }
    }
    return last
  }

  /// The step of an event that has the scalars of an epoch.
  private static func scalarStep(_ event: ArraySlice<UInt8>) -> Int? {
    var step = 0
    var hasEpoch = false
    for (number, field) in Protobuf.fields(of: event) ?? [] {
      switch (number, field) {
      case (2, .variable(let value)): step = Int(truncatingIfNeeded: value)
      case (5, .bytes(let summary)):
        for case (1, .bytes(let value)) in Protobuf.fields(of: summary) ?? [] {
          for case (1, .bytes(let tag)) in Protobuf.fields(of: value) ?? []
          where tag.elementsEqual("epoch".utf8) { hasEpoch = true }
        }
      default: continue
      }
    }
    return hasEpoch ? step : nil
  }
}
