import Evaluation
import Features
import Files
import Foundation
import KeptMaps
import Language
import Learning
import Manual
import Neighbours
import Reporting
import Sparse
import Torch

/// The page and the file that `latent explain` leaves.
struct ExplainedPage {
  private let features: [ExplainedFeature]
  private let shown: [ExplainedFeature]
  private let activity: UnitActivity
  private let space: Space
  private let subject: Explain.Subject
  private let folder: String
  /// Tokens that shown features raise and lower, by unit; nothing of what is no text.
  private let effects: [Int: (raised: [NextTokenEffect.Raised], lowered: [NextTokenEffect.Raised])]
  /// How alike shown features are in when they are active.
  private let coactivity: [[Double]]
  private let map: Tensor?
  private let figures: DictionaryScores

  init(
    _ features: [ExplainedFeature], _ activity: UnitActivity, _ figures: DictionaryScores,
    _ network: any DirectionDictionary, _ space: Space, _ subject: Explain.Subject, show: Int,
    folder: String, seed: UInt64
  ) throws {
    (self.features, self.activity, self.space) = (features, activity, space)
    (self.subject, self.folder, self.figures) = (subject, folder, figures)
    shown = Array(features.prefix(show))
    let units = shown.map(\.unit)
    let directions = try withoutGradients {
      try network.directions.indexSelect(0, Tensor(units.map { Int64($0) })).checked()
    }
    if let open = subject.text?.open,
      subject.place.hasSuffix("resid_post") || subject.place.hasSuffix("_out")
    {
      let found = try NextTokenEffect.direct(open.model, directions, count: 8)
      effects = Dictionary(uniqueKeysWithValues: zip(units, found))
    } else {
      effects = [:]
    }
    coactivity = activity.coactivity(units)
    map =
      units.count > 20
      ? try MapRequest.neighbours(NeighbourEmbedding(), seed: seed)
        .map(
          Tensor(coactivity.flatMap { $0.map { Float($0) } }, shape: [units.count, units.count])
        )
        .places : nil
  }

  /// Other shown features that are active with one, the most alike first.
  private func companions(_ index: Int) -> [(unit: Int, phi: Double)] {
    coactivity[index].indices.filter { $0 != index && coactivity[index][$0] > 0.1 }
      .sorted { coactivity[index][$0] > coactivity[index][$1] }.prefix(5)
      .map { (shown[$0].unit, coactivity[index][$0]) }
  }

  private func written(_ token: Int) -> String {
    subject.text.map { $0.open.shown(token) } ?? "\(token)"
  }

  private func contexts(_ feature: ExplainedFeature) -> [(text: String, value: Double)] {
    let active = Set(activity.places[feature.unit].map { Int($0) })
    return feature.top.map { (subject.context($0.place, active: active), $0.value) }
  }

  // MARK: - What is written

  func write() throws {
    try AtomicFile.write(
      Data((document.pretty + "\n").utf8), to: folder + "/features.json")
    var page = Page(
      "Features of \((subject.path as NSString).lastPathComponent)",
      subtitle: "\(subject.place), \(activity.count) \(subject.unit)")
    page.blocks = try overview() + shown.indices.flatMap(section)
    try page.write(to: folder, plotly: Share.file("plotly.min.js"))
  }

  private func overview() throws -> [Page.Block] {
    var blocks: [Page.Block] = [
      .facts([
        ("features of the dictionary", "\(activity.units)"),
        ("of these active at 10 \(subject.unit) or more", "\(features.count)"),
        ("active at once", brief(figures.active)),
        ("share of the variance that is left", brief(figures.error)),
      ]),
      .paragraph(
        "A feature is told by a rule that was learned on every second text and judged on the others. Detection: balanced "
          + "accuracy of finding stretches in which it is active. Fuzzing: of finding the tokens. Simulation: correlation "
          + "of how active it is with whether the rule holds. The rule is what this program can say, not what the feature "
          + "is: a low score says that no short rule of tokens and words does."),
    ]
    let scores = features.compactMap(\.scores)
    if !scores.isEmpty {
      blocks.append(
        .chart(
          Chart(
            "How well features are told", x: "simulation", y: "features",
            .histogram(Histogram(of: scores.map(\.simulation)))),
          caption: "All \(scores.count) features that could be judged."))
    }
    if let map {
      let places = try map.values(as: Double.self)
      var points = Points(
        x: shown.indices.map { places[2 * $0] }, y: shown.indices.map { places[2 * $0 + 1] },
        hover: shown.map { "\($0.unit): \($0.words ?? "no rule")" })
      points.colour(by: shown.map { $0.scores?.simulation ?? .nan })
      blocks.append(
        .chart(
          Chart("Features by what they are active with", .points(points)),
          caption:
            "The shown features, laid out by neighbours of their rows of co-activation (phi), coloured by simulation."
        ))
    }
    let some = shown.prefix(40)
    if some.count > 1 {
      let names = some.map { "\($0.unit)" }
      blocks.append(
        .chart(
          Chart(
            "Features that are active together",
            .heatMap(
              HeatMap(
                coactivity.prefix(40).map { Array($0.prefix(40)) }, rows: names, columns: names))),
          caption: "The phi coefficient of each two of the first \(some.count) features."))
    }
    blocks += [
      .heading("Features"),
      .table(
        Table(columns: columns, rows: shown.map(cells))),
    ]
    return blocks
  }

