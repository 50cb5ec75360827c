import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Reporting
import Torch

/// `latent report`: all that a page can show of a space without a server.
enum Report {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let isSingle = arguments.flag("single")
    let out =
      arguments.string("out") ?? open.space.folder + (isSingle ? "/report.html" : "/report")
    if isSingle, !out.hasSuffix(".html") {
      throw UsageError("latent report: --out \(out): a single file must end in .html")
    }
    let card = try Catalogue.method(named: open.space.description.method).card
    let name = (open.space.folder as NSString).lastPathComponent
    var page = Page(name, subtitle: "\(card.title) of \(open.space.description.source.spec)")
    page.blocks.append(.paragraph(card.summary))
    page.blocks.append(.facts(facts(open)))
    page.blocks += try withoutGradients { try sections(open, card, arguments, console) }
    page.blocks.append(.heading("The commands behind this page"))
    page.blocks.append(.code(commands(open), caption: "The fit, the figures, and this page."))
    let figures =
      try isSingle
      ? page.write(single: out) : page.write(to: out, plotly: Share.file("plotly.min.js"))
    let index = isSingle ? out : out + "/index.html"
    let list = figures.map { figure -> JSON in
      [
        ("title", .string(figure.title)), ("files", .array(figure.files.map { .string($0) })),
      ].json
    }
    try console.result(
      [("report", .string(index)), ("figures", .array(list))].json, text: index)
  }

  private static func sections(
    _ open: OpenSpace, _ card: Card, _ arguments: Arguments, _ console: Console
  ) throws -> [Page.Block] {
    let curves = try ReportCurves.blocks(open)
    let pictures = ReportPictures(open, try open.source())
    let codes = try ReportCodes(open, pictures.source.test, console)
    return try ReportCard.blocks(card) + curves + pictures.samples() + pictures.reconstructions()
      + pictures.worst(codes?.errors) + pictures.classes()
      + (codes?.maps(fresh: arguments.seed) ?? []) + (codes?.neighbours() ?? [])
      + (codes?.density() ?? []) + (codes?.units() ?? []) + pictures.traversals()
      + pictures.interpolations() + pictures.codebook() + cannot(open, codes)
  }

  private static func facts(_ open: OpenSpace) -> [(name: String, value: String)] {
    let description = open.space.description
    return [
      ("examples", description.domain.shape.map(\.description).joined(separator: " × ")),
      ("latent units", (open.space.network as? any Decoding).map { "\($0.latents)" } ?? "–"),
      ("trainable numbers", format(count: open.space.network.parameterCount)),
      ("steps", format(count: Int(description.metrics["steps"] ?? 0))),
      ("training time", format(duration: description.metrics["seconds"] ?? 0)),
      ("seed", "\(description.seed)"),
      ("device", "\(description.device), \(description.threads) threads"),
      (
        "versions",
        description.versions.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
          .joined(separator: ", ")
      ),
      ("data fingerprint", String(description.source.fingerprint.prefix(16))),
    ]
  }

  /// What a reader may miss, and why it is not there.
  private static func cannot(_ open: OpenSpace, _ codes: ReportCodes?) -> [Page.Block] {
    let network = open.space.network
    let method = open.space.description.method
    var missing: [String] = []
    if codes == nil { missing.append("codes: \(method) gives none for single examples") }
    if !(network is any Decoding) {
      missing.append("pictures decoded from codes: \(method) has no decoder")
    }
    if !(network is any Sampling) {
      missing.append("samples: \(method) says nothing of which codes are likely")
    }
    if !open.domain.isImage {
      missing.append("pictures of examples: the data are of shape \(open.domain.shape), not images")
    }
    guard !missing.isEmpty else { return [] }
    return [
      .heading("What this space cannot show"), .paragraph(missing.joined(separator: "; ") + "."),
    ]
  }

  private static func commands(_ open: OpenSpace) -> String {
    let folder = open.space.folder
    let fit = Catalogue.fitWords(of: open.space.description, folder: folder)
    return "\(fit.joined(separator: " "))\nlatent score \(folder)\nlatent report \(folder)"
  }
}

/// The method's row in the catalogue, with the record of its check.
private enum ReportCard {
  static func blocks(_ card: Card) -> [Page.Block] {
    guard let id = card.system, let row = Catalogue.rows.first(where: { $0.id == id }) else {
      return []
    }
    var blocks: [Page.Block] = [
      .heading("The system"),
      .facts([
        ("row", "\(row.id) \(row.slug)"), ("source", card.source), ("family", row.family),
      ]),
      .paragraph("What the paper claims: \(row.claim)"),
    ]
    guard let record = CheckReport.recorded(id) else {
      return blocks + [.paragraph("No check of this claim is on record.")]
    }
    let rows = record.claims.map { claim -> [String] in
      let interval = claim.effect.interval
      return [
        claim.statement, claim.verdict.rawValue, brief(claim.effect.value),
        "\(brief(interval.low)) … \(brief(interval.high))", claim.metric.unit,
      ]
    }
    blocks += [
      .table(
        Table(columns: ["claim", "verdict", "improvement", "95% interval", "unit"], rows: rows)),
      .paragraph(
        "As latent check \(id) --record found it over \(record.seeds.count) seeds; the protocol: \(record.protocolText)"
      ),
    ]
    return blocks
  }
}

/// Means of every term of the loss, epoch by epoch.
private enum ReportCurves {
  static func blocks(_ open: OpenSpace) throws -> [Page.Block] {
    guard let history = try? History(opening: open.space.folder), history.epochs.count > 1 else {
      return []
    }
    let epochs = history.epochs.map { Double($0.epoch) }
    let names = Set(history.epochs.flatMap { $0.train.keys }).sorted()
    let charts = names.map { name -> Page.Block in
      var lines = [Line("training", x: epochs, y: history.epochs.map { $0.train[name] ?? .nan })]
      let validation = history.epochs.map { $0.validation[name] ?? .nan }
      if validation.contains(where: \.isFinite) {
        lines.append(Line("validation", x: epochs, y: validation))
      }
      return .chart(
        Chart("\(name) over training", x: "epoch", y: "nats", .lines(lines)),
        caption: "Mean \(name) of each epoch; training figures are taken as the weights moved. "
          + "latent show \(open.space.folder) --json")
    }
    return [.heading("Training")] + charts
  }
}
