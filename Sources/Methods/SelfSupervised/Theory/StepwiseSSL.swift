import Evaluation
import Files
import Foundation
import Learning
import Torch

/// The steps in which a linear joint embedding learns its dimensions from a small start: when each comes, predicted from
/// the eigenvalues of the views' cross moments, and measured.
///
/// - Source: Simon, Knutins, Ziyin, Geisz, Fetterman & Albrecht, *On the Stepwise Nature of Self-Supervised Learning*, ICML
///   2023, arXiv:2303.15438, section 4.
/// - Departs: gradient flow over the moments of a sample; the infinitely wide network of its section 5 is left out.
public struct StepwiseSSL: Study {
  public static let card = Card(
    id: "stepwise-ssl", title: "The steps of joint embeddings",
    source:
      "Simon et al., On the Stepwise Nature of Self-Supervised Learning, ICML 2023, arXiv:2303.15438",
    system: "S154",
    summary:
      "From a small start a joint embedding learns one dimension after another: the eigenvectors of the views' cross "
      + "moments, each at a time that goes with the inverse of its eigenvalue.")
  public static let inputs: [StudyInput] = []

  /// Dimensions of the embedding.
  public var outputs = 6
  /// Features of the views.
  public var features = 20
  /// Covariance of the strongest feature between the views.
  public var strongest = 1.0
  /// Covariance of each feature over that of the one before.
  public var fall = 0.7
  /// Regression coefficient of every feature between the views.
  public var coefficient = 0.5
  /// Deviation of the first map's entries, times the root of the number of features.
  public var start = 0.001
  /// Pairs of views in the sample.
  public var rows = 10_000
  /// Samples and starts.
  public var repeats = 3

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let runs = try (0..<repeats).map { index in
      let found = try course(room.seed.child(index), shouldStop: room.shouldStop)
      room.progress(index + 1, repeats)
      return found
    }
    return try findings(runs)
  }

  /// A flow in a world of its own, and its course.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func course(
    _ seed: Seed, shouldStop: @escaping () -> Bool
  ) throws -> (flow: StagedFlow, course: StagedCourse) {
    let random = RandomStream(seed)
    let world = PairedFeatures(
      covariances: (0..<features).map { strongest * pow(fall, Double($0)) },
      coefficients: (0..<features).map { _ in coefficient })
    let flow = try StagedFlow(
      world.moments(rows, random.child("views")).symmetric, outputs: outputs)
    return (
      flow,
      try StagedCourse(flow, size: start, random.child("start"), shouldStop: shouldStop)
    )
  }

  private func findings(_ runs: [(flow: StagedFlow, course: StagedCourse)]) throws -> Findings {
    let errors = runs.map(\.course.error)
    let alignments = try runs.map { try $0.flow.alignment($0.course.map, with: $0.flow.leading) }
    var findings = Findings(
      String(
        format:
          "Each of the %d dimensions comes within %.1f%% of its predicted time, and in the end they span %.1f%% of "
          + "the first eigenvectors' space; when one is half learned, %.1f%% of the next is there.",
        outputs, 100 * (exp(errors.mean) - 1), 100 * alignments.mean,
        100 * runs.map(\.course.overlap).mean))
    findings.add("mean distance of log times from the closed form", errors.mean)
    findings.add("share of the embedding in the first eigenvectors' space", alignments.mean)
    findings.add(
      "share of the next dimension when one is half learned", runs.map(\.course.overlap).mean)
    findings.add(
      table: "Time at which a dimension is half learned",
      ["repeat", "dimension", "eigenvalue", "predicted", "measured"],
      runs.enumerated().flatMap { place, run in
        run.course.predicted.indices.map { j -> [Findings.Cell] in
          let measured = run.course.measured[j]
          return [
            .number(Double(place + 1)), .number(Double(j + 1)), .number(run.flow.eigenvalues[j]),
            .number(run.course.predicted[j]), measured.isFinite ? .number(measured) : "never",
          ]
        }
      })
    if let first = runs.first?.course.course.thinned(to: 300) {
      findings.add(
        chart: "Eigenvalues of the embedded covariance", x: "time", y: "eigenvalue",
        (0..<outputs).map { j in
          Findings.Curve("\(j + 1)", x: first.times, y: first.strengths.map { $0[j] })
        })
    }
    return findings
  }

  private func validate() throws {
    try require(2...1000 ~= features, "--features \(features): must lie from 2 to 1000")
    try require(
      2...features ~= outputs,
      "--outputs \(outputs): must lie from 2 to the \(features) of --features")
    try require(0.001...1000 ~= strongest, "--strongest \(strongest): must lie from 0.001 to 1000")
    try require(
      0.01...1 ~= fall && pow(fall, Double(outputs)) > 1e-3,
      "--fall \(fall): must lie from 0.01 to 1, and the last dimension must keep a thousandth of the first"
    )
    try require(0.01...1 ~= coefficient, "--coefficient \(coefficient): must lie from 0.01 to 1")
    try require(
      start > 1e-12 && start * start * strongest < 0.1,
      "--start \(start): must be above 0, and its square times --strongest below 0.1")
    try require(
      rows > 2 * features && rows <= 1_000_000,
      "--rows \(rows): must be more than two for each feature, and at most a million")
    try require(1...1000 ~= repeats, "--repeats \(repeats): must lie from 1 to 1000")
  }
}