  /// Of single examples no stretches are told apart, so that fuzzing has no meaning.
  private var columns: [String] {
    ["feature", "active", "detection"] + (subject.isText ? ["fuzzing"] : []) + [
      "simulation", "rule",
    ]
  }

  private func cells(_ feature: ExplainedFeature) -> [String] {
    let scores = feature.scores.map {
      [$0.detection] + (subject.isText ? [$0.fuzzing] : []) + [$0.simulation]
    }
    let written = scores?.map { brief($0) } ?? [String](repeating: "–", count: columns.count - 3)
    return ["\(feature.unit)", brief(feature.share)] + written + [feature.words ?? "no rule"]
  }

  private func section(_ index: Int) throws -> [Page.Block] {
    let feature = shown[index]
    var blocks: [Page.Block] = [.heading("Feature \(feature.unit)")]
    if let words = feature.words { blocks.append(.paragraph("Active \(words).")) }
    if subject.isText {
      blocks.append(
        .table(
          Table(
            columns: ["how active", "where"],
            rows: contexts(feature).map { [brief($0.value), $0.text] })))
    } else if let (open, examples) = subject.examples, open.domain.isImage {
      let x = try examples.batch(feature.top.map(\.place)).x
      blocks.append(
        .picture(
          try Pictures.grid(x, columns: 12, open.domain),
          title: "Where feature \(feature.unit) is active the most",
          caption: "The strongest first."))
    } else {
      blocks.append(
        .table(
          Table(
            columns: ["how active", "example"],
            rows: feature.top.map { [brief($0.value), "\($0.place)"] })))
    }
    if let (raised, lowered) = effects[feature.unit] {
      blocks.append(
        .facts([
          ("makes likelier", raised.map { written($0.token) }.joined(separator: "  ")),
          ("makes less likely", lowered.map { written($0.token) }.joined(separator: "  ")),
        ]))
    }
    let with = companions(index)
    if !with.isEmpty {
      blocks.append(
        .paragraph(
          "Active with " + with.map { "\($0.unit) (\(brief($0.phi)))" }.joined(separator: ", ")
            + "."))
    }
    return blocks
  }

  private var document: JSON {
    [
      ("model", .string(subject.path)), ("at", .string(subject.place)),
      ("dictionary", .string(space.folder)), (subject.unit, .int(activity.count)),
      ("error", .number(figures.error)), ("active", .number(figures.active)),
      ("features", .array(shown.indices.map(json))),
    ].json
  }

  private func json(_ index: Int) -> JSON {
    let feature = shown[index]
    func tokens(_ raised: [NextTokenEffect.Raised]) -> JSON {
      .array(
        raised.map { [("token", .string(written($0.token))), ("by", .number($0.by))].json })
    }
    return [
      ("feature", .int(feature.unit)), ("share", .number(feature.share)),
      ("most", .number(feature.most)), ("rule", feature.words.map { .string($0) } ?? .null),
      ("detection", feature.scores.map { .number($0.detection) } ?? .null),
      ("fuzzing", feature.scores.map { .number($0.fuzzing) } ?? .null),
      ("simulation", feature.scores.map { .number($0.simulation) } ?? .null),
      (
        "top",
        .array(
          contexts(feature).map { [("value", .number($0.value)), ("text", .string($0.text))].json })
      ),
      ("raises", effects[feature.unit].map { tokens($0.raised) } ?? .null),
      ("lowers", effects[feature.unit].map { tokens($0.lowered) } ?? .null),
      (
        "activeWith",
        .array(
          companions(index).map { [("feature", .int($0.unit)), ("phi", .number($0.phi))].json })
      ),
    ].json
  }

  /// What the command prints as JSON: the figures, and where all else is.
  var summary: JSON {
    let scores = features.compactMap(\.scores)
    return [
      ("page", .string(folder + "/index.html")), ("features", .string(folder + "/features.json")),
      ("dictionary", .string(space.folder)), ("at", .string(subject.place)),
      (subject.unit, .int(activity.count)), ("units", .int(activity.units)),
      ("living", .int(features.count)), ("error", .number(figures.error)),
      ("active", .number(figures.active)),
      ("detection", .number(scores.map(\.detection).mean)),
      ("fuzzing", .number(scores.map(\.fuzzing).mean)),
      ("simulation", .number(scores.map(\.simulation).mean)),
      ("best", .array(shown.prefix(10).indices.map(json))),
    ].json
  }

  var words: String {
    var table = TextTable(columns)
    for feature in shown.prefix(20) { table.add(cells(feature)) }
    return
      "\(table.text())\n\(features.count) of \(activity.units) features are active at 10 \(subject.unit) or more; "
      + "\(brief(figures.error)) of the variance is left with \(brief(figures.active)) active at once\n"
      + folder + "/index.html"
  }
}
