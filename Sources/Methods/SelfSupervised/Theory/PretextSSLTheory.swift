import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How few labels a linear head needs on what a pretext task has learned, over the dependence of the parts of an example
/// given what the label says.
///
/// - Source: Lee, Lei, Saunshi & Zhuo, *Predicting What You Already Know Helps: Provable Self-Supervised Learning*, NeurIPS
///   2021, arXiv:2008.01064: theorem 3.2 for independence, 4.2 for less, and section 5 for canonical correlations.
/// - Departs: functions are rectified random features of one size for all arms, solved exactly with a penalty chosen by
///   leaving one out.
public struct PretextSSLTheory: Study {
  public static let card = Card(
    id: "pretext-ssl-theory", title: "Pretext tasks and conditional independence",
    source:
      "Lee, Lei, Saunshi & Zhuo, Predicting What You Already Know Helps: Provable Self-Supervised Learning, NeurIPS "
      + "2021, arXiv:2008.01064",
    system: "S345",
    summary:
      "Where two parts of an example are independent given its cluster, what one predicts of the other holds all that a "
      + "linear head needs, from about as many labels as there are clusters; dependence takes that away gradually."
  )
  public static let inputs: [StudyInput] = []

  /// Clusters; a label says whether the number of an example's cluster is odd.
  public var clusters = 4
  /// Numbers in each part of an example.
  public var dimension = 10
  /// Deviation of the clusters' centres, in deviations of the noise.
  public var separation = 1.0
  /// Correlations of the noise of the two parts, compared.
  public var dependences = [0.0, 0.3, 0.6, 0.9]
  /// Numbers of labelled examples, compared.
  public var labels = [8, 16, 32, 64, 128, 256]
  /// Unlabelled examples that the pretext task learns from.
  public var unlabelled = 10_000
  /// Nonlinear functions of a part that features are made of.
  public var functions = 300
  /// Sets of labelled examples for each number.
  public var repeats = 10

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let grids = try dependences.enumerated().map { index, dependence in
      try refuseToGoOn(room.shouldStop())
      let grid = try PretextGrid(study: self, dependence: dependence, seed: room.seed)
      room.progress(index + 1, dependences.count)
      return grid
    }
    return PretextFindings(study: self, grids: grids).findings
  }

  private func validate() throws {
    try require(2...50 ~= clusters, "--clusters \(clusters): must lie from 2 to 50")
    try require(
      clusters - 1...200 ~= dimension,
      "--dimension \(dimension): must lie from \(clusters - 1), one less than --clusters, to 200")
    try require(0.1...10 ~= separation, "--separation \(separation): must lie from 0.1 to 10")
    try require(!dependences.isEmpty, "--dependences: at least one is needed")
    for each in dependences {
      try require(0...0.999 ~= each, "--dependences \(each): must lie from 0 to 0.999")
    }
    try require(!labels.isEmpty, "--labels: at least one is needed")
    for each in labels {
      try require(4...100_000 ~= each, "--labels \(each): must lie from 4 to 100000")
    }
    try require(10...2000 ~= functions, "--functions \(functions): must lie from 10 to 2000")
    try require(
      2 * functions...1_000_000 ~= unlabelled,
      "--unlabelled \(unlabelled): must lie from twice --functions to a million")
    try require(1...1000 ~= repeats, "--repeats \(repeats): must lie from 1 to 1000")
  }
}
