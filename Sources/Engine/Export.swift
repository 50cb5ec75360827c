import Catalog
import Datasets
import Evaluation
import Exchange
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent export`: codes and what is known of the examples, for other programs.
enum Export {
  /// Forms of export.
  enum Form: String, CaseIterable {
    case projector, atlas, numpy, csv, jsonl, parquet

    /// Whether it is a folder.
    var isFolder: Bool {
      switch self {
      case .projector, .atlas, .numpy: true
      case .csv, .jsonl, .parquet: false
      }
    }
  }

  /// The file that marks a folder as an export, and says of what.
  static let mark = "export.json"

  /// What is thrown where a person wishes it to stop.
  static let stopped = Stopped(sentence: "latent: stopped; nothing was exported")

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let form = arguments.string("to").flatMap(Form.init) else {
      throw UsageError("latent export: --to is missing")
    }
    let open = try OpenSpace(arguments)
    let codec = try open.codec(to: "encode")
    let path = arguments.string("out") ?? Self.path(form, stem(open.space.folder))
    if form.isFolder { try refuse(path, force: arguments.flag("force")) }
    let parts = try parts(open, arguments)
    let rows = try ExportedRows(parts, open, codec, console)
    try rows.measure((arguments.list("measures") ?? []).compactMap(CodeMeasure.init), console)
    let files: [String]
    switch form {
    case .projector:
      files = try folder(path, form, rows, console) { try rows.writeProjector(in: $0) }
    case .atlas:
      let map = ExportedMap(of: rows, open)
      files = try folder(path, form, rows, console) {
        try rows.writeAtlas(in: $0, map, neighbours: arguments.int("neighbours") ?? 15, console)
      }
    case .numpy:
      files = try folder(path, form, rows, console) { try rows.table.writeArrays(in: $0) }
    case .csv: files = try file(path) { try rows.table.writeCSV(to: $0) }
    case .jsonl: files = try file(path) { try rows.table.writeJSONLines(to: $0) }
    case .parquet: files = try file(path) { try rows.table.writeParquet(to: $0) }
    }
    if let hint = hint(form, path, rows) { console.say("next: \(hint)") }
    let json: JSON = [
      ("out", .string(path)), ("form", .string(form.rawValue)), ("count", .int(rows.table.count)),
      ("latents", .int(rows.table.width)),
      ("columns", .array(rows.table.known.map { .string($0.name) })),
      ("files", .array(files.map { .string($0) })),
    ].json
    try console.result(
      json, text: "\(path): codes of \(rows.table.count) examples, \(rows.table.width) each")
  }

  private static func path(_ form: Form, _ stem: String) -> String {
    form.isFolder ? "\(stem)-\(form.rawValue)" : "\(stem).\(form.rawValue)"
  }

  /// Throws where something is in the way that is no earlier export to be replaced.
  private static func refuse(_ path: String, force: Bool) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try require(
      FileManager.default.fileExists(atPath: "\(path)/\(mark)"),
      "\(path) is there already and is not an export; --out names another place")
    try require(force, "\(path) is there already; --force replaces it, --out names another place")
  }

  /// The parts of the data that are asked for, with their names.
  private static func parts(
    _ open: OpenSpace, _ arguments: Arguments
  ) throws -> [(name: String, examples: Examples)] {
    let limit = arguments.int("limit") ?? .max
    return try open.source().parts(of: arguments.string("split") ?? "test").map {
      ($0.name, $0.examples.prefix(limit))
    }
  }

  private static func file(_ path: String, _ write: (String) throws -> Void) throws -> [String] {
    try write(path)
    return [(path as NSString).lastPathComponent]
  }

  private static func folder(
    _ path: String, _ form: Form, _ rows: ExportedRows, _ console: Console,
    _ write: (String) throws -> [String]
  ) throws -> [String] {
    var files: [String] = []
    try AtomicFolder.write(to: path) { draft in
      files = try write(draft) + [mark]
      let about = rows.table.about.map { ($0.name, JSON.string($0.value)) }
      let json = JSON.object(
        [("form", .string(form.rawValue))] + about + [
          ("count", .int(rows.table.count)), ("latents", .int(rows.table.width)),
          ("classes", .array(rows.classes.map { .string($0) })),
          ("files", .array(files.map { .string($0) })),
        ])
      try AtomicFile.write(Data((json.pretty + "\n").utf8), to: "\(draft)/\(mark)")
    }
    return files
  }

  private static func hint(_ form: Form, _ path: String, _ rows: ExportedRows) -> String? {
    switch form {
    case .projector: "tensorboard --logdir \(path)"
    case .atlas: EmbeddingAtlas.command(rows.atlas, path: path)
    case .numpy, .csv, .jsonl, .parquet: nil
    }
  }
}
