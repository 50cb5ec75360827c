import Datasets
import Evaluation
import Files
import Manual
import Torch

/// `latent relate`: how alike the codes of several spaces are.
enum Relate {
  /// Halves of the examples that an interval is made from.
  private static let halves = 40

  static func run(_ arguments: Arguments, _ console: Console) throws {
    let paths = arguments.positionals
    guard paths.count >= 2 else {
      throw UsageError("latent relate: give two or more spaces or files")
    }
    let names = arguments.list("measure") ?? ["unbiased-cka"]
    let measures = names.compactMap(RepresentationSimilarity.init(rawValue:))
    let all = try paths.map { try Embeddings($0, arguments, console) }
    let rows = all[0].codes.size(0)
    if let other = all.first(where: { $0.codes.size(0) != rows }) {
      throw UserError(
        "\(all[0].name) has \(rows) rows and \(other.name) \(other.codes.size(0)): codes of the same examples, in the "
          + "same order, are wanted")
    }
    let places = Embeddings.places(arguments.int("limit") ?? 2000, of: rows, arguments.seed)
    let codes = all.map { $0.rows(places).codes }
    let pairs = codes.indices.flatMap { i in (i + 1..<codes.count).map { (i, $0) } }
    let line = console.progress("relate", total: pairs.count * measures.count, unit: "pairs")
    var found: [JSON] = [], text: [String] = [], done = 0
    for measure in measures {
      var matrix = codes.indices.map { i in
        codes.indices.map { $0 == i ? "1" : "" }
      }
      for (i, j) in pairs {
        let estimate = try self.estimate(measure, codes[i], codes[j], arguments.seed)
        (matrix[i][j], matrix[j][i]) = (estimate.text, brief(estimate.value))
        found.append(
          [
            ("measure", .string(measure.rawValue)), ("one", .string(paths[i])),
            ("other", .string(paths[j])), ("value", .number(estimate.value)),
            ("interval", estimate.json["interval"] ?? .null),
          ].json)
        done += 1
        line.update(done: done)
      }
      var table = TextTable([measure.title] + paths.indices.map { "\($0 + 1)" })
      for (row, path) in paths.enumerated() { table.add(["\(row + 1) \(path)"] + matrix[row]) }
      text.append(table.text())
    }
    line.finish()
    try console.result(
      [
        ("examples", .int(places.count)), ("of", .int(rows)),
        ("spaces", .array(paths.map { .string($0) })), ("similarities", .array(found)),
      ].json, text: text.joined(separator: "\n\n"))
  }

  /// The similarity with the interval of the delete-half jackknife, whose variance is that over halves.
  ///
  /// - Source: Shao & Wu, *A general theory for jackknife variance estimation*, Annals of Statistics 1989.
  private static func estimate(
    _ measure: RepresentationSimilarity, _ x: Tensor, _ y: Tensor, _ seed: UInt64
  ) throws -> Estimate {
    let value = try measure.of(x, y)
    let n = x.size(0)
    let parts = try (0..<halves).map { half -> Double in
      var random = SplitMix(Seed(seed).child("half").child(half))
      let rows = Array(0..<n).shuffled(using: &random).prefix(n / 2).map { Int64($0) }
      let places = Tensor(rows)
      return try measure.of(x.indexSelect(0, places), y.indexSelect(0, places))
    }
    let reach = 1.959964 * parts.variance.squareRoot()
    return Estimate(
      value: value, interval: Interval(low: value - reach, high: value + reach, level: 0.95))
  }
}
