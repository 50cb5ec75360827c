import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension CADAVAE {
  /// Re-tests what Schönfeld et al., 2019, say of aligned autoencoders.
  static let check = Check(
    "S024",
    protocol: """
      Fashion-MNIST (else the 8×8 digits with attributes of garments, which decide nothing). Three classes are \
      unseen: dress, coat and sneaker. A classifier with a layer of 128 units trains for 8 epochs on the 2,000 or so \
      pictures of seen classes among 3,200; its features, divided by the largest, are the examples. Each class has 14 attributes that were written by hand, 0 \
      or 1 (such as long sleeves, two legs, shaft above the ankle). Aligned autoencoders have 32 latent units, layers \
      of 256 and 128 units, and train for 16 epochs of batches of 50 with Adam at 0.001; weights, warm-up and codes \
      of each class (200 and 400) are the paper's, and so for the arms without cross-reconstruction, without the \
      distance of posteriors, and without both, whose weights are 0. Attribute regression is linear, from features to \
      attributes, with its penalty among 0.1, 1, 10 and 100 by squared error on validation pictures of seen classes; \
      a picture is of the class with the most alike attributes (cosine). Calibrated, the likeness to seen classes is \
      lowered by whichever of 21 steps up to 0.5 serves best when two seen classes stand in for unseen ones. The \
      score is the harmonic mean of the mean accuracies over seen and over unseen classes, of 2,000 test pictures.
      """,
    minutes: 2, seeds: 3,
    claims: [
      Claim(
        "Seen and unseen classes are found better than by attribute regression", at: "§5.1",
        metric: harmonic, system: "cada-vae", over: "regression", margin: 0.05),
      Claim(
        "So they are where attribute regression is calibrated", at: "§5.1", metric: harmonic,
        system: "cada-vae", over: "calibrated", margin: 0.02),
      Claim(
        "Cross-reconstruction adds to the distance of posteriors", at: "§5.1, analysis",
        metric: harmonic, system: "cada-vae", over: "distance only"),
      Claim(
        "The distance of posteriors adds to cross-reconstruction", at: "§5.1, analysis",
        metric: harmonic, system: "cada-vae", over: "cross only"),
      Claim(
        "Without either the unseen classes are not found", at: "§5.1, analysis", metric: harmonic,
        system: "cada-vae", over: "neither", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try UnseenTrial(lab, seed).run(&board)
      return board
    })

  static let harmonic = Claim.Metric("harmonic mean accuracy", unit: "share", .higher)

  /// Classes that are unseen, by place: dress, coat and sneaker.
  static let heldOut = [3, 4, 7]

  /// Attributes of the ten classes: upper body, lower body, foot, carried, long sleeves, short sleeves, opens in
  /// front, collar or hood, two legs, below the knee, straps or gaps, laced or low, shaft above the ankle, heel.
  static let garments: [[Double]] = [
    [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],  // T-shirt
    [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0],  // trousers
    [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],  // pullover
    [1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0],  // dress
    [1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0],  // coat
    [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],  // sandal
    [1, 0, 0, 0, 0.5, 0.5, 1, 0.5, 0, 0, 0, 0, 0, 0],  // shirt
    [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],  // sneaker
    [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],  // bag
    [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],  // ankle boot
  ]
}

/// One seed of aligned autoencoders and attribute regression.
struct UnseenTrial {
  let lab: Lab
  let seed: Seed
  let pictures: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 3200, quick: 900)
    pictures = try lab.source(
      lab.pick(full: ["fashion-mnist", "digits"], quick: ["digits"]), options)
  }

  func run(_ board: inout Scoreboard) throws {
    for (arm, score) in try scores(CADAVAE.heldOut) { board[CADAVAE.harmonic.name, arm] = [score] }
  }

  private func scores(_ unseen: [Int]) throws -> [String: Double] {
    let source = try features(without: unseen)
    let split = ClassSplit(CADAVAE.garments, unseen: unseen)
    let tested = source.test.prefix(lab.pick(full: 2000, quick: 300))
    var found: [String: Double] = [:]
    let weights = [
      ("cada-vae", 2.37, 8.13), ("cross only", 2.37, 0), ("distance only", 0, 8.13),
      ("neither", 0, 0),
    ]
    for (arm, cross, distance) in weights {
      var method = CADAVAE()
      (method.unseen, method.classAttributes) = (unseen, CADAVAE.garments.flatMap { $0 })
      (method.crossReconstruction, method.distance) = (cross, distance)
      (method.latents, method.networks.hidden, method.attributeHidden) = (32, [256], [128])
      (method.training.batch, method.training.learningRate) = (50, 0.001)
      method.training.epochs = lab.pick(full: 16, quick: 4)
      let network = try lab.fit(method, source, seed: seed, as: arm)
      let rows = try Scores(tested, seed: seed).logProbabilities(network)
      let classes = rows.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
      found[arm] = split.harmonic(classes, try tested.labels() ?? [])
    }
    let seen = try source.seen(without: unseen)
    let regression = try AttributeRegression(seen, split)
    found["regression"] = try regression.harmonic(tested, lowered: 0)
    let step = try AttributeRegression.calibration(seen, split)
    found["calibrated"] = try regression.harmonic(tested, lowered: step)
    return found
  }

  /// Features of all pictures in a classifier of the seen classes, from 0 to about 1.
  private func features(without unseen: [Int]) throws -> Source {
    var classifier = Classifier()
    classifier.hidden = [128]
    classifier.training.epochs = 8
    let seen = try pictures.seen(without: unseen)
    let network = try lab.fit(classifier, seen, seed: seed.child("features"), as: "features")
    let largest = try Scores(seen.train, seed: seed).codes(network).max().value()
    func made(_ examples: Examples) throws -> Examples {
      let codes = try Scores(examples, seed: seed).codes(network) * (1 / max(largest, 1e-6))
      return try Examples(given: codes, labels: examples.labels())
    }
    let domain = Domain(
      shape: [128], support: .real, classes: pictures.domain.classes)
    return try Source(
      given: pictures.name, domain, train: made(pictures.train),
      validation: made(pictures.validation), test: made(pictures.test))
  }
}
