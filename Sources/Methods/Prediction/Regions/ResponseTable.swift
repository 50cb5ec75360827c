import Datasets
import Evaluation
import Files
import Learning
import Torch

/// A person's table: features, several responses, and rows whose responses are asked for.
struct ResponseTable {
  let x: FeatureMatrix
  /// Only rows whose responses are all known count; the others hold 0.
  let y: FeatureMatrix
  /// Rows with responses.
  let known: [Int]
  /// Rows without.
  let asked: [Int]
  let scaleX: FeatureScale
  let scaleY: FeatureScale

  /// - Throws: ``UserError`` for fewer than two responses, missing features, or too few rows.
  init(_ inputs: NamedArrays, names: String) throws {
    let roles = names.split(separator: ",").map { String($0).trimmingSpaces }
    try require(
      !roles.isEmpty, "--responses: names of columns are needed, with commas between them")
    let responses = try roles.flatMap { try Self.columns(inputs, $0) }
    try require(
      (2...4).contains(responses.count),
      "there are \(responses.count) responses, and 2 to 4 are needed; --responses NAME,NAME says which columns they are"
    )
    let rows = responses[0].values.count
    try require(
      responses.allSatisfy { $0.values.count == rows },
      "the responses have columns of different length")
    x = try FeatureMatrix(inputs, apartFrom: roles, rows: rows)
    try require(x.width > 0, "beside the responses, columns with features are needed")
    y = FeatureMatrix(responses)
    let (values, width) = (y.values, y.width)
    known = (0..<rows).filter { row in
      (0..<width).allSatisfy { values[row * width + $0].isFinite }
    }
    let complete = Set(known)
    asked = (0..<rows).filter { !complete.contains($0) }
    try require(
      known.count >= 60, "there are \(known.count) rows with all responses, and 60 are needed")
    scaleX = FeatureScale(x.rows(known))
    scaleY = FeatureScale(y.rows(known))
    for (name, spread) in zip(y.names, scaleYRanges) {
      try require(spread > 0, "the response \(name) is the same in every row")
    }
  }

  private var scaleYRanges: [Double] {
    (0..<y.width).map { column in
      let values = known.map { y.values[$0 * y.width + column] }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
  }

  /// The columns of an array, in which numbers may be missing.
  private static func columns(
    _ inputs: NamedArrays, _ name: String
  ) throws -> [(name: String, values: [Double])] {
    guard case .numbers(let values, let shape) = try inputs.content(name) else {
      throw UserError("\(name) holds words, and a response is a number")
    }
    guard shape.count == 2 else {
      try require(shape.count == 1, "\(name) has shape \(shape), and [rows, responses] is needed")
      return [(name, values)]
    }
    return (0..<shape[1]).map { column in
      ("\(name) \(column + 1)", (0..<shape[0]).map { values[$0 * shape[1] + column] })
    }
  }

  /// Those rows, standardised.
  func data(_ rows: [Int]) -> PairedRows {
    PairedRows(
      x: scaleX(x.rows(rows)).tensor(.float32), y: scaleY(y.rows(rows)).tensor(.float32))
  }

  /// The known rows in random order: a fifth of what is not calibrated or judged on says when to stop.
  ///
  /// - Throws: ``UserError`` where a part has too few rows.
  func splits(calibration: Double, test: Double, _ seed: Seed) throws -> RegionSplits {
    let rows = shuffled(known.count, seed.child("splits")).map { known[$0] }
    let judged = Int(test * Double(rows.count)), held = Int(calibration * Double(rows.count))
    let left = rows.count - judged - held
    let stop = max(left / 5, 1)
    try require(
      judged >= 5 && held >= 10 && left - stop >= 10,
      "\(rows.count) rows are too few: \(left - stop) would be left to learn from, \(held) to calibrate and \(judged) to judge by"
    )
    return RegionSplits(
      train: data(Array(rows[(judged + held + stop)...])),
      validation: data(Array(rows[(judged + held)..<(judged + held + stop)])),
      calibration: data(Array(rows[judged..<(judged + held)])), test: data(Array(rows[..<judged])))
  }
}

extension String {
  /// Without spaces at either end.
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
