import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Something known or measured of every item, to colour a map by.
struct Column: Sendable {
  /// Where it comes from.
  enum Origin: String, Sendable { case data, measure, cluster }

  /// The values of all items.
  enum Values: Sendable {
    /// Places among the column's classes, −1 for none.
    case classes([Int64])
    case numbers([Float])

    /// As a NumPy array.
    var data: Data {
      switch self {
      case .classes(let values): NPY.data(values, shape: [values.count])
      case .numbers(let values): NPY.data(values, shape: [values.count])
      }
    }
  }

  let name: String
  let origin: Origin
  /// Names of the classes; nothing where it holds numbers.
  let classes: [String]?
  let values: Computed<Values>

  /// What `latent export --measures` calls it, where it only adds it when asked.
  var measure: String? {
    origin == .data ? nil : CodeMeasure(rawValue: name)?.rawValue
  }
}

extension Column {
  /// The columns that a space's items have.
  static func all(of work: SpaceWork, _ labels: [Int]?) throws -> [Column] {
    guard let items = work.items else { return [] }
    let domain = work.space.description.domain
    var columns: [Column] = []
    if let labels, !domain.classes.isEmpty {
      columns.append(
        Column(
          name: "class", origin: .data, classes: domain.classes,
          values: Computed(by: work.workers) { _ in .classes(labels.map(Int64.init)) }))
    }
    let taken = Set(["class", "error", "density", "outlier", "cluster"])
    columns += (factors(work, items) + ofTable(work, items)).filter { !taken.contains($0.name) }
    return columns + measured(work, items)
  }

  /// Known factors of a world.
  private static func factors(_ work: SpaceWork, _ items: Examples) -> [Column] {
    let known = work.space.description.domain.factors
    guard !known.isEmpty, items.count > 0 else { return [] }
    return known.enumerated().map { place, factor in
      let isClass = factor.values > 0
      return Column(
        name: factor.name, origin: .data,
        classes: isClass ? (0..<factor.values).map(String.init) : nil,
        values: Computed(by: work.workers) { _ in
          let rows = items.factors() ?? []
          return isClass
            ? .classes(rows.map { Int64($0[place]) }) : .numbers(rows.map { $0[place] })
        })
    }
  }

  /// Columns of a table, in the units in which it has them.
  private static func ofTable(_ work: SpaceWork, _ items: Examples) -> [Column] {
    var start = 0
    return work.space.description.preprocessing.columns.prefix(1000).map { column in
      let place = start
      let width = max(1, column.values.count)
      start += width
      let isClass = !column.values.isEmpty
      return Column(
        name: column.name, origin: .data, classes: isClass ? column.values : nil,
        values: Computed(by: work.workers) { _ in
          let inputs = try Self.inputs(of: items, from: place, width: width)
          guard isClass else {
            return .numbers(inputs.map { $0[0] * column.deviation + column.mean })
          }
          return .classes(inputs.map { row in Int64(row.firstIndex { $0 > 0.5 } ?? -1) })
        })
    }
  }

  private static func inputs(
    of items: Examples, from place: Int, width: Int
  ) throws -> [[Float]] {
    try items.chunks(of: 1000).flatMap { chunk in
      let x = try items.batch(chunk).x.flattened(from: 1)
      let part: [Float] = try x.sliced(1, place, place + width).contiguous().values()
      return chunk.indices.map { Array(part[$0 * width..<($0 + 1) * width]) }
    }
  }

  private static func measured(_ work: SpaceWork, _ items: Examples) -> [Column] {
    guard let codec = Codec(of: work.space.network) else { return [] }
    let domain = work.space.description.domain
    var columns: [Column] = []
    func add(
      _ name: String,
      _ make: @escaping @Sendable (@escaping Computed<Values>.Report) throws -> [Float]
    ) {
      columns.append(
        Column(
          name: name, origin: .measure, classes: nil,
          values: Computed(by: work.workers) { .numbers(try make($0)) }))
    }
    if codec.decodes, domain.support != .tokens {
      add("error") { report in
        guard let codec = Codec(of: work.space.network) else { return [] }
        var scores = Scores(items, seed: Seed(0))
        scores.progress = { report(Double($0) / Double(max(1, $1))) }
        return try scores.squaredError(codec, from: work.codes.valueHere().tensor).map(Float.init)
      }
    }
    add("density") { _ in
      try work.neighbours.valueHere().logDensities(width: work.codes.valueHere().width)
    }
    add("outlier") { _ in try work.neighbours.valueHere().outlierFactors() }
    let clusters = CodeClusters.count(classes: domain.classes.count, items: items.count)
    columns.append(
      Column(
        name: "cluster", origin: .cluster, classes: CodeClusters.names(clusters),
        values: Computed(by: work.workers) { _ in
          .classes(try CodeClusters.labels(of: work.codes.valueHere().tensor, count: clusters))
        }))
    return columns
  }
}
