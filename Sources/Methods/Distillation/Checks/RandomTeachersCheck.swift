import Datasets
import Evaluation
import Learning
import Torch

extension RandomTeachers {
  /// Re-tests what Sarnthein et al., 2023, say of students of random teachers.
  static let check = Check(
    "S422",
    protocol: """
      Fashion-MNIST at 14×14: 8,000 training images without their labels, and as many of MNIST. Teacher and \
      students: three blocks of 32 3×3 convolutions with batch norm and average pooling, 128 features, a head of two \
      layers of 256, a bottleneck of 64 and 1,024 outputs, as in the authors' code in small. Students: Adam at 0.001 \
      as in the paper, batches of 64 for 20 passes, temperature 1, no augmentation, nothing tuned; started at \
      distance 0.01 from the teacher (student), at 1 (far student), at 0.01 with normal noise for images (student of \
      noise), at 0.01 with MNIST for images (student of digits). All arms of a seed have the same teacher. Probe: \
      logistic regression on the standardised features of the 8,000 labelled images, judged on 2,000 test images; \
      and the 5 nearest neighbours. Before this protocol a first encoder, strided convolutions without batch norm, \
      was tried with seed 101 and given up for the authors': its students were probed as their teachers. So were \
      they in a first record, of 2,000 images for 12 passes; since the paper's trainings are many times as long, \
      this one was made longer.
      """,
    minutes: 15, seeds: 5,
    claims: [
      Claim(
        "The student's features are probed better than the teacher's", at: "§4.1 and table 1",
        metric: probe, system: "student", over: "teacher", margin: 0.01),
      Claim(
        "A student that starts near the teacher is probed better than one that starts on its own",
        at: "§6", metric: probe, system: "student", over: "far student", margin: 0.005),
      Claim(
        "A student that starts on its own is probed better than the teacher", at: "§4.1",
        metric: probe, system: "far student", over: "teacher", margin: 0.005),
      Claim(
        "Features learned from data are probed better than those learned from noise", at: "§5.1",
        metric: probe, system: "student", over: "student of noise", margin: 0.01),
      Claim(
        "The labels of the nearest features say more in the student than in the teacher",
        at: "§4.1", metric: neighbours, system: "student", over: "teacher", margin: 0.01),
      Claim(
        "Features learned from other data are probed better than the teacher's", at: "§5.1",
        metric: probe, system: "student of digits", over: "teacher", margin: 0.005),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try PupilsTrial(lab, seed).run(&board)
      return board
    })

  static let probe = Claim.Metric("linear probe accuracy", unit: "share", .higher)
  static let neighbours = Claim.Metric("accuracy of 5 neighbours", unit: "share", .higher)
}

/// One seed of students of the same random teacher.
struct PupilsTrial {
  private let lab: Lab
  private let seed: Seed
  private let source: Source
  private let digits: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 8000, quick: 300)
    options.size = [14, 14]
    options.validation = 0
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    digits = try lab.source([lab.pick(full: "mnist", quick: "digits")], options)
  }

  func run(_ board: inout Scoreboard) throws {
    var near = RandomTeachers()
    near.architecture = .convolution
    near.training.batch = 64
    near.training.epochs = lab.pick(full: 20, quick: 2)
    var far = near, noise = near
    far.distance = 1
    noise.inputs = .noise
    let student = try lab.fit(near, source, seed: seed, as: "student")
    try probe("student", student, &board)
    try probe("teacher", student.teacher.base, &board)
    try probe("far student", lab.fit(far, source, seed: seed, as: "far student"), &board)
    try probe("student of noise", lab.fit(noise, source, seed: seed, as: "noise"), &board)
    try probe("student of digits", lab.fit(near, digits, seed: seed, as: "digits"), &board)
  }

  private func probe(
    _ name: String, _ network: any Encoding, _ board: inout Scoreboard
  ) throws {
    let test = source.test.prefix(lab.pick(full: 2000, quick: 100))
    guard let labels = try source.train.labels(), let wanted = try test.labels() else { return }
    let train = try Scores(source.train, seed: seed).codes(network)
    let codes = try Scores(test, seed: seed).codes(network)
    board[RandomTeachers.probe.name, name] = try LinearProbe().hits(
      train: train, labels, test: codes, wanted, classes: source.domain.classes.count)
    board[RandomTeachers.neighbours.name, name] = try NearestNeighbours().hits(
      train: train, labels, test: codes, wanted)
  }
}
