import Evaluation
import Files
import Foundation
import Language
import Manual
import Reporting
import Torch

/// `latent lens`: what a model would write next after each of its blocks.
enum Lens {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenModel(arguments)
    var lens = LogitLens(open.model)
    let source = try arguments.isGiven("text") ? open.texts() : open.neededTexts()
    let isLinear = arguments.string("by") == "linear"
    if isLinear {
      guard let source else { _ = try open.neededTexts(); return }
      try lens.learn(from: open.rows(source.train, source, limit: 5000))
    }
    var members: [(String, JSON)] = [
      ("model", .string(open.name)), ("by", .string(arguments.string("by") ?? "logits")),
    ]
    var words: [String] = []
    if let source {
      let examples = try source.examples(of: arguments.string("split") ?? "test")
      let rows = try open.rows(examples, source, limit: arguments.int("limit") ?? 500)
      let layers = try lens.layers(rows)
      var table = TextTable(["place", "loss, nats", "as the whole model", "divergence, nats"])
      for layer in layers {
        table.add(
          [layer.place] + [layer.loss, layer.agreement, layer.divergence].map(\.text))
      }
      words.append(table.text())
      members += [
        ("texts", .int(rows.count)), ("places", .array(layers.map(Self.json))),
      ]
      if let path = arguments.string("out") { try draw(layers, to: path) }
    }
    if let text = arguments.string("text") {
      let row = open.model.tokens(of: text)
      try require(row.count > 1, "the text has no token to look at")
      let context = open.model.transformer.form.context
      try require(
        row.count <= context,
        "the text has \(row.count) tokens, and the model reads at most \(context)")
      let found = try lens.likeliest(row)
      var table = TextTable(["place"] + row.map { open.shown($0) })
      for (place, tokens) in zip(lens.places, found) {
        table.add([place] + tokens.map { open.shown($0.token) })
      }
      words.append(table.text())
      members.append(
        (
          "next",
          .array(
            zip(lens.places, found).map { place, tokens in
              [
                ("place", .string(place)),
                (
                  "tokens",
                  .array(
                    tokens.map {
                      [("token", .string(open.model.written($0.token))), ("p", .number($0.p))].json
                    })
                ),
              ].json
            })
        ))
    }
    try console.result(members.json, text: words.joined(separator: "\n\n"))
  }

  private static func json(_ layer: LogitLens.Layer) -> JSON {
    [
      ("place", .string(layer.place)), ("loss", layer.loss.json),
      ("agreement", layer.agreement.json), ("divergence", layer.divergence.json),
    ].json
  }

  private static func draw(_ layers: [LogitLens.Layer], to path: String) throws {
    let line = Line(
      "loss", x: layers.indices.map(Double.init), y: layers.map(\.loss.value),
      low: layers.map(\.loss.interval.low), high: layers.map(\.loss.interval.high))
    try write(
      Chart("What each block would say next", x: "blocks", y: "nats per token", .lines([line])),
      to: path)
  }

  /// Draws a chart in a file.
  static func write(_ chart: Chart, to path: String) throws {
    try require(path.hasSuffix(".svg"), "--out \(path): must end in .svg")
    try AtomicFile.write(Data(chart.svg().utf8), to: path)
  }
}
