import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension DBOT {
  /// Re-tests what Liu et al., 2024, say of teachers that were students.
  static let check = Check(
    "S020",
    protocol: """
      Fashion-MNIST at 28×28: 1,500 training images, whose labels only the teacher that needs them is told. A transformer \
      of two blocks of width 32 over patches of 4×4, a decoder of one block of width 32, 75% hidden, Adam at 0.001, batches of 64, 10 \
      passes for each stage; no crops and flips, nothing tuned. Stage 0 learns pixels of patches up to their mean and \
      deviation (which is a masked autoencoder), histograms of gradients, or the classes; for random it is a network as it \
      is made. Each of three further stages begins anew and learns the vectors that the last one gives. mae, as long: pixels \
      for 40 passes. Fine-tuned: the network with a linear layer on the mean vector of all patches, taught the labels of a \
      tenth of the training images, stratified, in 300 steps, judged on 2,000 test images. Probe: logistic regression on the \
      standardised mean vectors of all labelled training images. Spread: the deviation of the fine-tuned accuracy over the \
      four first teachers.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "With each stage it matters less what the first teacher was",
        at: "abstract: careful design of target representations is unnecessary", metric: spread,
        system: "after 3 stages", over: "stage 0"),
      Claim(
        "A student of students of a random network is fine-tuned to more than one that learned pixels for as long",
        at: "abstract", metric: tuned, system: "random, stage 3", over: "mae, as long"),
      Claim(
        "A student of a student does better than the student of a random network", at: "table 1",
        metric: tuned, system: "random, stage 2", over: "random, stage 1"),
      Claim(
        "The student of a random network does better than that network", at: "table 1",
        metric: tuned, system: "random, stage 1", over: "random, stage 0", margin: 0.01),
      Claim(
        "A student of a network that learned pixels does better than that network", at: "table 1",
        metric: tuned, system: "pixels, stage 1", over: "pixels, stage 0"),
      Claim(
        "So do their frozen features", at: "our control of the last", metric: FrozenFeatures.probe,
        system: "pixels, stage 1", over: "pixels, stage 0"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try StagesTrial(lab, seed).run(&board)
      return board
    })

  static let tuned = Claim.Metric("accuracy fine-tuned on a tenth", unit: "share", .higher)
  static let spread = Claim.Metric("spread over first teachers", unit: "share", .lower)
}

/// One seed of stages after four first teachers.
struct StagesTrial {
  private let lab: Lab
  private let seed: Seed
  private let features: FrozenFeatures
  private let stages = 3

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    features = try FrozenFeatures(lab, seed, images: 1500)
  }

  func run(_ board: inout Scoreboard) throws {
    for teacher in DBOT.Teacher.allCases {
      var method = DBOT()
      (method.teacher, method.stages, method.width, method.depth) = (teacher, stages, 32, 2)
      let trained = teacher == .random ? stages : stages + 1
      method.training = lab.training(epochs: 10 * trained, batch: 64, quick: trained)
      method.training.schedule = .constant
      board = try followed(method, from: teacher == .random ? 1 : 0, board)
    }
    var pixels = MAE()
    (pixels.width, pixels.depth) = (32, 2)
    pixels.training = lab.training(epochs: 10 * (stages + 1), batch: 64, quick: stages + 1)
    pixels.training.schedule = .constant
    try judge("mae, as long", try features.learned("mae, as long", pixels, &board), &board)
    for (name, stage) in [("stage 0", 0), ("after 3 stages", stages)] {
      let all = DBOT.Teacher.allCases.map {
        board[DBOT.tuned.name, "\($0.rawValue), stage \(stage)"].mean
      }
      board[DBOT.spread.name, name] = [all.variance.squareRoot()]
    }
  }

  /// The board with scores of the network after each of its stages, of which `first` is the first that is trained.
  private func followed(
    _ method: DBOT, from first: Int, _ board: Scoreboard
  ) throws -> Scoreboard {
    var run = FitRun(features.source, seed: seed)
    let each = (run.source.train.count + method.training.batch - 1) / method.training.batch
    let steps = each * method.training.epochs / (stages + 1 - first)
    let network = method.makeNetwork(
      run.source.domain, RandomStream(run.seed.child("network"), device: run.device))
    let name = method.teacher.rawValue
    var (board, failure, count) = (board, nil as (any Error)?, 0)
    if first == 1 { try score("\(name), stage 0", network, &board) }
    run.shouldStop = { [lab] in
      count += 1
      guard count % steps == 0, failure == nil else { return lab.shouldStop() }
      // The next stage begins a step later.
      lab.say("\(name), stage \(first + count / steps - 1) of \(stages)")
      do { try score("\(name), stage \(first + count / steps - 1)", network, &board) } catch {
        failure = error
      }
      return failure != nil || lab.shouldStop()
    }
    do { _ = try method.fit(network, run) } catch { throw failure ?? error }
    return board
  }

  private func score(
    _ arm: String, _ network: DBOT.Network, _ board: inout Scoreboard
  ) throws {
    try features.judge(arm, network, &board)
    try judge(arm, network, &board)
  }

  private func judge(
    _ arm: String, _ network: any Module, _ board: inout Scoreboard
  ) throws {
    board[DBOT.tuned.name, arm] = try features.fineTuned(network, told: .tenth)
  }
}
