import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How long a network that fits its examples waits until it generalises, over how lazily it trains, how far its first
/// features are from the target, and how many examples it has.
///
/// - Source: Kumar, Bordelon, Gershman & Pehlevan, *Grokking as the Transition from Lazy to Rich Training Dynamics*,
///   ICLR 2024, arXiv:2310.06110, §5.
/// - Departs: in place of the paper's DMFT, whose averages over examples need their whole history, the prediction is the
///   closed recursion of the mean and the second moment of infinitely many neurons, on a sample that the network
///   does not see; modular addition is learnt by two layers with squares in place of a transformer; images are learnt
///   without weight decay.
public struct GrokkingLazyRich: Study {
  public static let card = Card(
    id: "grokking-lazy-rich", title: "Grokking from lazy to rich training",
    source: "Kumar, Bordelon, Gershman & Pehlevan, Grokking as the Transition from Lazy to Rich "
      + "Training Dynamics, ICLR 2024, arXiv:2310.06110",
    system: "S441",
    summary:
      "A two-layer network learns a squared projection by plain gradient descent: it first fits with the features it "
      + "starts with and generalises when it finds the target's, the later the lazier its output scale makes it."
  )
  public static let inputs: [StudyInput] = []

  /// Inputs of the network.
  public var dimension = 40
  /// Its neurons.
  public var neurons = 200
  /// Scales of the output, compared at the first curvature and the first ratio; more is lazier.
  public var scales = [0.125, 0.5, 2.0]
  /// Curvatures of the neurons, compared at the middle scale; less leaves the first features less of the target.
  public var curvatures = [0.25, 1.0]
  /// Examples for each input, compared at the middle scale.
  public var ratios = [6.0, 12.0, 24.0]
  /// Step size of gradient descent, for each neuron's share.
  public var rate = 0.5
  /// Share of the target's variance below which a loss counts as learnt.
  public var goal = 0.1
  /// Epochs after which a network that has not generalised is given up.
  public var horizon = 30_000
  /// Targets, samples and starts.
  public var repeats = 3
  /// Modulus of the sums that are learnt beside; 0 leaves them out.
  public var modulus = 13
  /// Scales of the output for sums.
  public var modularScales = [0.03, 0.05, 0.1]
  /// Labelled images that are learnt beside, by name or path, such as mnist; empty leaves them out.
  public var source = ""
  /// Images to learn from.
  public var images = 1000
  /// Passes over the images after which a network that has not generalised is given up.
  public var epochs = 1000
  /// Scales of the output for images.
  public var imageScales = [0.001, 0.005, 0.01]

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let opened = source.isEmpty ? nil : try Source.open(source)
    let sweep = LazyRichSweep(
      dimension: dimension, neurons: neurons, rate: rate, goal: goal, horizon: horizon)
    let arms = arms
    var done = 0
    let cells = try arms.map { arm in
      (
        arm,
        try (0..<repeats).map { index in
          let run = try sweep.run(arm, seed: room.seed.child(index), shouldStop: room.shouldStop)
          done += 1
          room.progress(done, arms.count * repeats)
          return run
        }
      )
    }
    var findings = LazyRichFindings(study: self, cells: cells).findings
    if modulus > 0 { try addSums(to: &findings, room) }
    if let opened { try addImages(of: opened, to: &findings, room) }
    return findings
  }

  /// The scale, curvature and ratio that the others vary about.
  var middle: LazyRichSweep.Arm {
    LazyRichSweep.Arm(
      student: QuadraticStudent(
        scale: scales[scales.count / 2], curvature: curvatures.first ?? 0.25),
      ratio: ratios.first ?? 6)
  }

  private var arms: [LazyRichSweep.Arm] {
    var arms: [LazyRichSweep.Arm] = []
    func add(_ change: (inout LazyRichSweep.Arm) -> Void) {
      var arm = middle
      change(&arm)
      if !arms.contains(arm) { arms.append(arm) }
    }
    for scale in scales { add { $0.student.scale = scale } }
    for curvature in curvatures { add { $0.student.curvature = curvature } }
    for ratio in ratios { add { $0.ratio = ratio } }
    return arms
  }

  private func validate() throws {
    try require(4...1000 ~= dimension, "--dimension \(dimension): must lie from 4 to 1000")
    try require(1...100_000 ~= neurons, "--neurons \(neurons): must lie from 1 to 100000")
    for (name, values) in [
      ("scales", scales), ("curvatures", curvatures), ("ratios", ratios),
      ("modular-scales", modularScales), ("image-scales", imageScales),
    ] {
      try require(!values.isEmpty, "--\(name): must be one or more numbers")
      for value in values {
        try require(value > 0 && value <= 1000, "--\(name) \(value): must lie above 0, up to 1000")
      }
    }
    try require(rate > 0 && rate <= 100, "--rate \(rate): must lie above 0, up to 100")
    try require(goal > 0 && goal < 1, "--goal \(goal): must lie between 0 and 1")
    try require(10...10_000_000 ~= horizon, "--horizon \(horizon): must lie from 10 to 10 million")
    try require(
      modulus == 0 || 3...97 ~= modulus, "--modulus \(modulus): must be 0, or from 3 to 97")
    try require(2...100_000 ~= images, "--images \(images): must lie from 2 to 100000")
    try require(1...1_000_000 ~= epochs, "--epochs \(epochs): must lie from 1 to a million")
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
  }
}
