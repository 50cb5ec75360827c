import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Manual
import Networks
import Torch

/// `latent stitch`: one space's codes, read with what was made for another.
struct Stitch {
  /// How codes are brought over.
  private enum Way: String {
    case relative, orthogonal, affine
  }

  /// One of the two spaces with its codes.
  private struct Side {
    let open: OpenSpace
    let codec: Codec
    let fitted: Tensor
    let judged: Tensor
    let anchors: Tensor
  }

  private let way: Way
  private let one: Side
  private let other: Side
  private let source: Source
  private let judged: Examples

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let first = arguments.positional("SPACE"), let second = arguments.positional("OTHER")
    else { throw UsageError("latent stitch: which SPACE is read with which OTHER?") }
    let (a, b) = (try OpenSpace(first, arguments), try OpenSpace(second, arguments))
    try require(
      a.domain.shape == b.domain.shape && a.domain.support == b.domain.support,
      "\(first) reads data of shape \(a.domain.shape) and \(second) of \(b.domain.shape); spaces of the same data are "
        + "wanted")
    try Stitch(a, b, arguments, console).tell(arguments, console)
  }

  private init(_ a: OpenSpace, _ b: OpenSpace, _ arguments: Arguments, _ console: Console) throws {
    source = try a.source()
    try require(
      source.train.count > 1 && source.test.count > 1,
      "\(source.name) has \(source.train.count) training and \(source.test.count) test examples; both are needed, "
        + "training examples to align the spaces by and test examples to judge by")
    judged = source.test.prefix(arguments.int("limit") ?? 2000)
    way = try Self.way(a, b, arguments.string("by") ?? "auto")
    var random = SplitMix(Seed(arguments.seed).child("anchors"))
    let drawn = Array(0..<source.train.count).shuffled(using: &random)
      .prefix(arguments.int("anchors") ?? 300)
    let batch = try source.train.batch(Array(drawn))
    let fitted = source.train.prefix(10_000)
    let line = console.progress(
      "encode", total: 2 * (fitted.count + judged.count), unit: "examples")
    var before = 0
    func side(_ open: OpenSpace, _ judged: Examples) throws -> Side {
      let codec = try open.codec(to: "be stitched")
      func codes(_ examples: Examples) throws -> Tensor {
        var scores = Scores(examples, seed: Seed(0))
        scores.progress = { done, _ in line.update(done: before + done) }
        defer { before += examples.count }
        return try scores.codes(codec)
      }
      let anchors = try withoutGradients { try codec.encode(batch).checked() }
      return Side(
        open: open, codec: codec, fitted: try codes(fitted), judged: try codes(judged),
        anchors: anchors)
    }
    one = try side(a, judged)
    other = try side(b, judged)
    line.finish()
  }

  /// The way that was asked for, or the best that both spaces allow.
  ///
  /// - Throws: `UserError` where decoders do not read relative coordinates, or by other anchors.
  private static func way(_ a: OpenSpace, _ b: OpenSpace, _ asked: String) throws -> Way {
    let both = [a, b].compactMap { $0.space.network as? any RelativeDecoding }
    if let way = Way(rawValue: asked), way != .relative { return way }
    guard both.count == 2 else {
      guard asked == "relative" else { return .orthogonal }
      _ = try b.able(to: "decode relative coordinates", (any RelativeDecoding).self)
      _ = try a.able(to: "give relative coordinates", (any RelativeDecoding).self)
      return .relative
    }
    let (mine, theirs) = (both[0].anchorExamples, both[1].anchorExamples)
    let areSame =
      try mine.shape == theirs.shape && (mine - theirs).abs().max().value() < 1e-4
    if !areSame, asked == "auto" { return .orthogonal }
    try require(
      areSame,
      "\(a.space.folder) and \(b.space.folder) have other anchors; fit both on the same data with the same --anchors and "
        + "--anchor-seed, or align them with --by orthogonal")
    return .relative
  }

  /// The codes of the first space as the second's decoder and head take them.
  private func brought(_ codes: Tensor) throws -> Tensor {
    switch way {
    case .relative:
      guard let network = one.open.space.network as? any RelativeDecoding else { return codes }
      return try withoutGradients { try network.relative(codes).checked() }
    case .orthogonal:
      return try CodeTranslation(from: one.anchors, to: other.anchors, .orthogonal)(codes)
    case .affine: return try CodeTranslation(from: one.anchors, to: other.anchors, .affine)(codes)
    }
  }

  /// The second space's own codes in the form that ``brought(_:)`` gives.
  private func own(_ codes: Tensor) throws -> Tensor {
    guard way == .relative, let network = other.open.space.network as? any RelativeDecoding else {
      return codes
    }
    return try withoutGradients { try network.relative(codes).checked() }
  }

  /// What the second space's decoder makes of codes in that form.
  private func decoded(_ codes: Tensor) throws -> Tensor? {
    switch (way, other.open.space.network) {
    case (.relative, let network as any RelativeDecoding):
      return try withoutGradients { try network.decode(relative: codes).checked() }
    default:
      guard other.codec.decodes else { return nil }
      let batch = try judged.batch(Array(0..<judged.count))
      return try withoutGradients { try other.codec.decode(codes, of: batch).checked() }
    }
  }

  /// A figure of the second space alone, of the stitched pair, and of codes that are given as they are.
  private struct Figure {
    let key: String
    let title: String
    let alone: Estimate
    let stitched: Estimate
    /// Nothing where widths differ.
    let plain: Estimate?

    var json: JSON {
      [
        ("alone", alone.json), ("stitched", stitched.json), ("plain", plain?.json ?? .null),
      ].json
    }
  }

  private func figures() throws -> [Figure] {
    var found: [Figure] = []
    let canTell = one.judged.size(1) == other.judged.size(1)
    let stitched = try brought(one.judged)
    let x = try judged.batch(Array(0..<judged.count)).x
    func errors(_ codes: Tensor) throws -> Estimate? {
      guard let back = try decoded(codes) else { return nil }
      let rows = back.squaredError(x).flattened(from: 1).mean(over: 1)
      return try Estimate.mean(of: rows.values(as: Double.self))
    }
    if let alone = try errors(own(other.judged)), let pair = try errors(stitched) {
      let plain = try canTell ? errors(own(one.judged)) : nil
      found.append(
        Figure(
          key: "squaredError", title: "squared error per input", alone: alone, stitched: pair,
          plain: plain))
    }
    guard let labels = try source.train.prefix(10_000).labels(), let truth = try judged.labels(),
      Set(labels).count > 1
    else { return found }
    let head = try own(other.fitted)
    func accuracy(_ codes: Tensor) throws -> Estimate {
      let hits = try LinearProbe().hits(
        train: head, labels, test: codes, truth, classes: source.domain.classes.count)
      return try Estimate.mean(of: hits)
    }
    found.append(
      Figure(
        key: "accuracy", title: "accuracy of a linear head", alone: try accuracy(own(other.judged)),
        stitched: try accuracy(stitched), plain: try canTell ? accuracy(own(one.judged)) : nil))
    return found
  }

  private func tell(_ arguments: Arguments, _ console: Console) throws {
    let found = try figures()
    try require(
      !found.isEmpty,
      "\(other.open.space.folder) does not decode, and \(source.name) has no labels: there is nothing to stitch"
    )
    if let path = arguments.string("out") { try draw(to: path) }
    var table = TextTable(["figure", "own codes", "stitched", "codes as they are"])
    for each in found {
      table.add([
        each.title, each.alone.text, each.stitched.text, each.plain?.text ?? "other width",
      ])
    }
    let (a, b) = (one.open.space.folder, other.open.space.folder)
    let json: [(String, JSON)] =
      [
        ("space", .string(a)), ("other", .string(b)), ("by", .string(way.rawValue)),
        ("anchors", .int(way == .relative ? anchorCount : one.anchors.size(0))),
        ("examples", .int(judged.count)),
        ("out", arguments.string("out").map { .string($0) } ?? .null),
      ] + found.map { ($0.key, $0.json) }
    try console.result(
      json.json,
      text: "codes of \(a), read with what was made for \(b), \(way.rawValue)\n\(table.text())")
  }

  private var anchorCount: Int {
    (one.open.space.network as? any RelativeDecoding)?.anchorExamples.size(0) ?? 0
  }

  /// Test examples over what their own space and the other make of them.
  private func draw(to path: String) throws {
    let count = min(12, judged.count)
    let first = try judged.batch(Array(0..<count))
    let mine = try withoutGradients { try one.codec.reconstruct(first).checked() }
    guard let theirs = try decoded(brought(one.judged)) else {
      throw UserError("\(other.open.space.folder) does not decode; there is no picture to draw")
    }
    try Pictures.write(
      Tensor.concatenate([first.x, mine, theirs[0..<count]]), columns: count, one.open, to: path)
  }
}
