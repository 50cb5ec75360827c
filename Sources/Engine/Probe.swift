import Datasets
import Evaluation
import Files
import Language
import Manual
import Torch

/// `latent probe`: what a linear probe reads from a model, layer by layer.
struct Probe {
  /// Vectors with their classes, some to learn from and others to judge by.
  struct Read {
    let place: String
    let train: (x: Tensor, labels: [Int])
    let test: (x: Tensor, labels: [Int])
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let path = arguments.positional("MODEL") else {
      throw UsageError("latent probe: which MODEL?")
    }
    let limit = arguments.int("limit") ?? 2000
    let (read, classes) =
      try path.hasSuffix(".npy")
      ? ofFile(path, arguments, limit)
      : OpenModel.isModel(path)
        ? ofModel(path, arguments, console, limit) : ofSpace(path, arguments, console, limit)
    var table = TextTable(["place", "accuracy", "control", "selectivity"]), found: [JSON] = []
    let line = console.progress("probe", total: read.count, unit: "places")
    for (index, each) in read.enumerated() {
      var random = SplitMix(Seed(arguments.seed).child("control"))
      let hits = try LinearProbe().hits(
        train: each.train.x, each.train.labels, test: each.test.x, each.test.labels,
        classes: classes.count)
      // Labels of other examples: what is read without there being anything to read.
      let control = try LinearProbe().hits(
        train: each.train.x, each.train.labels.shuffled(using: &random), test: each.test.x,
        each.test.labels, classes: classes.count)
      let accuracy = try Estimate.mean(of: hits), chance = try Estimate.mean(of: control)
      let gain = try Estimate.mean(of: zip(hits, control).map { $0 - $1 })
      table.add([each.place, accuracy.text, chance.text, gain.text])
      found.append(
        [
          ("place", .string(each.place)), ("accuracy", accuracy.json), ("control", chance.json),
          ("selectivity", gain.json),
        ].json)
      line.update(done: index + 1)
    }
    line.finish()
    let labels = read.first?.test.labels ?? []
    let most = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
    let majority = Double(most) / Double(max(labels.count, 1))
    try console.result(
      [
        ("model", .string(path)), ("classes", .array(classes.map { .string($0) })),
        ("learned", .int(read.first?.train.labels.count ?? 0)), ("judged", .int(labels.count)),
        ("majority", .number(majority)), ("places", .array(found)),
      ].json,
      text: "\(table.text())\nthe most frequent class has \(brief(majority)) of the test examples")
  }

  /// Classes of examples, which a probe needs.
  private static func labels(_ examples: Examples, _ source: Source) throws -> [Int] {
    guard let labels = try examples.labels(), source.domain.classes.count > 1 else {
      throw UserError("\(source.name) has no classes for a probe to read")
    }
    return labels
  }

  private static func ofModel(
    _ path: String, _ arguments: Arguments, _ console: Console, _ limit: Int
  ) throws -> ([Read], [String]) {
    let open = try OpenModel(path, arguments)
    let source = try open.neededTexts()
    let pooling = TextPooling(rawValue: arguments.string("pool") ?? "mean") ?? .mean
    let places =
      arguments.list("at")
      ?? ["embed"] + (0..<open.model.blocks).map { "blocks.\($0).resid_post" }
    let (train, test) = (source.train.prefix(limit), source.test.prefix(limit))
    let known = (try labels(train, source), try labels(test, source))
    let rows = (try open.rows(train, source), try open.rows(test, source))
    let line = console.progress("read", total: places.count, unit: "places")
    let read = try places.enumerated().map { index, place -> Read in
      defer { line.update(done: index + 1) }
      return Read(
        place: place, train: (try open.model.vectors(rows.0, at: place, pooling), known.0),
        test: (try open.model.vectors(rows.1, at: place, pooling), known.1))
    }
    line.finish()
    return (read, source.domain.classes)
  }

  private static func ofSpace(
    _ path: String, _ arguments: Arguments, _ console: Console, _ limit: Int
  ) throws -> ([Read], [String]) {
    let open = try OpenSpace(path, arguments)
    let codec = try open.codec(to: "be probed")
    try require(
      !arguments.isGiven("at"),
      "\(path) is no language model: its codes are all that can be probed; leave out --at")
    let source = try open.source()
    func read(_ examples: Examples) throws -> (x: Tensor, labels: [Int]) {
      let line = console.progress("encode", total: examples.count, unit: "examples")
      var scores = Scores(examples, seed: Seed(0))
      scores.progress = { done, _ in line.update(done: done) }
      defer { line.finish() }
      return (try scores.codes(codec).flattened(from: 1), try labels(examples, source))
    }
    let each = Read(
      place: "codes", train: try read(source.train.prefix(limit)),
      test: try read(source.test.prefix(limit)))
    return ([each], source.domain.classes)
  }

  private static func ofFile(
    _ path: String, _ arguments: Arguments, _ limit: Int
  ) throws -> ([Read], [String]) {
    let (x, labels) = try LabelledVectors.read(path, arguments)
    guard let labels else {
      throw UsageError("latent probe: \(path) holds no classes; name them with --labels FILE.npy")
    }
    let places = Embeddings.places(2 * limit, of: labels.count, arguments.seed)
    var random = SplitMix(Seed(arguments.seed).child("halves"))
    let order = places.shuffled(using: &random)
    func part(_ places: ArraySlice<Int>) -> (x: Tensor, labels: [Int]) {
      (x.indexSelect(0, Tensor(places.map { Int64($0) })), places.map { labels[$0] })
    }
    let half = order.count / 2
    let each = Read(place: path, train: part(order[..<half]), test: part(order[half...]))
    return ([each], (0...(labels.max() ?? 0)).map { "\($0)" })
  }
}

/// Vectors of a person's own, with their classes where these are given.
enum LabelledVectors {
  /// Rows `[n, d]` of the file at `path`, and classes from 0 of the file that `--labels` names.
  ///
  /// - Throws: `UserError` where one is damaged, or they do not match.
  static func read(_ path: String, _ arguments: Arguments) throws -> (x: Tensor, labels: [Int]?) {
    let all = try NPY.read(path)
    try require(
      all.rank >= 2 && all.count > 0,
      "\(path) has the shape \(all.shape); rows of numbers are wanted")
    let x = all.flattened(from: 1)
    guard let name = arguments.string("labels") else { return (x, nil) }
    let values = try NPY.read(name).flattened().values(as: Double.self)
    try require(
      values.count == x.size(0),
      "\(path) has \(x.size(0)) rows and \(name) \(values.count) numbers: a class for each row is wanted"
    )
    try require(
      values.allSatisfy { $0 >= 0 && $0 < 1e6 && $0 == $0.rounded() },
      "\(name): classes are whole numbers from 0")
    return (x, values.map { Int($0) })
  }
}
