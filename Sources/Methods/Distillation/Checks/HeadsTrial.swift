import Datasets
import Evaluation
import Learning
import Torch

/// One seed of students of the same teacher.
struct HeadsTrial {
  /// What is classified.
  enum World {
    case clothes, characters
  }

  private let lab: Lab
  let seed: Seed
  let source: Source
  private let world: World
  private let metric: String
  /// What teaches where learning rates are chosen.
  private var first: Classifier.Network?

  init(_ lab: Lab, _ seed: Seed, _ world: World) throws {
    self.lab = lab
    self.seed = seed
    self.world = world
    metric = (world == .clothes ? DHKD.accuracy : DHKD.characters).name
    var options = SourceOptions()
    options.limit = lab.pick(full: world == .clothes ? 5000 : nil, quick: 300)
    options.validation = world == .clothes ? 1.0 / 5 : 1.0 / 8
    if world == .characters { options.test = 1.0 / 5 }
    options.size = world == .clothes ? [14, 14] : [28, 28]
    let name = world == .clothes ? "fashion-mnist" : "omniglot"
    source = try lab.source([lab.pick(full: name, quick: "digits")], options)
  }

  mutating func run(_ board: inout Scoreboard) throws {
    var labels = DHKD()
    labels.hidden = world == .clothes ? [32] : [64]
    labels.teacherHidden = world == .clothes ? [128] : [256]
    labels.teacherArchitecture = .convolution
    (labels.heads, labels.differences, labels.aligned) = (.single, false, false)
    labels.logitWeight = 0
    labels.training.batch = 64
    labels.training.optimiser = .sgd
    labels.training.weightDecay = 5e-4
    labels.training.schedule = .cosine
    labels.training.epochs = lab.pick(full: world == .clothes ? 15 : 60, quick: 2)
    labels.teacherEpochs = lab.pick(full: world == .clothes ? 20 : 60, quick: 2)
    var softened = labels, logits = labels, one = labels, two = labels
    softened.softWeight = 1
    (logits.labelWeight, logits.logitWeight) = (0, 1)
    one.logitWeight = 1
    (two.logitWeight, two.heads, two.differences, two.aligned) = (1, .dual, true, true)
    let teacher = try teacher(labels, seed)
    board[metric, "teacher"] = try correctness(teacher)
    _ = try run("labels", labels, teacher, &board)
    _ = try run("softened", softened, teacher, &board)
    _ = try run("logits", logits, teacher, &board)
    let network = try run("one head", one, teacher, &board)
    _ = try run("two heads", two, teacher, &board)
    if world == .clothes { try cosines(network, teacher, one, &board) }
  }

  private func teacher(_ method: DHKD, _ seed: Seed) throws -> Classifier.Network {
    var teacher = method.teacher
    teacher.training.learningRate = 0.03
    return try lab.fit(teacher, source, seed: seed.child("teacher"), as: "teacher")
  }

  private func correctness(_ network: Classifier.Network) throws -> [Double] {
    let test = source.test.prefix(lab.pick(full: 5000, quick: 100))
    return try Scores(test, seed: seed).correctness(network)
  }

  private mutating func run(
    _ name: String, _ method: DHKD, _ teacher: Classifier.Network, _ board: inout Scoreboard
  ) throws -> Classifier.Network {
    let (lab, source) = (lab, source)
    let arm = world == .clothes ? name : "\(name), characters"
    func fit(rate: Double, _ seed: Seed, by teacher: Classifier.Network) throws
      -> Classifier.Network
    {
      var method = method
      method.training.learningRate = rate
      return try lab.fit(Student(method: method, teacher: teacher), source, seed: seed, as: arm)
    }
    let rates = lab.pick(full: [0.01, 0.03, 0.1, 0.3], quick: [0.01])
    let rate = try lab.bestRate(arm, of: rates) { rate in
      let teacher = try first ?? self.teacher(method, Seed(0))
      first = teacher
      let network = try fit(rate: rate, Seed(0), by: teacher)
      return try Scores(source.validation, seed: Seed(0)).correctness(network)
    }
    let network = try fit(rate: rate, seed, by: teacher)
    board[metric, name] = try correctness(network)
    return network
  }
}
