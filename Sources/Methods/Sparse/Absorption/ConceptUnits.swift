import Evaluation
import Torch

/// The few units of a dictionary that stand for a concept, and the rule that reads it from them alone.
///
/// - Source: Chanin et al., 2024, §4: k-sparse probing, where a unit more counts as a part of the concept if F1 rises by
///   more than a threshold.
/// - Departs: units are taken in the order of the differences of their means over the deviation within classes, as in
///   Gurnee et al., 2023, instead of the weights of an L1 probe; where the rule says yes is where F1 is best.
struct ConceptUnits {
  /// Those that stand for the concept.
  let units: [Int]
  /// What codes of these units are multiplied with, `[1, k]`.
  private let scale: Tensor
  private let model: LogisticRegression.Model
  private let threshold: Double

  /// The units of codes `[n, m]`, in double precision, of which `holds` says where the concept is: at most `most`, each of
  /// which adds more than `gain` to F1.
  ///
  /// - Throws: `TensorError` that the codes carry.
  init(_ codes: Tensor, _ holds: [Bool], most: Int, gain: Double) throws {
    let order = try Self.ranked(codes, holds)
    let labels = holds.map { $0 ? 1 : 0 }
    func fitted(_ count: Int) throws -> (found: ConceptUnits, f1: Double) {
      let units = Array(order.prefix(count))
      let x = codes.indexSelect(1, Tensor(units.map(Int64.init)))
      let scale = 1 / x.abs().max(over: 0, keep: true).clamped(atLeast: 1e-12)
      let model = try LogisticRegression(penalty: 0.1).fit(x * scale, labels, classes: 2)
      let cut = Self.cut(try Self.scores(model, x * scale), holds)
      return (
        ConceptUnits(units: units, scale: scale, model: model, threshold: cut.threshold), cut.f1
      )
    }
    var best = try fitted(1)
    for count in 1..<max(1, min(most, order.count)) {
      let next = try fitted(count + 1)
      guard next.f1 > best.f1 + gain else { break }
      best = next
    }
    self = best.found
  }

  private init(units: [Int], scale: Tensor, model: LogisticRegression.Model, threshold: Double) {
    (self.units, self.scale, self.model) = (units, scale, model)
    self.threshold = threshold
  }

  /// Whether the rule finds the concept in codes, `[n, m]`.
  ///
  /// - Throws: `TensorError` that the codes carry.
  func finds(_ codes: Tensor) throws -> [Bool] {
    let x = codes.to(.float64).indexSelect(1, Tensor(units.map(Int64.init))) * scale
    return try Self.scores(model, x).map { $0 > threshold }
  }

  /// Units that are more active with the concept, those first that tell it best; the best of all where none is.
  private static func ranked(_ codes: Tensor, _ holds: [Bool]) throws -> [Int] {
    func rows(_ wanted: Bool) -> Tensor {
      let places = holds.indices.filter { holds[$0] == wanted }
      return codes.indexSelect(0, Tensor(places.map(Int64.init)))
    }
    let (with, without) = (rows(true), rows(false))
    let within = with.variance(over: 0, correction: 0) + without.variance(over: 0, correction: 0)
    let gaps = (with.mean(over: 0) - without.mean(over: 0)) / (within * 0.5 + 1e-12).squareRoot()
    let order = gaps.sorted(along: 0, descending: true)
    let (values, places) = try (order.values.values(as: Double.self), order.indices.places())
    return Array(places.prefix(max(1, values.count { $0 > 0 })))
  }

  private static func scores(_ model: LogisticRegression.Model, _ x: Tensor) throws -> [Double] {
    let logs = model.logProbabilities(x)
    return try (logs.selected(1, 1) - logs.selected(1, 0)).values(as: Double.self)
  }

  /// Above which score saying yes has the best F1, and that F1.
  static func cut(_ scores: [Double], _ holds: [Bool]) -> (threshold: Double, f1: Double) {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let all = holds.count { $0 }
    var best = (threshold: Double.infinity, f1: 0.0)
    var right = 0
    for (place, index) in order.enumerated() {
      if holds[index] { right += 1 }
      let next = place + 1 < order.count ? scores[order[place + 1]] : -Double.infinity
      // Equal scores are told apart by no threshold.
      guard next < scores[index] else { continue }
      let f1 = 2 * Double(right) / Double(place + 1 + all)
      if f1 > best.f1 { best = ((scores[index] + next) / 2, f1) }
    }
    return best
  }
}
