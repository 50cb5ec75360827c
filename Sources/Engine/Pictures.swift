import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Language
import Learning
import Manual
import Networks
import Reporting
import Torch

/// `latent sample`, `latent reconstruct`, `latent interpolate`: what a space draws.
enum Pictures {
  static func sample(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let count = arguments.int("count") ?? 64
    let temperature = arguments.number("temperature") ?? 1
    let columns = arguments.int("columns") ?? 8
    if let writing = open.space.network as? any Writing {
      let choice = try choice(temperature, arguments)
      let drawn = try writing.written(count, choice, open.random).checked()
      return try finish(drawn, columns: columns, open, arguments, console)
    }
    if let chains = open.space.network as? any Generating, arguments.int("steps") == nil {
      if arguments.string("class") != nil {
        _ = try open.able(to: "be asked for a class", (any Conditioning).self)
      }
      let drawn = try withoutGradients {
        try chains.generated(count, temperature: temperature, open.random).checked()
      }
      return try finish(drawn, columns: columns, open, arguments, console)
    }
    let network = try sampler(open, steps: arguments.int("steps"))
    let drawn = try withoutGradients {
      guard let name = arguments.string("class") else {
        let z = network.samplePrior(count, temperature: temperature, open.random)
        return try network.decode(z).checked()
      }
      let label = try label(name, open)
      let told = try open.able(to: "be asked for a class", (any Conditioning).self)
      let place = told.samplePlaces(count, label: label, temperature: temperature, open.random)
      return try told.decode(place).checked()
    }
    try finish(drawn, columns: columns, open, arguments, console)
  }

  /// How a language model is to choose tokens.
  private static func choice(_ temperature: Double, _ arguments: Arguments) throws -> TokenChoice {
    let choice = TokenChoice(
      temperature: temperature, top: arguments.int("top") ?? 0,
      share: arguments.number("share") ?? 1)
    try require(
      (0...1).contains(choice.share), "--share \(choice.share): must be from 0 to 1")
    return choice
  }

  /// What draws new examples, in so many steps where they are asked for.
  private static func sampler(_ open: OpenSpace, steps: Int?) throws -> any Sampling {
    guard let steps else { return try open.able(to: "sample", (any Sampling).self) }
    return try open.able(to: "sample in steps", (any StepwiseSampling).self).drawing(in: steps)
  }

  /// The place of the class called `name` among those of the space.
  private static func label(_ name: String, _ open: OpenSpace) throws -> Int {
    let classes = open.domain.classes
    if let place = classes.firstIndex(of: name) { return place }
    throw UserError(
      "--class \(name): this space has "
        + (classes.isEmpty
          ? "no classes" : "the classes \(classes.prefix(40).joined(separator: ", "))"))
  }

  static func reconstruct(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let codec = try open.codec(to: "reconstruct", decoding: true)
    let examples = try open.examples()
    let count = min(arguments.int("count") ?? 16, examples.count)
    let items = arguments.ints("items") ?? Array(0..<count)
    if let item = items.first(where: { $0 >= examples.count }) {
      throw UserError("--items \(item): the split has examples 0 to \(examples.count - 1)")
    }
    let batch = try examples.batch(items)
    let back = try withoutGradients { try codec.reconstruct(batch).checked() }
    // Originals over reconstructions, so that a column is a pair.
    try finish(Tensor.concatenate([batch.x, back]), columns: items.count, open, arguments, console)
  }

  static func interpolate(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let network = try open.able(to: "interpolate", (any Encoding & Decoding).self)
    let examples = try open.examples()
    let (from, to) = (arguments.int("from") ?? 0, arguments.int("to") ?? 1)
    let steps = arguments.int("steps") ?? 10
    let path = arguments.string("path").flatMap(LatentPath.init) ?? .linear
    let measure = DecoderGeodesic(network)
    let a = try code(of: from, among: examples, network)[0]
    let b = try code(of: to, among: examples, network)[0]
    // Lengths are of some 100 points on every path, so that they can be compared; the picture shows some of these.
    let stride = max(1, 99 / max(1, steps - 1))
    let points = (steps - 1) * stride + 1
    let fine = try path.codes(from: a, to: b, steps: points, through: network)
    let shown = Tensor((0..<steps).map { Int64($0 * stride) })
    let walk = try withoutGradients {
      try network.decode(fine.indexSelect(0, shown.to(fine.device))).checked()
    }
    let length = try measure.length(of: fine)
    let line = try measure.length(
      of: LatentPath.linear.codes(from: a, to: b, steps: points, through: network))
    try finish(
      walk, columns: steps, open, arguments, console,
      [("path", .string(path.rawValue)), ("length", .number(length)), ("straight", .number(line))],
      saying: "; the way is \(brief(length)) long as decoded, the straight one \(brief(line))")
  }

  /// The code of the example at `index`, `[1, k]`.
  static func code(
    of index: Int, among examples: Examples, _ network: any Encoding
  ) throws -> Tensor {
    try require(
      index < examples.count,
      "example \(index): the split has examples 0 to \(examples.count - 1)")
    return try withoutGradients { try network.encode(try examples.batch([index]).x).checked() }
  }

  static func finish(
    _ x: Tensor, columns: Int, _ open: OpenSpace, _ arguments: Arguments, _ console: Console,
    _ more: [(String, JSON)] = [], saying words: String = ""
  ) throws {
    let path = arguments.string("out") ?? "picture.png"
    // The default of --out is a picture, which texts are not.
    if open.domain.support == .tokens, !path.hasSuffix(".npy") {
      return try tell(x, path.hasSuffix(".png") ? nil : path, open.domain, console)
    }
    try write(x, columns: columns, open, to: path)
    let json = ([("out", .string(path)), ("count", .int(x.size(0)))] + more).json
    try console.result(json, text: "\(path): \(x.size(0)) examples\(words)")
  }

  /// Writes texts, `[n, t]`, to the file at `path`, or prints them.
  private static func tell(
    _ x: Tensor, _ path: String?, _ domain: Domain, _ console: Console
  ) throws {
    let values: [Float] = try x.values()
    let texts = stride(from: 0, to: values.count, by: domain.size).map {
      Domain.text(of: values[$0..<$0 + domain.size])
    }
    let json: JSON = [
      "count": .int(texts.count), "texts": .array(texts.map { .string($0) }),
    ]
    guard let path else { return try console.result(json, text: texts.joined(separator: "\n")) }
    try AtomicFile.write(Data((texts.joined(separator: "\n") + "\n").utf8), to: path)
    try console.result(json, text: "\(path): \(texts.count) texts")
  }

  /// Draws image examples as a grid; refuses spaces of other data.
  static func write(_ x: Tensor, columns: Int, _ open: OpenSpace, to path: String) throws {
    if path.hasSuffix(".npy") { return try NPY.write(x, to: path) }
    try require(
      open.domain.isImage,
      "\(open.space.folder) is a space of data of shape \(open.domain.shape), not of pictures; an --out "
        + "that ends in .npy takes the numbers")
    try grid(x, columns: columns, open.domain).write(to: path)
  }

  /// Images `[n, c, h, w]` as one picture.
  static func grid(_ x: Tensor, columns: Int, _ domain: Domain) throws -> Picture {
    let values: [Float] = try x.values()
    let size = domain.size
    let images = stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
    return try Picture.grid(
      images: images, shape: domain.shape, columns: columns,
      normalised: domain.support == .real)
  }
}
