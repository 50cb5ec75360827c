import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How long a student that fits its examples waits until it generalises, predicted for linear ones and measured.
///
/// - Source: Levi, Beck & Bar-Sinai, *Grokking in Linear Estimators: A Solvable Model that Groks without
///   Understanding*, ICLR 2024, arXiv:2310.16441, §3.
/// - Departs: the teacher's outputs have variance 1; full-batch gradient descent measures the flow. Students with a
///   hidden layer learn from a teacher with as many neurons, at a linear student's pace.
public struct LinearGrokking: Study {
  public static let card = Card(
    id: "linear-grokking", title: "Grokking in linear estimators",
    source:
      "Levi, Beck & Bar-Sinai, Grokking in Linear Estimators: A Solvable Model that Groks without "
      + "Understanding, ICLR 2024, arXiv:2310.16441",
    system: "S176",
    summary:
      "A linear student of a linear teacher generalises long after it fits; the delay follows from the spectrum of "
      + "its examples and from the tolerance that accuracy is judged by.")
  public static let inputs: [StudyInput] = []

  /// What teacher and student are: linear, or tanh with a hidden layer.
  public var student = StudentForm.linear
  /// Width of the hidden layer of tanh students.
  public var neurons = 100
  /// Inputs of teacher and student.
  public var dimension = 200
  /// Outputs of teacher and student.
  public var outputs = 1
  /// Inputs for each training example, at which decays and scales are compared.
  public var ratio = 0.8
  /// Inputs for each training example, compared at no decay and a scale of 1.
  public var ratios = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95]
  /// Weights of the squared norm in the loss.
  public var decays = [0.00001, 0.0001, 0.001]
  /// Sizes of the student's first weights; the teacher's are 1.
  public var scales = [0.1, 3.0, 10.0]
  /// Squared error up to which an output counts as right; the teacher's outputs have variance 1.
  public var tolerance = 0.001
  /// Accuracy that counts as having learnt.
  public var goal = 0.95
  /// Time after which a student that has not generalised is given up.
  public var horizon = 5000.0
  /// Teachers, samples and starts.
  public var repeats = 3

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let sweep = GrokkingSweep(students: students, seeds: repeats)
    let cells = try sweep.cells(
      plan, seed: room.seed, progress: room.progress, shouldStop: room.shouldStop)
    var findings = Findings(conclusion(cells))
    if let correlation = cells.correlation({ log10($0.predicted.delay) }) {
      findings.add("correlation of log delays, predicted and measured", correlation)
    }
    let errors = cells.flatMap { cell in
      cell.delays?.map { abs($0 - log10(cell.predicted.delay)) } ?? []
    }.filter(\.isFinite)
    if !errors.isEmpty { findings.add("median error", errors.median, unit: "decades of time") }
    let agree = cells.count { ($0.delays != nil) == $0.predicted.delay.isFinite }
    findings.add(
      "students that generalise or not, as predicted", Double(agree) / Double(cells.count))
    findings.add(
      table: "Time to \(goal) accuracy",
      [
        "ratio", "decay", "scale", "fit", "generalise", "delay", "delay, own spectrum",
        "measured delay", "low", "high",
      ], try cells.map(row))
    try LinearGrokkingCharts(study: self, cells: cells).add(to: &findings)
    return findings
  }

  var students: Students {
    Students(
      form: student, inputs: dimension, neurons: neurons, samples: 1, outputs: outputs,
      horizon: horizon, accuracy: ToleranceAccuracy(outputs: outputs, tolerance: tolerance),
      goal: goal)
  }

  /// All ratios plain, and all decays and scales at one ratio.
  var plan: [(ratio: Double, arms: [Students.Arm])] {
    let plain = Students.Arm(decay: 0, scale: 1)
    let varied =
      decays.map { Students.Arm(decay: $0, scale: 1) }
      + scales.map { Students.Arm(decay: 0, scale: $0) }
    let all = Set(ratios).union([ratio]).sorted()
    return all.map { ($0, $0 == ratio ? [plain] + varied.filter { $0 != plain } : [plain]) }
  }

  private func row(_ cell: GrokkingSweep.Cell) throws -> [Findings.Cell] {
    func time(_ value: Double) -> Findings.Cell { value.isFinite ? .number(value) : "never" }
    func delay(_ decades: [Double]?) -> Findings.Cell {
      decades.map { .number(pow(10, $0.mean)) } ?? "never"
    }
    let row: [Findings.Cell] = [
      .number(cell.ratio), .number(cell.arm.decay), .number(cell.arm.scale),
      time(cell.predicted.fit), time(cell.predicted.generalisation), time(cell.predicted.delay),
      delay(cell.sampledDelays), delay(cell.delays),
    ]
    guard let delays = cell.delays, delays.count > 1 else { return row + ["", ""] }
    let interval = try Estimate.mean(of: delays).interval
    return row + [.number(pow(10, interval.low)), .number(pow(10, interval.high))]
  }

  private func conclusion(_ cells: [GrokkingSweep.Cell]) -> String {
    let plain = Students.Arm(decay: 0, scale: 1)
    guard let slowest = cells.last(where: { $0.arm == plain && $0.predicted.delay.isFinite })
    else {
      return
        "With as many inputs as examples or more, and nothing else known, no student generalises."
    }
    var loose = students.accuracy
    loose.tolerance = min(1, tolerance * 1000)
    let eased = slowest.flow.grokking(loose, at: goal).delay
    func text(_ value: Double) -> String { String(format: "%.3g", value) }
    guard student == .linear else {
      return "At \(text(slowest.ratio)) inputs an example, a linear student's delay would be "
        + "\(text(slowest.predicted.delay)) units of time; what tanh students take stands beside."
    }
    return
      "At \(text(slowest.ratio)) inputs an example, generalising waits \(text(slowest.predicted.delay)) units of time "
      + "after fitting at a tolerance of \(text(tolerance)), and \(text(eased)) at \(text(loose.tolerance)), over the "
      + "same smooth loss: the delay is the slow small eigenvalues of the sample, read through a threshold."
  }

  private func validate() throws {
    try require(2...4000 ~= dimension, "--dimension \(dimension): must lie from 2 to 4000")
    try require(1...4000 ~= neurons, "--neurons \(neurons): must lie from 1 to 4000")
    try require(1...100 ~= outputs, "--outputs \(outputs): must lie from 1 to 100")
    for each in ratios + [ratio] {
      try require(each > 0.01 && each < 4, "--ratios \(each): must lie between 0.01 and 4")
    }
    for each in decays { try require(0...1 ~= each, "--decays \(each): must lie from 0 to 1") }
    let least = student == .linear ? 0 : 0.01  // No gradient leaves a network of zeros.
    for each in scales {
      try require(least...1e6 ~= each, "--scales \(each): must lie from \(least) to a million")
    }
    try require(tolerance > 0, "--tolerance \(tolerance): must be above 0")
    try require(goal > 0 && goal < 1, "--goal \(goal): must lie between 0 and 1")
    try require(1...1e6 ~= horizon, "--horizon \(horizon): must lie from 1 to a million")
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
  }
}
