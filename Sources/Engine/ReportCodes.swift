import Datasets
import Evaluation
import Files
import Foundation
import KeptMaps
import Learning
import Manual
import Neighbours
import Reporting
import Torch

/// What a report shows of the codes of the test examples.
struct ReportCodes {
  private let open: OpenSpace
  private let examples: Examples
  private let console: Console
  /// `[n, k]`.
  private let codes: Tensor
  private let labels: [Int]?
  private let table: NeighbourTable
  private let densities: [Double]
  private let outliers: [Double]
  /// Mean squared errors per input of all examples; nothing where codes cannot be decoded.
  let errors: [Double]?

  /// Nothing where the space gives no codes, or there are too few examples to tell anything by.
  init?(_ open: OpenSpace, _ examples: Examples, _ console: Console) throws {
    guard let codec = Codec(of: open.space.network), examples.count > 2 else { return nil }
    (self.open, self.examples, self.console) = (open, examples, console)
    func scores(_ what: String) -> (Scores, ProgressLine) {
      let line = console.progress(what, total: examples.count, unit: "examples")
      var scores = Scores(examples, seed: Seed(0))
      scores.progress = { done, _ in line.update(done: done) }
      return (scores, line)
    }
    let (encoding, line) = scores("encode")
    let raw = try encoding.codes(codec)
    line.finish()
    codes = raw.flattened(from: 1)
    labels = try examples.labels()
    if codec.decodes, open.domain.support != .tokens {
      let (decoding, line) = scores("reconstruct")
      errors = try decoding.squaredError(codec, from: raw)
      line.finish()
    } else {
      errors = nil
    }
    let search = console.progress("neighbours", total: 100, unit: "%")
    table = try NeighbourTable(of: codes) { search.update(done: Int($0 * 100)) }
    search.finish()
    densities = table.logDensities(width: codes.size(1)).map(Double.init)
    outliers = table.outlierFactors().map(Double.init)
  }

  /// Maps by neighbours and by principal directions, coloured by all that is known and measured.
  func maps(fresh seed: UInt64) throws -> [Page.Block] {
    guard codes.size(1) > 1 else { return [] }
    let shelf = try MapShelf(ofSpace: open.space.folder)
    let line = console.progress("map", total: 100, unit: "%")
    let near = try shelf.map(.neighbours(NeighbourEmbedding(), seed: seed)) { progress in
      line.update(done: Int(progress.done * 100), label: progress.stage.rawValue)
      return true
    } codes: {
      codes
    }
    line.finish()
    let plane = try shelf.map(.pca) { codes }
    let folder = open.space.folder
    var blocks: [Page.Block] = [.heading("Maps of the codes")]
    blocks.append(
      .chart(
        Chart("Codes by neighbours", x: "", y: "", .points(try points(near, labels))),
        caption:
          "Codes of all \(examples.count) test examples, laid out so that neighbours lie together. "
          + "latent map \(folder)"))
    let share = plane.facts.share.map { ", which hold \(brief($0 * 100))% of the variance" } ?? ""
    blocks.append(
      .chart(
        Chart(
          "Codes by principal directions", x: "first component", y: "second component",
          .points(try points(plane, labels))),
        caption: "The same codes along their two directions of most variance\(share). "
          + "latent map \(folder) --kind pca"))
    let clusters = CodeClusters.count(classes: open.domain.classes.count, items: examples.count)
    var grouped = try points(
      near, try CodeClusters.labels(of: codes, count: clusters).map { Int($0) })
    grouped.names = CodeClusters.names(clusters)
    blocks.append(
      .chart(
        Chart("Codes by cluster", .points(grouped)),
        caption:
          "The map by neighbours, coloured by the \(clusters) clusters that k-means tells apart. "
          + "latent export \(folder) --to csv --measures cluster"))
    for (name, values) in measured {
      blocks.append(
        .chart(
          Chart("Codes by \(name)", .points(try points(near, levels: values))),
          caption:
            "The map by neighbours, coloured by \(name), from dark for the least to bright for the most."
        ))
    }
    return blocks
  }

