import Evaluation

/// Accuracies of one network on its examples and on new ones, at epochs that rise.
struct AccuracyCourse: Sendable {
  var epochs: [Double] = []
  var training: [Double] = []
  var test: [Double] = []

  /// When each accuracy first reached `goal`, on the line between the records on either side.
  func grokking(at goal: Double) -> GrokkingTime {
    GrokkingTime(fit: reached(goal, training), generalisation: reached(goal, test))
  }

  private func reached(_ goal: Double, _ curve: [Double]) -> Double {
    guard let place = curve.firstIndex(where: { $0 >= goal }) else { return .infinity }
    guard place > 0 else { return epochs[0] }
    let (from, to) = (epochs[place - 1], epochs[place])
    return from + (to - from) * (goal - curve[place - 1]) / (curve[place] - curve[place - 1])
  }
}
