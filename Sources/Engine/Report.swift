import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Neighbours
import Reporting
import Torch

/// `latent report`: a page with curves, samples, reconstructions, a map of the codes and traversals.
enum Report {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenSpace(arguments)
    let folder = arguments.string("out") ?? open.space.folder + "/report"
    let card = try Catalogue.method(named: open.space.description.method).card
    let name = (open.space.folder as NSString).lastPathComponent
    var page = Page(name, subtitle: "\(card.title) of \(open.space.description.source.spec)")
    page.blocks.append(.paragraph(card.summary))
    page.blocks.append(.facts(facts(open)))
    page.blocks += try curves(open)
    try withoutGradients {
      page.blocks += try samples(open)
      let source = try open.source()
      page.blocks += try reconstructions(open, source)
      page.blocks += try classes(open, source)
      page.blocks += try map(open, source, console)
      page.blocks += try traversals(open, source)
    }
    page.blocks.append(.heading("The commands behind this page"))
    page.blocks.append(.code(command(open), caption: "The fit, the figures, and this page."))
    try page.write(to: folder, plotly: Share.file("plotly.min.js"))
    let index = folder + "/index.html"
    try console.result(["report": .string(index)], text: index)
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

  private static func curves(_ open: OpenSpace) throws -> [Page.Block] {
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
        caption: "Mean \(name) of each epoch; training figures are taken as the weights moved.")
    }
    return [.heading("Training")] + charts
  }

  private static func samples(_ open: OpenSpace) throws -> [Page.Block] {
    guard let network = open.space.network as? any Sampling, open.domain.isImage else { return [] }
    let z = network.samplePrior(64, temperature: 1, open.random.child("samples"))
    let picture = try Pictures.grid(network.decode(z), columns: 16, open.domain)
    return [
      .heading("Samples"),
      .picture(
        picture, title: "Samples",
        caption: "Decoded draws from the prior: latent sample \(open.space.folder)"),
    ]
  }

  private static func reconstructions(_ open: OpenSpace, _ source: Source) throws -> [Page.Block] {
    guard let codec = Codec(of: open.space.network), codec.decodes, open.domain.isImage,
      source.test.count > 0
    else { return [] }
    let count = min(16, source.test.count)
    let batch = try source.test.batch(Array(0..<count))
    let back = codec.reconstruct(batch)
    return [
      .heading("Reconstructions"),
      .gallery(
        title: "Reconstructions",
        rows: [
          ("originals", try Pictures.grid(batch.x, columns: count, open.domain)),
          ("reconstructions", try Pictures.grid(back, columns: count, open.domain)),
        ], caption: "Test examples over what the space makes of them."),
    ]
  }

  private static func classes(_ open: OpenSpace, _ source: Source) throws -> [Page.Block] {
    guard let network = open.space.network as? any Classifying, try source.test.labels() != nil
    else { return [] }
    let scores = Scores(source.test, seed: Seed(0))
    let accuracy = try scores.correctness(network).mean
    let names = open.domain.classes
    let counts = try scores.confusion(network)
    let rows = zip(names.indices, counts).map { index, row in
      let share = Double(row[index]) / Double(max(row.reduce(0, +), 1))
      return [names[index]] + row.map(\.description) + [format(value: share)]
    }
    return [
      .heading("Classes"),
      .facts([
        ("accuracy", format(value: accuracy)),
        ("cross-entropy", format(value: try scores.crossEntropy(network).mean) + " nats"),
      ]),
      .paragraph(
        "Test examples of each class, row by row, by the class that the classifier finds likeliest, "
          + "and the share that it puts right."),
      .table(Table(columns: ["class"] + names + ["right"], rows: rows)),
    ]
  }

  private static func map(
    _ open: OpenSpace, _ source: Source, _ console: Console
  ) throws -> [Page.Block] {
    guard let codec = Codec(of: open.space.network), source.test.count > 2 else { return [] }
    let examples = source.test.prefix(10_000)
    let codes = try Scores(examples, seed: Seed(0)).codes(codec)
    guard codes.size(1) > 1 else { return [] }
    let map = try PrincipalMap(codes)
    let labels = try examples.labels()
    let points = Points(
      x: try map.places[.all, 0].values(as: Double.self),
      y: try map.places[.all, 1].values(as: Double.self),
      classes: labels ?? [], names: open.domain.classes)
    let percent = String(format: "%.0f%%", map.share * 100)
    return [
      .heading("Map of the codes"),
      .chart(
        Chart(
          "Codes of the test examples", x: "first component", y: "second component", .points(points)
        ),
        caption:
          "Two principal components of the codes of \(examples.count) test examples; they hold "
          + "\(percent) of the variance."),
    ]
  }

  private static func traversals(_ open: OpenSpace, _ source: Source) throws -> [Page.Block] {
    guard let network = open.space.network as? any Encoding & Decoding, open.domain.isImage,
      source.test.count > 0
    else { return [] }
    let scores = Scores(source.test.prefix(2000), seed: Seed(0))
    let activity = try scores.unitActivity(network)
    let start = network.encode(try source.test.batch([0]).x)  // [1, k]
    let rows = try Traversal.through(start, activity: activity).map { way in
      let images = network.decode(way.codes)
      return (
        name: "unit \(way.unit)",
        picture: try Pictures.grid(images, columns: way.codes.size(0), open.domain)
      )
    }
    return [
      .heading("Traversals"),
      .gallery(
        title: "Traversals", rows: rows,
        caption:
          "Each row moves one latent unit by 2.5 standard deviations either way from the code of the "
          + "first test example; the most active units first."),
    ]
  }

  private static func command(_ open: OpenSpace) -> String {
    let folder = open.space.folder
    let fit = Catalogue.fitWords(of: open.space.description, folder: folder)
    return "\(fit.joined(separator: " "))\nlatent score \(folder)\nlatent report \(folder)"
  }
}
