import Datasets
import Evaluation
import Learning
import Torch

extension DHKD {
  /// Re-tests what Yang et al., 2024, say of logit losses in one head and in two.
  static let check = Check(
    "S434",
    protocol: """
      Fashion-MNIST at 14×14: 4,000 training images, 1,000 for choosing, 5,000 of the test images. The teacher, a \
      convolution of 32 channels and 128 units, and the students, 196-32-10, train on the same images by SGD with \
      momentum 0.9, weight decay 0.0005 and a cosine schedule on batches of 64, the teacher for 20 passes at 0.03, \
      the students for 15 by the same teacher of the seed. Arms: labels alone; labels and softened probabilities at \
      temperature 4; sigmoids of logits alone; labels and sigmoids in one head; two heads with differences of logits \
      at temperature 2, an auxiliary head of 200 units, and aligned gradients. All weights are 1, as in the authors' \
      example. Learning rates of every arm: the best of 0.01, 0.03, 0.1 and 0.3 by accuracy on the images for \
      choosing after as many passes with seed 0, for all seeds; the highest rate was added when a first record had \
      chosen 0.1, then the highest, for nearly all. Cosines: between the gradients of cross-entropy and of the \
      sigmoid loss, in the last layer and below it, of 8 batches of 500 training images, at the end of training with \
      both in one head. A first full run had a teacher of 784-256-10 and students of 784-32-10: it contradicted the \
      first claim by 0.006, but its teacher was right less often (0.833) than students of the labels alone (0.839), \
      so it was no test of teaching, and the teacher was given convolutions.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "Two heads beat distillation of softened probabilities", at: "table 2",
        metric: accuracy, system: "two heads", over: "softened", margin: 0.003),
      Claim(
        "Two heads beat both losses in one", at: "figure 1 and table 6", metric: accuracy,
        system: "two heads", over: "one head", margin: 0.003),
      Claim(
        "Labels alone beat both losses in one head", at: "figure 1", metric: accuracy,
        system: "labels", over: "one head", margin: 0.003),
      Claim(
        "Logits alone beat both losses in one head", at: "figure 1", metric: accuracy,
        system: "logits", over: "one head", margin: 0.003),
      Claim(
        "In the last layer the two gradients oppose each other", at: "§3.3", metric: opposition,
        system: "last layer", over: "right angle", margin: 0.05),
      Claim(
        "Below it they do not", at: "§3.3", metric: agreement, system: "below", over: "right angle",
        margin: 0.05),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      var trial = try HeadsTrial(lab, seed)
      try trial.run(&board)
      return board
    })

  static let accuracy = Claim.Metric("test accuracy", unit: "share", .higher)
  static let opposition = Claim.Metric("gradient cosine, last layer", unit: "", .lower)
  static let agreement = Claim.Metric("gradient cosine, below", unit: "", .higher)
}

/// One seed of students of the same teacher.
struct HeadsTrial {
  private let lab: Lab
  let seed: Seed
  let source: Source
  /// What teaches where learning rates are chosen.
  private var first: Classifier.Network?

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 600)
    options.validation = 1.0 / 5
    options.size = [14, 14]
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
  }

  mutating func run(_ board: inout Scoreboard) throws {
    var labels = DHKD()
    labels.hidden = [32]
    labels.teacherHidden = [128]
    labels.teacherArchitecture = .convolution
    (labels.heads, labels.differences, labels.aligned) = (.single, false, false)
    labels.logitWeight = 0
    labels.training.batch = 64
    labels.training.optimiser = .sgd
    labels.training.weightDecay = 5e-4
    labels.training.schedule = .cosine
    labels.training.epochs = lab.pick(full: 15, quick: 2)
    labels.teacherEpochs = lab.pick(full: 20, quick: 2)
    var softened = labels, logits = labels, one = labels, two = labels
    softened.softWeight = 1
    (logits.labelWeight, logits.logitWeight) = (0, 1)
    one.logitWeight = 1
    (two.logitWeight, two.heads, two.differences, two.aligned) = (1, .dual, true, true)
    let teacher = try teacher(labels, seed)
    board[DHKD.accuracy.name, "teacher"] = try correctness(teacher)
    _ = try run("labels", labels, teacher, &board)
    _ = try run("softened", softened, teacher, &board)
    _ = try run("logits", logits, teacher, &board)
    let network = try run("one head", one, teacher, &board)
    _ = try run("two heads", two, teacher, &board)
    try cosines(network, teacher, one, &board)
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
    func fit(rate: Double, _ seed: Seed, by teacher: Classifier.Network) throws
      -> Classifier.Network
    {
      var method = method
      method.training.learningRate = rate
      return try lab.fit(Student(method: method, teacher: teacher), source, seed: seed, as: name)
    }
    let rates = lab.pick(full: [0.01, 0.03, 0.1, 0.3], quick: [0.01])
    let rate = try lab.bestRate(name, of: rates) { rate in
      let teacher = try first ?? self.teacher(method, Seed(0))
      first = teacher
      let network = try fit(rate: rate, Seed(0), by: teacher)
      return try Scores(source.validation, seed: Seed(0)).correctness(network)
    }
    let network = try fit(rate: rate, seed, by: teacher)
    board[DHKD.accuracy.name, name] = try correctness(network)
    return network
  }
}
