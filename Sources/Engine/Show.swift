import Catalog
import Datasets
import Files
import Foundation
import Learning
import Manual
import Serving

/// `latent show`: what a space is.
enum Show {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let folder = arguments.positional("SPACE") else {
      throw UsageError("latent show: which SPACE?")
    }
    let description = try SpaceDescription(opening: folder)
    if let name = arguments.string("selection") {
      return try selection(Selection(name, of: folder), description, console)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    if console.printsJSON {
      return try console.result(String(decoding: try encoder.encode(description), as: UTF8.self))
    }
    var table = TextTable(["", ""])
    let card = try? Catalogue.method(named: description.method).card
    table.add(["method", "\(description.method) — \(card?.title ?? "not in this Latent")"])
    table.add(["status", description.status.rawValue])
    table.add(["data", description.source.spec])
    table.add(["shape", description.domain.shape.map(\.description).joined(separator: "×")])
    table.add(["fingerprint", String(description.source.fingerprint.prefix(16))])
    table.add(["seed", "\(description.seed)"])
    table.add(["device", "\(description.device), \(description.threads) threads"])
    let made = description.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    table.add(["versions", made.joined(separator: ", ")])
    for (name, value) in flattened(description.settings) { table.add([name, value]) }
    for (name, value) in description.metrics.sorted(by: { $0.key < $1.key }) {
      table.add([name, format(value: value)])
    }
    try console.result(table.text())
  }

  /// Lists picked items with their classes, where the data are at hand and still the same.
  private static func selection(
    _ selection: Selection, _ description: SpaceDescription, _ console: Console
  ) throws {
    let source = try? Source.open(description.source.spec, description.source.options)
    let isSame = source?.fingerprint == selection.fingerprint
    let labels = isSame ? try source?.examples(of: selection.split ?? "test").labels() : nil
    if !isSame {
      console.say("\(description.source.spec) is not at hand as it was; no classes are shown")
    }
    func label(_ item: Int) -> String? {
      guard let labels, labels.indices.contains(item) else { return nil }
      let place = labels[item]
      return description.domain.classes.indices.contains(place)
        ? description.domain.classes[place] : nil
    }
    var table = TextTable(["item", "class"])
    for item in selection.items { table.add(["\(item)", label(item) ?? ""]) }
    let json: JSON = [
      "name": .string(selection.name), "split": .string(selection.split ?? "test"),
      "count": .int(selection.items.count),
      "items": .array(
        selection.items.map {
          ["item": .int($0), "class": label($0).map { .string($0) } ?? .null]
        }),
    ]
    try console.result(json, text: table.text())
  }

  private static func flattened(_ json: JSONValue, _ path: String = "") -> [(String, String)] {
    switch json {
    case .object(let fields):
      fields.sorted { $0.key < $1.key }.flatMap { flattened($0.value, $0.key) }
    case .array(let values):
      [(path, values.flatMap { flattened($0) }.map(\.1).joined(separator: ","))]
    case .bool(let value): [(path, value ? "on" : "off")]
    case .integer(let value): [(path, "\(value)")]
    case .number(let value): [(path, format(value: value))]
    case .string(let value): [(path, value)]
    case .null: [(path, "")]
    }
  }
}
