import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Manual
import Reporting
import Torch

/// What a report shows of what a space draws.
struct ReportPictures {
  let open: OpenSpace
  let source: Source
  private var folder: String { open.space.folder }
  private var network: Any { open.space.network }

  init(_ open: OpenSpace, _ source: Source) { (self.open, self.source) = (open, source) }

  /// Decoded draws.
  func samples() throws -> [Page.Block] {
    guard let network = network as? any Sampling, open.domain.isImage else { return [] }
    let z = network.samplePrior(64, temperature: 1, open.random.child("samples"))
    let picture = try Pictures.grid(network.decode(z), columns: 16, open.domain)
    return [
      .heading("Samples"),
      .picture(
        picture, title: "Samples", caption: "Decoded draws from the prior. latent sample \(folder)"),
    ]
  }

  /// Examples, what the space makes of them, and the difference.
  func reconstructions() throws -> [Page.Block] {
    guard let codec = decoding, source.test.count > 0 else { return [] }
    let items = Array(0..<min(16, source.test.count))
    return [
      .heading("Reconstructions"),
      .gallery(
        title: "Reconstructions", rows: try rows(of: items, codec),
        caption:
          "The first test examples, what the space makes of them, and how far apart both are. "
          + "latent reconstruct \(folder)"),
    ]
  }

  /// The errors of all examples, and those with the largest.
  func worst(_ errors: [Double]?) throws -> [Page.Block] {
    guard let errors, !errors.isEmpty else { return [] }
    let items = Array(errors.indices.sorted { errors[$0] > errors[$1] }.prefix(16))
    let chart = Chart(
      "Errors of the test examples", x: "mean squared error per input", y: "examples",
      .histogram(Histogram(of: errors)))
    let list = items.map(\.description).joined(separator: ",")
    let command = "latent reconstruct \(folder) --items \(list)"
    let histogram = Page.Block.chart(
      chart, caption: "All \(errors.count) test examples. latent score \(folder)")
    guard let codec = decoding else {
      let rows = items.map { ["\($0)", brief(errors[$0])] }
      return [
        .heading("Errors"), histogram,
        .table(Table(columns: ["example", "squared error per input"], rows: rows)),
      ]
    }
    return [
      .heading("Errors"), histogram,
      .gallery(
        title: "Largest errors", rows: try rows(of: items, codec),
        caption: "The test examples that the space gives back worst, the worst first. \(command)"),
    ]
  }

  /// The codec of a space that draws pictures.
  private var decoding: Codec? {
    guard open.domain.isImage, let codec = Codec(of: open.space.network), codec.decodes else {
      return nil
    }
    return codec
  }

  private func rows(of items: [Int], _ codec: Codec) throws -> [(name: String, picture: Picture)] {
    let batch = try source.test.batch(items)
    let back = codec.reconstruct(batch)
    func grid(_ x: Tensor) throws -> Picture {
      try Pictures.grid(x, columns: items.count, open.domain)
    }
    return [
      ("originals", try grid(batch.x)), ("reconstructions", try grid(back)),
      ("differences", try grid((batch.x - back).abs())),
    ]
  }

  /// How a classifier does, class by class.
  func classes() throws -> [Page.Block] {
    guard let network = network as? any Classifying, try source.test.labels() != nil
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

  /// What the most active units do.
  func traversals() throws -> [Page.Block] {
    guard let network = network as? any Encoding & Decoding, open.domain.isImage,
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
          + "first test example; the units that are most active over \(scores.examples.count) examples first. "
          + "latent traverse \(folder)"),
    ]
  }

  /// Ways between examples.
  func interpolations() throws -> [Page.Block] {
    guard let network = network as? any Encoding & Decoding, open.domain.isImage,
      source.test.count > 1
    else { return [] }
    let pairs = (0..<min(4, source.test.count / 2)).map { (2 * $0, 2 * $0 + 1) }
    let rows = try pairs.map { from, to in
      let ends = network.encode(try source.test.batch([from, to]).x)
      let codes = try LatentPath.linear.codes(
        from: ends[0], to: ends[1], steps: 11, through: network)
      return (
        name: "\(from) to \(to)",
        picture: try Pictures.grid(network.decode(codes), columns: 11, open.domain)
      )
    }
    return [
      .heading("Between two examples"),
      .gallery(
        title: "Interpolations", rows: rows,
        caption: "Decoded codes on the straight way between the codes of two test examples. "
          + "latent interpolate \(folder) --from 0 --to 1 --steps 11"),
    ]
  }

  /// How often each entry of a codebook is a token.
  func codebook() throws -> [Page.Block] {
    guard let network = network as? any Tokenising, source.test.count > 0 else { return [] }
    let use = try Scores(source.test, seed: Seed(0)).codebookUse(network)
    let counts = use.counts.sorted(by: >).map(Double.init)
    return [
      .heading("Codebook"),
      .facts([
        ("entries", "\(counts.count)"), ("used", brief(use.share * 100) + "%"),
        ("perplexity", brief(use.perplexity)),
      ]),
      .chart(
        Chart(
          "Use of the codebook", x: "entry, most used first", y: "tokens",
          .lines([Line("tokens", y: counts)])),
        caption: "How often each entry is a token of the \(source.test.count) test examples."),
    ]
  }
}
