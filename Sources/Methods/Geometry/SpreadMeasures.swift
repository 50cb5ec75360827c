import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How much of their space a person's codes use, by the ten measures of spread.
///
/// - Source: Marbut, McKinney-Bock & Wheeler, *Reliable measures of spread in high dimensional latent spaces*, ICML 2023,
///   arXiv:2212.08172.
/// - Departs: as ``SpreadFigures``; every value stands beside those of clouds whose spread is known.
public struct SpreadMeasures: Study {
  public static let card = Card(
    id: "spread-measures", title: "Measures of spread",
    source:
      "Marbut, McKinney-Bock & Wheeler, Reliable Measures of Spread in High Dimensional Latent Spaces, ICML 2023, "
      + "arXiv:2212.08172",
    system: "S185",
    summary:
      "Two measures of spread that are in use and eight that were proposed for them, of codes, beside what they are for as "
      + "many points of the standard normal and of balls that are flattened; EEE and VRM are those to compare spaces by."
  )
  public static let inputs = [
    StudyInput(
      "codes", "A matrix [examples, units]; without it every column of numbers is a unit.",
      optional: true)
  ]

  /// Codes to measure, drawn where there are more.
  public var points = 5000
  /// Shortest axis, over the longest, of the flattened balls to compare with.
  public var flatness = [0.5, 0.1]

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try require(20...100_000 ~= points, "--points \(points): must lie from 20 to 100000")
    for each in flatness {
      try require(each > 0 && each <= 1, "--flatness \(each): must lie above 0, up to 1")
    }
    let codes = try codes(room)
    let (n, d) = (codes.size(0), codes.size(1))
    try require(d >= 2, "codes of one number have no directions to be spread over")
    let seed = room.seed.child("normal")
    let own = try SpreadFigures(codes, seed)
    room.progress(1, flatness.count + 2)
    var columns = ["measure", "these codes", "standard normal"]
    var others = [
      try SpreadFigures(
        RandomStream(room.seed.child("other normal")).normal([n, d], type: .float64), seed)
    ]
    for (place, each) in flatness.enumerated() {
      room.progress(place + 2, flatness.count + 2)
      try require(!room.shouldStop(), "stopped")
      let ball = SpreadCloud.ball.points(
        n, d, spread: each, RandomStream(room.seed.child("ball").child(place)))
      others.append(try SpreadFigures(ball, seed))
      columns.append("ball flattened to \(each)")
    }
    return findings(own, others, columns + ["more spread is"], n, d)
  }

  private func codes(_ room: StudyRoom) throws -> Tensor {
    let inputs = room.inputs
    let matrix = try (inputs.has("codes") ? ["codes"] : inputs.names).first {
      if case .numbers(_, let shape) = try inputs.content($0) { shape.count == 2 } else { false }
    }
    let table: FeatureMatrix
    if let matrix {
      table = try FeatureMatrix(matrix: matrix, of: inputs)
    } else {
      let columns = try inputs.names.filter {
        if case .numbers = try inputs.content($0) { true } else { false }
      }
      try require(!columns.isEmpty, "the files hold no column of numbers")
      table = try FeatureMatrix(columns: columns, of: inputs)
    }
    guard table.count > points else { return table.tensor() }
    var random = SplitMix(room.seed.child("points"))
    return table.rows(Array(0..<table.count).shuffled(using: &random).prefix(points).sorted())
      .tensor()
  }

  private func findings(
    _ own: SpreadFigures, _ others: [SpreadFigures], _ columns: [String], _ n: Int, _ d: Int
  ) -> Findings {
    func value(_ measure: SpreadMeasure) -> Double { own.values[measure] ?? .nan }
    let (early, entropy) = (value(.earlyEnrichment), value(.entropyRatio))
    var findings = Findings(
      "\(n) codes of \(d) numbers: EEE \(brief(early)) and VRM \(brief(entropy)), where the standard normal has "
        + "\(brief(others[0].values[.earlyEnrichment] ?? .nan)) and "
        + "\(brief(others[0].values[.entropyRatio] ?? .nan)); smaller is more spread.")
    for measure in SpreadMeasure.allCases { findings.add(measure.title, value(measure)) }
    findings.add(
      table: "Measures of spread", columns,
      SpreadMeasure.allCases.map { measure in
        [.word(measure.title)]
          + ([own] + others).map { .number($0.values[measure] ?? .nan) }
          + [.word(measure.sign > 0 ? "larger" : "smaller")]
      })
    return findings
  }

  private func brief(_ value: Double) -> String { String(format: "%.3g", value) }
}
