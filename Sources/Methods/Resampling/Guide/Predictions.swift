import Datasets
import Evaluation
import Files

/// What one or several models predicted for the same rows, and where the rows were judged.
struct Predictions {
  /// The models' columns.
  let models: [String]
  /// Whether each row was right, `[model][row]`.
  let hits: [[Bool]]
  /// The rows of each part that was judged by one training; nothing where there was one in all.
  let parts: [[[Int]]]  // [repeat][fold][row]

  /// The columns `label`, one for each model, and where they are there `fold` and `repeat`.
  ///
  /// - Throws: ``UserError`` for columns of different length, one class only, or no model.
  init(_ inputs: NamedArrays, models wanted: [String]) throws {
    let label = try inputs.classes("label")
    let rows = label.codes.count
    try require(
      label.names.count > 1,
      "label holds one class only, \(label.names.first ?? "none"); two are needed to judge by")
    models = try Self.chosen(inputs, wanted)
    try require(!models.isEmpty, "beside label, a column with a model's predictions is needed")
    hits = try models.map { model in
      let predicted = try inputs.classes(model)
      try require(
        predicted.codes.count == rows,
        "\(model) has \(predicted.codes.count) rows and label has \(rows): they must be as many")
      let places = predicted.names.map { label.names.firstIndex(of: $0) }
      return zip(predicted.codes, label.codes).map { places[$0] == $1 }
    }
    parts = try Self.parts(inputs, rows: rows)
  }

  /// The columns that may hold predictions: all but the named roles, or those that were asked for.
  static func chosen(_ inputs: NamedArrays, _ wanted: [String]) throws -> [String] {
    for name in wanted { _ = try inputs.content(name) }
    return wanted.isEmpty ? inputs.names(apartFrom: ["label", "fold", "repeat"]) : wanted
  }

  private static func parts(_ inputs: NamedArrays, rows: Int) throws -> [[[Int]]] {
    let columns = try ["repeat", "fold"].map { name in
      guard inputs.has(name) else { return Array(repeating: 0, count: rows) }
      let codes = try inputs.classes(name).codes
      try require(
        codes.count == rows,
        "\(name) has \(codes.count) rows and label has \(rows): they must be as many")
      return codes
    }
    guard inputs.has("repeat") || inputs.has("fold") else { return [] }
    var parts: [[[Int]]] = Array(
      repeating: Array(repeating: [], count: (columns[1].max() ?? 0) + 1),
      count: (columns[0].max() ?? 0) + 1)
    for row in 0..<rows { parts[columns[0][row]][columns[1][row]].append(row) }
    if let missing = parts.firstIndex(where: { $0.contains(where: \.isEmpty) }) {
      throw UserError(
        "repeat \(missing + 1) lacks one of the folds: every repeat needs rows of every fold")
    }
    try require(
      parts.joined().count > 1, "fold and repeat name one part only, and two are needed")
    return parts
  }

  /// The accuracy of a model in each part, `[repeat][fold]`.
  func accuracies(_ model: Int) -> [[Double]] {
    parts.map { folds in
      folds.map { rows in Double(rows.count { hits[model][$0] }) / Double(rows.count) }
    }
  }

  /// Examples judged for each one trained on; `training` where the rows were held out, not folded.
  ///
  /// - Throws: ``UserError`` where the parts are repeated hold-outs and `training` is not known.
  func testShare(training: Int) throws -> Double {
    let sizes = parts.joined().map { Double($0.count) }
    if training > 0 { return sizes.mean / Double(training) }
    let folds = parts[0].count
    try require(
      folds > 1,
      "repeat without fold means repeated hold-outs: say with --training how many examples each was "
        + "fitted to")
    return 1 / Double(folds - 1)
  }
}
