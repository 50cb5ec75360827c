import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Reporting
import Torch

/// `latent sample`, `latent reconstruct`, `latent interpolate`: what a space draws.
enum Pictures {
  static func sample(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let network = try open.able(to: "sample", (any Sampling).self)
    let count = arguments.int("count") ?? 64
    let temperature = arguments.number("temperature") ?? 1
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
    try finish(drawn, columns: arguments.int("columns") ?? 8, open, arguments, console)
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
    let network = try open.able(to: "reconstruct", (any Encoding & Decoding).self)
    let examples = try open.examples()
    let count = min(arguments.int("count") ?? 16, examples.count)
    let x = try examples.batch(Array(0..<count)).x
    let back = try withoutGradients { try network.decode(network.encode(x)).checked() }
    // Originals over reconstructions, so that a column is a pair.
    try finish(Tensor.concatenate([x, back]), columns: count, open, arguments, console)
  }

  static func interpolate(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let network = try open.able(to: "interpolate", (any Encoding & Decoding).self)
    let examples = try open.examples()
    let (from, to) = (arguments.int("from") ?? 0, arguments.int("to") ?? 1)
    for index in [from, to] {
      try require(
        index < examples.count,
        "example \(index): the split has examples 0 to \(examples.count - 1)")
    }
    let steps = arguments.int("steps") ?? 10
    let walk = try withoutGradients {
      let ends = network.encode(try examples.batch([from, to]).x)
      let path = arguments.string("path") == "spherical" ? spherical : linear
      return try network.decode(path(ends[0], ends[1], steps)).checked()
    }
    try finish(walk, columns: steps, open, arguments, console)
  }

  /// Codes on the straight line, `[steps, k]`.
  static func linear(_ a: Tensor, _ b: Tensor, _ steps: Int) -> Tensor {
    let t = Tensor.linspace(0, 1, count: steps).unsqueezed(1)
    return (1 - t) * a + t * b
  }

  /// Codes on the great circle, `[steps, k]`, with lengths changing evenly; the line where both point alike.
  static func spherical(_ a: Tensor, _ b: Tensor, _ steps: Int) -> Tensor {
    let cosine = ((try? a.cosineSimilarity(b, along: 0).value()) ?? 1)
    let angle = acos(min(max(cosine, -1), 1))
    guard angle > 1e-4, angle < .pi - 1e-4 else { return linear(a, b, steps) }
    let t = Tensor.linspace(0, 1, count: steps).unsqueezed(1)
    let lengths = (1 - t) * a.norm() + t * b.norm()
    let direction = ((1 - t) * angle).sin() * (a / a.norm()) + (t * angle).sin() * (b / b.norm())
    return direction * (1 / sin(angle)) * lengths
  }

  private static func finish(
    _ x: Tensor, columns: Int, _ open: OpenSpace, _ arguments: Arguments, _ console: Console
  ) throws {
    let path = arguments.string("out") ?? "picture.png"
    try write(x, columns: columns, open, to: path)
    let json: JSON = ["out": .string(path), "count": .int(x.size(0))]
    try console.result(json, text: "\(path): \(x.size(0)) examples")
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
