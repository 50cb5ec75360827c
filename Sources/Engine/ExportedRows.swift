import Datasets
import Evaluation
import Exchange
import Files
import Foundation
import Learning
import Manual
import Neighbours
import Torch

/// The examples of some parts of the data with their codes, and what export writes of them.
final class ExportedRows {
  private(set) var table: ExportedTable
  /// Names of the classes.
  let classes: [String]
  /// The columns that Embedding Atlas is told of.
  private(set) var atlas = EmbeddingAtlas.Columns()
  private let title: String
  private let domain: Domain
  private let parts: [(name: String, examples: Examples)]

  /// Encodes all of `parts`.
  ///
  /// - Throws: `TensorError`, or what reading throws.
  init(
    _ parts: [(name: String, examples: Examples)], _ open: OpenSpace, _ codec: Codec,
    _ console: Console
  ) throws {
    self.parts = parts
    domain = open.domain
    classes = open.domain.classes
    let space = open.space
    title = stem(space.folder)
    let total = parts.reduce(0) { $0 + $1.examples.count }
    let line = console.progress("encode", total: total * (codec.decodes ? 2 : 1), unit: "examples")
    var codes: [Tensor] = []
    var errors: [Float?] = []
    var done = 0
    for part in parts {
      var scores = Scores(part.examples, seed: Seed(open.arguments.seed))
      scores.progress = { now, _ in line.update(done: done + now) }
      let found = try scores.codes(codec)
      done += part.examples.count
      codes.append(found)
      guard codec.decodes, domain.support != .tokens else { continue }
      errors += try scores.squaredError(codec, from: found).map { Float($0) }
      done += part.examples.count
    }
    line.finish()
    let all = try Tensor.concatenate(codes).flattened(from: 1).checked()
    var known = [
      TableColumn("index", .integers(parts.flatMap { Array(0..<$0.examples.count) }))
    ]
    if parts.count > 1 {
      known.append(
        TableColumn(
          "split", .texts(parts.flatMap { [String?](repeating: $0.name, count: $0.examples.count) })
        ))
    }
    known += try Self.labels(parts, classes) + Self.factors(parts, domain)
    if !errors.isEmpty { known.append(TableColumn("error", .numbers(errors))) }
    known += try ExportedCells(domain, space.description.preprocessing).columns(parts)
    let description = space.description
    table = ExportedTable(
      codes: try all.values(), width: all.size(1), known: known,
      about: [
        ("space", space.folder), ("method", description.method),
        ("source", description.source.spec),
        ("fingerprint", description.source.fingerprint),
        ("splits", parts.map(\.name).joined(separator: ",")), ("latent", Latent.version),
      ])
  }

  private static func labels(
    _ parts: [(name: String, examples: Examples)], _ classes: [String]
  ) throws -> [TableColumn] {
    var labels: [Int] = []
    for part in parts {
      guard let found = try part.examples.labels() else { return [] }
      labels += found
    }
    let names = labels.map { classes.indices.contains($0) ? classes[$0] : nil }
    return [TableColumn("label", .integers(labels)), TableColumn("class", .texts(names))]
  }

  private static func factors(
    _ parts: [(name: String, examples: Examples)], _ domain: Domain
  ) -> [TableColumn] {
    var rows: [[Float]] = []
    for part in parts {
      guard let found = part.examples.factors() else { return [] }
      rows += found
    }
    return domain.factors.enumerated().map { place, factor in
      TableColumn(factor.name, .numbers(rows.map { $0.indices.contains(place) ? $0[place] : nil }))
    }
  }

  /// Calls `body` with the inputs of all examples, some at a time, `[m]` + shape.
  private func eachBatch(_ body: (Tensor) throws -> Void) throws {
    for part in parts {
      for chunk in part.examples.chunks(of: 500) {
        guard !Interrupt.requested else { throw Export.stopped }
        try body(try part.examples.batch(chunk).x)
      }
    }
  }

  /// Every example as bytes `[h, w, c]`; nothing where they are no pictures of 1 or 3 channels.
  private func thumbnails() throws -> Projector.Thumbnails? {
    guard domain.isImage, [1, 3].contains(domain.shape[0]) else { return nil }
    let (c, h, w) = (domain.shape[0], domain.shape[1], domain.shape[2])
    var pictures: [[UInt8]] = []
    try eachBatch { x in
      let values: [Float] = try x.permuted(0, 2, 3, 1).contiguous().values()
      for start in stride(from: 0, to: values.count, by: c * h * w) {
        pictures.append(levels(values[start..<start + c * h * w]))
      }
    }
    return Projector.Thumbnails(height: h, width: w, channels: c, pictures: pictures)
  }

  /// Numbers as bytes: as they are where they are grey levels, else from the least to the greatest.
  private func levels(_ values: ArraySlice<Float>) -> [UInt8] {
    let isLevel = domain.support != .real
    let low = isLevel ? 0 : values.min() ?? 0
    let span = isLevel ? 1 : max((values.max() ?? 1) - low, .leastNormalMagnitude)
    return values.map { UInt8(max(0, min(255, (($0 - low) / span * 255).rounded()))) }
  }

  func writeProjector(in folder: String) throws -> [String] {
    try Projector.write(table, title: title, try thumbnails(), in: folder)
  }

  /// All codes, `[n, k]`.
  var codes: Tensor { Tensor(table.codes, shape: [table.count, table.width]) }

