import Evaluation
import Learning
import Torch

/// One seed of probes of planted neurons and of a language model's states.
struct IntrinsicTrial {
  private let lab: Lab
  private let seed: Seed
  private let study: LatentIntrinsicProbe

  init(_ lab: Lab, _ seed: Seed) {
    (self.lab, self.seed) = (lab, seed)
    var study = LatentIntrinsicProbe()
    study.steps = lab.pick(full: study.steps, quick: 30)
    study.examples = lab.pick(full: 2000, quick: 200)
    self.study = study
  }

  func run(_ board: inout Scoreboard) throws {
    for (name, tails) in [("normal", nil), ("tails", 4)] {
      lab.say("planted neurons, \(name)")
      let seed = seed.child(name)
      let world = try PlantedNeurons(
        neurons: study.neurons, told: study.informative, classes: 3, tails: tails,
        seed.child("world"))
      let all = try LabelledActivations(world.drawn(study.examples, seed.child("examples")))
      try judge(name, all, told: world.told, seed, &board)
    }
    let network = try AgreementSentences.model(
      lab.pick(full: 6000, quick: 200), blocks: 2, width: lab.pick(full: 64, quick: 16),
      epochs: lab.pick(full: 6, quick: 1), lab, seed)
    let (x, labels) = try AgreementSentences.activations(
      network, block: 1, study.examples, seed.child("states"))
    for attribute in AgreementSentences.Attribute.allCases {
      lab.say("states, \(attribute.name)")
      let all = try LabelledActivations((x, labels[attribute.rawValue]))
      try judge("states", all, told: nil, seed.child(attribute.name), &board)
    }
    // Both attributes of a seed give one number.
    for metric in [LatentIntrinsicProbe.information, LatentIntrinsicProbe.picked] {
      for arm in Self.arms.map({ "states, \($0)" }) where !board[metric.name, arm].isEmpty {
        board[metric.name, arm] = [board[metric.name, arm].mean]
      }
    }
  }

  private static let arms = [
    "poisson", "conditional-poisson", "gaussian", "linear", "from scratch",
    "from scratch, less 0.05", "poisson, less 0.01", "drawn",
  ]

  private func judge(
    _ world: String, _ all: LabelledActivations, told: [Int]?, _ seed: Seed,
    _ board: inout Scoreboard
  ) throws {
    let (train, test) = try all.halves(seed.child("halves"))
    let d = all.x.size(1), classes = all.names.count
    var random = SplitMix(seed.child("subsets"))
    let subsets = [1, 2, 4, 8, 16].flatMap { size in
      (0..<lab.pick(full: 16, quick: 2)).map { _ in
        Array((0..<d).shuffled(using: &random).prefix(size))
      }
    }
    var probes: [(name: String, probe: any SubsetProbe)] = try NeuronSubsets.allCases.map { law in
      let probe = try LatentSubsetProbe(
        law, train.x, train.labels, classes: classes, study.learning,
        seed.child("probe"), shouldStop: lab.shouldStop)
      return (law.rawValue, probe)
    }
    probes.append(("gaussian", try GaussianProbe(train.x, train.labels, classes: classes)))
    probes.append(("linear", try linear(train, classes, seed)))
    let information = LatentIntrinsicProbe.information.name
    for (name, probe) in probes {
      let mean = try subsets.map { try probe.information(test.x, test.labels, neurons: $0) }.mean
      board[information, "\(world), \(name)"].append(mean)
      if name == "poisson" {
        board[information, "\(world), poisson, less 0.01"].append(mean - 0.01)
      }
    }
    let scratch = try subsets.map { neurons in
      try ScratchProbe(train.x, train.labels, classes: classes, neurons: neurons)
        .information(test.x, test.labels, neurons: neurons)
    }.mean
    board[information, "\(world), from scratch"].append(scratch)
    board[information, "\(world), from scratch, less 0.05"].append(scratch - 0.05)
    try judgePicks(world, probes, train, test, told: told, &random, &board)
  }

  private func judgePicks(
    _ world: String, _ probes: [(name: String, probe: any SubsetProbe)],
    _ train: LabelledActivations, _ test: LabelledActivations, told: [Int]?,
    _ random: inout SplitMix, _ board: inout Scoreboard
  ) throws {
    let drawn = (0..<20).map { _ in Array((0..<train.x.size(1)).shuffled(using: &random)) }
    for (name, probe) in probes where ["poisson", "gaussian"].contains(name) {
      let order = try probe.chosen(told?.count ?? 5, train.x, train.labels)
      guard let told else {
        guard name == "poisson" else { continue }
        let picked = LatentIntrinsicProbe.picked.name
        board[picked, "\(world), poisson"].append(
          try probe.information(test.x, test.labels, neurons: order))
        board[picked, "\(world), drawn"].append(
          try drawn.map {
            try probe.information(test.x, test.labels, neurons: Array($0.prefix(5)))
          }.mean)
        continue
      }
      let share = Double(Set(order).intersection(told).count) / Double(told.count)
      let recall = LatentIntrinsicProbe.recall.name
      board[recall, "\(world), \(name)"] = [share]
      if name == "gaussian" { board[recall, "\(world), gaussian, less 0.1"] = [share - 0.1] }
      board[recall, "\(world), drawn"] = [
        drawn.map {
          Double(Set($0.prefix(told.count)).intersection(told).count) / Double(told.count)
        }.mean
      ]
    }
  }

  /// The linear probe with the elastic net that its held-out tenth likes best.
  private func linear(
    _ train: LabelledActivations, _ classes: Int, _ seed: Seed
  ) throws -> LatentSubsetProbe {
    let n = train.x.size(0), cut = n - n / 10
    func probe(_ weight: Double, rows: Int) throws -> LatentSubsetProbe {
      var learning = study.learning
      learning.penalty = (weight, weight)
      return try LatentSubsetProbe(
        nil, train.x.sliced(0, 0, rows), Array(train.labels[..<rows]), classes: classes, learning,
        seed.child("linear"), shouldStop: lab.shouldStop)
    }
    let weights = [0, 0.001, 0.01], everything = Array(0..<train.x.size(1))
    let worth = try weights.map {
      try probe($0, rows: cut).information(
        train.x.sliced(0, cut, n), Array(train.labels[cut...]), neurons: everything)
    }
    return try probe(weights[worth.indices.max { worth[$0] < worth[$1] } ?? 0], rows: n)
  }
}