  /// What is measured of every example, and known of it besides its class.
  private var measured: [(name: String, values: [Double])] {
    var all: [(String, [Double])] = []
    if let errors { all.append(("error", errors)) }
    all += [("log density", densities), ("outlier factor", outliers)]
    if let rows = examples.factors(), !rows.isEmpty {
      all += open.domain.factors.enumerated().prefix(8).map { place, factor in
        (factor.name, rows.map { Double($0[place]) })
      }
    }
    return all
  }

  private func points(_ map: PlaneMap, _ classes: [Int]?) throws -> Points {
    Points(
      x: try map.places[.all, 0].values(as: Double.self),
      y: try map.places[.all, 1].values(as: Double.self), classes: classes ?? [],
      names: open.domain.classes)
  }

  private func points(_ map: PlaneMap, levels values: [Double]) throws -> Points {
    var points = try points(map, nil)
    points.colour(by: values)
    return points
  }

  /// A few examples beside those with the nearest codes.
  func neighbours() throws -> [Page.Block] {
    let items = Array(0..<min(8, examples.count))
    let folder = open.space.folder
    let caption =
      "The first test examples, each with those whose codes are nearest, nearest first. "
      + "latent neighbours \(folder) --of 0"
    guard open.domain.isImage else {
      let rows = items.map { item in
        ["\(item)", table.row(item).map(\.description).joined(separator: ", ")]
      }
      return [
        .heading("Nearest neighbours"), .paragraph(caption),
        .table(Table(columns: ["example", "nearest"], rows: rows)),
      ]
    }
    let rows = try items.map { item in
      let row = [item] + table.row(item).map { Int($0) }
      let x = try examples.batch(row).x
      return (
        name: "example \(item)", picture: try Pictures.grid(x, columns: row.count, open.domain)
      )
    }
    return [
      .heading("Nearest neighbours"),
      .gallery(title: "Nearest neighbours", rows: rows, caption: caption),
    ]
  }

  /// How dense codes lie, and which stand apart.
  func density() throws -> [Page.Block] {
    let items = Array(outliers.indices.sorted { outliers[$0] > outliers[$1] }.prefix(16))
    let charts: [Page.Block] = [
      .heading("Density and outliers"),
      .chart(
        Chart(
          "Log density of the codes", x: "nats", y: "examples", .histogram(Histogram(of: densities))
        ),
        caption:
          "By the distance to the \(table.each)th neighbour of each of \(examples.count) codes."),
      .chart(
        Chart(
          "Outlier factors", x: "local outlier factor", y: "examples",
          .histogram(Histogram(of: outliers))),
        caption: "About 1 inside a cloud; codes that stand apart have more."),
    ]
    let names = items.map { "\($0) (\(brief(outliers[$0])))" }.joined(separator: ", ")
    guard open.domain.isImage else {
      return charts + [.paragraph("Examples that stand apart, with their factors: \(names).")]
    }
    let picture = try Pictures.grid(
      try examples.batch(items).x, columns: items.count, open.domain)
    return charts + [
      .picture(
        picture, title: "Outliers",
        caption: "The test examples whose codes stand most apart, with their factors: \(names).")
    ]
  }

  /// How much each unit is used.
  func units() throws -> [Page.Block] {
    let activity = try ActiveUnits.activity(of: codes)
    let order = activity.indices.sorted { activity[$0] > activity[$1] }.prefix(60)
    let rest = activity.count - order.count
    return [
      .heading("Units"),
      .chart(
        Chart(
          "Use of the units", x: "unit", y: "variance",
          .bars(Bars(labels: order.map { "\($0)" }, values: order.map { activity[$0] }))),
        caption: "Variance of each unit's code over the test examples, most used first"
          + (rest > 0 ? "; \(rest) more units are used less." : ".")
          + " \(activity.count { $0 > 0.01 }) of \(activity.count) are active."),
    ]
  }
}
