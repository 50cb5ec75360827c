import Evaluation
import Files
import Manual
import Torch

/// `latent geometry`: how codes fill their space.
struct GeometryVerb {
  /// One figure, and what it is.
  struct Line {
    let key: String
    let title: String
    let value: Double
    let note: String
  }

  private let codes: Tensor
  private let spectrum: Spectrum
  private let near: NeighbourDistances
  private let hubness: Hubness
  private let shape: GeometryShape
  private let lines: [Line]

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let path = arguments.positional("SPACE") else {
      throw UsageError("latent geometry: which SPACE or file of codes?")
    }
    let all = try Embeddings(path, arguments, console)
    let places = Embeddings.places(
      arguments.int("limit") ?? 20_000, of: all.codes.size(0), arguments.seed)
    let asked = arguments.int("neighbours") ?? 20
    try require(
      all.codes.size(0) > asked,
      "\(path) has \(all.codes.size(0)) rows; \(asked) neighbours need at least \(asked + 1), or set --neighbours lower"
    )
    let found = try GeometryVerb(all.rows(places).codes, asked, arguments.seed, console)
    try found.tell(of: all.codes.size(0), path, console)
  }

  private init(
    _ codes: Tensor, _ neighbours: Int, _ seed: UInt64, _ console: Console
  ) throws {
    self.codes = codes
    spectrum = try Spectrum(codes)
    try require(spectrum.total > 0, "all rows are the same; they have no geometry")
    let line = console.progress("neighbours", total: 100, unit: "%")
    near = try NeighbourDistances(codes, neighbours) { done in
      line.update(done: Int(done * 100))
      return true
    }
    line.finish()
    hubness = try Hubness(near)
    shape = try GeometryShape(codes, seed)
    let local = try IntrinsicDimension.local(near).filter(\.isFinite)
    let doubled = try near.distances.selected(1, 0).values(as: Double.self).count { $0 == 0 }
    let least = spectrum.variances[0] * 1e-10
    let still = spectrum.variances.count { $0 <= least }
    lines =
      [
        Line(
          key: "participationRatio", title: "participation ratio",
          value: try EffectiveDimension.participationRatio(codes),
          note: "directions, as the variances weigh them"),
        Line(
          key: "effectiveRank", title: "effective rank", value: spectrum.effectiveRank,
          note: "directions, by the entropy of singular values"),
        Line(
          key: "directions95", title: "directions of 95%",
          value: Double(spectrum.directions(holding: 0.95)),
          note: "that hold so much of the variance, of \(codes.size(1))"),
        Line(
          key: "still", title: "directions without variance", value: Double(still),
          note: "of \(codes.size(1))"),
        Line(
          key: "twoNN", title: "dimension, TwoNN", value: try IntrinsicDimension.twoNN(near),
          note: "of the manifold, by two neighbours"),
        Line(
          key: "likelihood", title: "dimension, likelihood",
          value: try IntrinsicDimension.likelihood(near),
          note: "by \(neighbours) neighbours"),
        Line(
          key: "localLow", title: "local dimension, tenth", value: local.quantile(0.1),
          note: "a tenth of the codes lie below"),
        Line(
          key: "localHigh", title: "local dimension, nine tenths", value: local.quantile(0.9),
          note: "a tenth of the codes lie above"),
        Line(
          key: "averageCosine", title: "average cosine", value: try Isotropy.averageCosine(codes),
          note: "between codes, from the origin"),
        Line(
          key: "partitionRatio", title: "partition ratio",
          value: try Isotropy.partitionRatio(codes),
          note: "1 where codes point everywhere alike"),
        Line(
          key: "hubSkewness", title: "hub skewness", value: hubness.skewness,
          note: "of how often a code is among the neighbours of others"),
        Line(
          key: "robinHood", title: "Robin Hood index", value: hubness.robinHood,
          note: "share of places in lists that would have to change hands"),
        Line(
          key: "antihubs", title: "antihubs", value: hubness.antihubs,
          note: "share of codes that are nobody's neighbour"),
        Line(
          key: "doubled", title: "codes at another's place",
          value: Double(doubled) / Double(codes.size(0)), note: "share of all"),
      ] + shape.lines
  }

  /// What to beware of, in words.
  private var warnings: [String] {
    func value(_ key: String) -> Double { lines.first { $0.key == key }?.value ?? 0 }
    var words: [String] = []
    if value("averageCosine") > 0.5 {
      words.append(
        "the codes lie in a narrow cone: cosines between any two are large, so subtract the mean before comparing "
          + "directions")
    }
    if spectrum.shares[0] > 0.5, codes.size(1) > 2 {
      words.append(
        "one direction holds \(percent(spectrum.shares[0])) of the variance; distances say little but it"
      )
    }
    if value("still") > 0 {
      words.append(
        "\(Int(value("still"))) of \(codes.size(1)) directions are unused; fewer units would do")
    }
    if hubness.skewness > 2 {
      words.append(
        "there are hubs: code \(hubness.hub) is among the neighbours of \(hubness.largest) others, and "
          + "\(percent(hubness.antihubs)) of the codes are nobody's; searches will favour few")
    }
    if value("doubled") > 0.01 {
      words.append(
        "\(percent(value("doubled"))) of the codes lie where another does: data occur twice, or codes have collapsed"
      )
    }
    if shape.loops > 0 {
      words.append(
        "the codes go round \(shape.loops == 1 ? "a hole" : "\(shape.loops) holes"): a straight way between two of them may "
          + "lead where no example is")
    }
    return words
  }

  private func percent(_ share: Double) -> String { "\(brief(share * 100))%" }

  private func tell(of count: Int, _ path: String, _ console: Console) throws {
    var table = TextTable(["figure", "value", "what it is"])
    for line in lines { table.add([line.title, brief(line.value), line.note]) }
    let fields: [(String, JSON)] =
      [
        ("input", .string(path)), ("count", .int(codes.size(0))), ("of", .int(count)),
        ("width", .int(codes.size(1))), ("neighbours", .int(near.count)),
        ("recall", .number(near.recall)),
      ] + lines.map { ($0.key, JSON.number($0.value)) } + [
        ("variances", .array(spectrum.shares.map { .number($0) })),
        ("warnings", .array(warnings.map { .string($0) })),
      ]
    let head =
      "\(path): \(format(count: codes.size(0))) codes of \(codes.size(1)) numbers"
      + (count > codes.size(0) ? ", drawn of \(format(count: count))" : "")
    let words = warnings.isEmpty ? ["nothing stands out"] : warnings
    let text = [head, table.text()] + words.map { "- \($0)" }
    try console.result(
      fields.json, text: text.joined(separator: "\n"))
  }
}
