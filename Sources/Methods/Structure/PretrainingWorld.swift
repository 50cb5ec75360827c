import Foundation
import Torch

/// A world with unlabelled and labelled examples, and a way of pretraining in it.
protocol PretrainingWorld: Sendable {
  /// Ways of learning from the labelled examples alone.
  static var rivals: [String] { get }

  /// What theory says of the pretrained risk.
  ///
  /// - Throws: `TensorError`.
  func prediction() throws -> PretrainingPrediction

  /// Excess risks in the world of `seed`; smaller numbers of examples are the first of the larger.
  ///
  /// - Throws: `TensorError`.
  func measure(_ seed: Seed, unlabelled: [Int], labelled: [Int]) throws -> PretrainingRisks
}

/// Excess risks in one world.
struct PretrainingRisks {
  /// By place among the unlabelled: of the best head, which labels without end would find.
  var representation: [Double] = []
  /// By place among the unlabelled and the labelled, means over sets of labels.
  var pretrained: [[Double]] = []
  /// By rival and place among the labelled.
  var alone: [[Double]] = []
}

extension PretrainingRisks {
  /// Of representations, with pretrained risks of 0 to add to for each number of labels.
  init(_ representation: [Double], labelled: Int) {
    self.representation = representation
    pretrained = representation.map { _ in Array(repeating: 0, count: labelled) }
  }
}

/// The excess risk in first order, a term of the representation and one of the head, with their constants.
struct PretrainingPrediction: Equatable, Sendable {
  /// The representation's term times the number of unlabelled examples.
  let representation: Double
  /// The head's term times the number of labels that count.
  let head: Double
  /// Numbers that the head has; what the representation lost is noise for each of them.
  let slopes: Int
  /// Labels that do not count: least squares of k slopes of normal inputs has n − k − 1 in place of n.
  var spent = 0

  func risk(unlabelled m: Int, labelled n: Int) -> Double {
    let lost = representation / Double(m)
    guard n > spent else { return .infinity }
    return lost + (head + lost * Double(slopes)) / Double(n - spent)
  }
}

/// Excess risks over numbers of unlabelled and labelled examples.
struct PretrainingGrid {
  let world: any PretrainingWorld
  let prediction: PretrainingPrediction
  let unlabelled: [Int]
  let labelled: [Int]
  /// Of each world measured so far.
  private(set) var worlds: [PretrainingRisks] = []

  /// - Throws: `TensorError`.
  init(_ world: any PretrainingWorld, _ unlabelled: [Int], _ labelled: [Int]) throws {
    self.world = world
    self.unlabelled = unlabelled
    self.labelled = labelled
    prediction = try world.prediction()
  }

  /// Adds the world of `seed`.
  ///
  /// - Throws: `TensorError`.
  mutating func measure(_ seed: Seed) throws {
    worlds.append(try world.measure(seed, unlabelled: unlabelled, labelled: labelled))
  }

  /// The risks of the worlds at a place among the unlabelled and one among the labelled.
  func pretrained(_ i: Int, _ j: Int) -> [Double] { worlds.map { $0.pretrained[i][j] } }

  /// The risks of the worlds at a place among the unlabelled, with labels without end.
  func representation(_ i: Int) -> [Double] { worlds.map { $0.representation[i] } }

  /// The risks of the worlds, of one rival at a place among the labelled.
  func alone(_ rival: Int, _ j: Int) -> [Double] { worlds.map { $0.alone[rival][j] } }

  /// The mean risk of labels alone: of the rival that does best there, chosen by the risk itself.
  func alone(_ j: Int) -> Double {
    type(of: world).rivals.indices.map { alone($0, j).mean }.min() ?? .infinity
  }

  func predicted(_ i: Int, _ j: Int) -> Double {
    prediction.risk(unlabelled: unlabelled[i], labelled: labelled[j])
  }
}
