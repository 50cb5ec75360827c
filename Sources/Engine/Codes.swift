import Datasets
import Evaluation
import Files
import Foundation
import Language
import Learning
import Manual
import Torch

/// `latent encode` and `latent decode`.
enum Codes {
  static func encode(_ arguments: Arguments, _ console: Console) throws {
    if arguments.isGiven("at") { return try activations(arguments, console) }
    let open = try OpenSpace(arguments)
    if arguments.flag("classes") { return try classes(open, arguments, console) }
    let codec = try open.codec(to: "encode")
    let path = arguments.string("out") ?? "codes.npy"
    let examples = try open.examples()
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(arguments.seed))
    scores.progress = { done, _ in line.update(done: done) }
    let codes = try scores.codes(codec)
    line.finish()
    try write(codes, named: (0..<codes.size(1)).map { "z\($0)" }, to: path)
    let json: JSON = [
      "out": .string(path), "count": .int(codes.size(0)), "latents": .int(codes.size(1)),
    ]
    try console.result(
      json, text: "\(path): codes of \(codes.size(0)) examples, \(codes.size(1)) each")
  }

  /// Vectors of each token at a place of a language model, written as they are read.
  private static func activations(_ arguments: Arguments, _ console: Console) throws {
    guard let path = arguments.positional("SPACE"), let out = arguments.string("out"),
      out.hasSuffix(".npy")
    else { throw UsageError("latent encode: --at writes a SPACE's activations: --out FILE.npy") }
    let open = try OpenModel(path, arguments)
    let source = try open.neededTexts()
    let examples = try source.examples(of: arguments.string("split") ?? "test")
    let reading = try ActivationReading(
      open.model, at: open.place, rows: open.rows(examples, source))
    try require(!reading.tokens.isEmpty, "\(source.name) holds no tokens to read")
    let line = console.progress("encode", total: reading.tokens.count, unit: "tokens")
    try reading.write(to: out) { line.update(done: $0) }
    line.finish()
    try console.result(
      [
        ("out", .string(out)), ("count", .int(reading.tokens.count)),
        ("latents", .int(reading.width)), ("at", .string(open.place)),
      ].json,
      text:
        "\(out): vectors of \(reading.tokens.count) tokens at \(open.place), \(reading.width) numbers each"
    )
  }

  /// Probabilities of the classes of each example.
  private static func classes(
    _ open: OpenSpace, _ arguments: Arguments, _ console: Console
  ) throws {
    let network = try open.able(to: "classify", (any Classifying).self)
    let path = arguments.string("out") ?? "classes.csv"
    let examples = try open.examples()
    let line = console.progress("encode", total: examples.count, unit: "examples")
    var scores = Scores(examples, seed: Seed(arguments.seed))
    scores.progress = { done, _ in line.update(done: done) }
    let rows = try scores.logProbabilities(network)
    line.finish()
    let names = open.domain.classes
    let shares = Tensor(rows.joined().map { Float(exp($0)) }, shape: [rows.count, names.count])
    try write(shares, named: names, to: path)
    let json: JSON = [
      "out": .string(path), "count": .int(rows.count), "classes": .int(names.count),
    ]
    try console.result(
      json, text: "\(path): probabilities of \(names.count) classes for \(rows.count) examples")
  }

  /// Writes the rows `[n, k]` as a table of the columns `names`, or as an array.
  private static func write(_ rows: Tensor, named names: [String], to path: String) throws {
    switch (path as NSString).pathExtension {
    case "npy": try NPY.write(rows, to: path)
    case "csv":
      let width = rows.size(1)
      let values: [Float] = try rows.values()
      let lines = stride(from: 0, to: values.count, by: width).lazy.map { start in
        values[start..<start + width].map(\.description)
      }
      try CSV.write(header: names, rows: lines, to: path)
    default: throw UsageError("latent encode: --out \(path): must end in .npy or .csv")
    }
  }

  static func decode(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let network = try open.able(to: "decode", (any Decoding).self)
    let codes =
      try arguments.isGiven("place")
      ? PlaceOnMap(open).code(width: network.latents, console)
      : given(arguments, width: network.latents)
    let decoded = try withoutGradients { try network.decode(codes).checked() }
    let path = arguments.string("out") ?? "decoded.npy"
    switch (path as NSString).pathExtension {
    case "npy": try NPY.write(decoded, to: path)
    case "png": try Pictures.write(decoded, columns: 10, open, to: path)
    default: throw UsageError("latent decode: --out \(path): must end in .npy or .png")
    }
    let json: JSON = ["out": .string(path), "shape": .array(decoded.shape.map { .int($0) })]
    try console.result(json, text: "\(path): \(decoded.size(0)) decoded examples")
  }

  /// The codes of the file that is named.
  private static func given(_ arguments: Arguments, width: Int) throws -> Tensor {
    guard let file = arguments.positional("CODES") else {
      throw UsageError("latent decode: which CODES?")
    }
    let codes = try NPY.read(file)
    try require(
      codes.rank == 2 && codes.size(1) == width,
      "\(file) has shape \(codes.shape); this space takes codes of shape [n, \(width)]")
    return codes
  }
}