  /// Adds a column for each of `measures`.
  ///
  /// - Throws: `Stopped`, `TensorError`, or `UserError` for codes that are not finite.
  func measure(_ measures: [CodeMeasure], _ console: Console) throws {
    guard !measures.isEmpty else { return }
    let line = console.progress("measure", total: 100, unit: "%")
    let neighbours =
      try measures.allSatisfy { $0 == .cluster }
      ? nil : NeighbourTable(of: codes) { line.update(done: Int($0 * 100)) }
    for measure in CodeMeasure.allCases where measures.contains(measure) {
      guard !Interrupt.requested else { throw Export.stopped }
      let values: TableColumn.Values
      switch measure {
      case .density:
        values = .numbers((neighbours?.logDensities(width: table.width) ?? []).map { $0 })
      case .outlier: values = .numbers((neighbours?.outlierFactors() ?? []).map { $0 })
      case .cluster:
        let count = CodeClusters.count(classes: classes.count, items: table.count)
        let names = CodeClusters.names(count)
        values = .texts(try CodeClusters.labels(of: codes, count: count).map { names[Int($0)] })
      }
      _ = add(measure.rawValue, values, to: &table)
    }
    line.finish()
  }

  /// Writes a place on `map` for each example, its nearest ones, and its picture.
  func writeAtlas(
    in folder: String, _ map: ExportedMap, neighbours: Int, _ console: Console
  ) throws -> [String] {
    let codes = codes
    var columns = EmbeddingAtlas.Columns()
    var table = table
    let places = try map.places(of: codes, console)
    columns.x = add(
      "x", .numbers(try places[.all, 0].values(as: Float.self).map { $0 }), to: &table)
    columns.y = add(
      "y", .numbers(try places[.all, 1].values(as: Float.self).map { $0 }), to: &table)
    if neighbours > 0, table.count > 1 {
      let line = console.progress("neighbours", total: table.count, unit: "examples")
      let found: NeighbourLists
      do {
        found = try NearestNeighbours(neighbours).find(among: codes, seed: Seed(0)) { done in
          line.update(done: Int(done * Double(table.count)))
          return !Interrupt.requested
        }
      } catch is MapStopped { throw Export.stopped }
      line.finish()
      columns.neighbours = add(
        "neighbours",
        .neighbours(
          try found.places.values(as: Int32.self).map(Int.init),
          distances: try found.distances.values(), width: found.places.size(1)), to: &table)
    }
    if let thumbnails = try thumbnails() {
      let urls = try thumbnails.pictures.map { pixels -> String? in
        let png = try PNG.encode(
          pixels: pixels, width: thumbnails.width, height: thumbnails.height,
          channels: thumbnails.channels)
        return "data:image/png;base64,\(png.base64EncodedString())"
      }
      columns.picture = add("picture", .texts(urls), to: &table)
    } else if domain.support == .tokens {
      columns.text = table.known.first { $0.name == "text" }?.name
    }
    atlas = columns
    return try EmbeddingAtlas.write(table, columns, in: folder)
  }

  /// Adds a column, under a name of its own.
  private func add(
    _ name: String, _ values: TableColumn.Values, to table: inout ExportedTable
  ) -> String {
    table = ExportedTable(
      codes: table.codes, width: table.width, known: table.known + [TableColumn(name, values)],
      about: table.about)
    return table.known.last?.name ?? name
  }

  /// The parts of the data, by name.
  var splits: [String] { parts.map(\.name) }
}

/// The cells of a table, or the texts, that examples were made of.
struct ExportedCells {
  private let domain: Domain
  private let preprocessing: Preprocessing

  init(_ domain: Domain, _ preprocessing: Preprocessing) {
    self.domain = domain
    self.preprocessing = preprocessing
  }

  /// Columns as the person's file has them; none where examples are neither rows of a table nor texts.
  func columns(_ parts: [(name: String, examples: Examples)]) throws -> [TableColumn] {
    if domain.support == .tokens, domain.shape.count == 1 { return [try texts(parts)] }
    let columns = preprocessing.columns
    let width = columns.reduce(0) { $0 + max(1, $1.values.count) }
    guard !columns.isEmpty, domain.shape == [width] else { return [] }
    var numbers = [[Float?]](repeating: [], count: columns.count)
    var names = [[String?]](repeating: [], count: columns.count)
    for part in parts {
      for chunk in part.examples.chunks(of: 500) {
        let batch = try part.examples.batch(chunk)
        let values: [Float] = try batch.x.values()
        let observed: [Float]? = try batch.observed?.values()
        for row in 0..<chunk.count {
          var start = row * width
          for (place, column) in columns.enumerated() {
            let isThere = observed.map { $0[start] == 1 } ?? true
            if column.values.isEmpty {
              numbers[place].append(isThere ? values[start] * column.deviation + column.mean : nil)
            } else {
              let set = (0..<column.values.count).first { values[start + $0] == 1 }
              names[place].append(set.map { column.values[$0] })
            }
            start += max(1, column.values.count)
          }
        }
      }
    }
    return columns.indices.map { place in
      columns[place].values.isEmpty
        ? TableColumn(columns[place].name, .numbers(numbers[place]))
        : TableColumn(columns[place].name, .texts(names[place]))
    }
  }

  /// Byte tokens as text, up to the filler.
  private func texts(_ parts: [(name: String, examples: Examples)]) throws -> TableColumn {
    let length = domain.shape[0]
    var texts: [String?] = []
    for part in parts {
      for chunk in part.examples.chunks(of: 500) {
        let tokens = try part.examples.batch(chunk).x.values(as: Float.self)
        for start in stride(from: 0, to: tokens.count, by: length) {
          texts.append(Domain.text(of: tokens[start..<start + length]))
        }
      }
    }
    return TableColumn("text", .texts(texts))
  }
}
