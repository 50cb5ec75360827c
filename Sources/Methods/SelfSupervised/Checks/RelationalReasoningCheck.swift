import Evaluation
import Learning
import Torch

extension RelationalReasoning {
  /// Re-tests what Patacchiola & Storkey, 2020, say of relating views.
  static let check = Check(
    "S108",
    protocol: """
      Fashion-MNIST at 28×28: 2,000 training images without their labels. All arms: a residual network of three blocks, \
      8 to 32 channels; crops of 20% to 100% of the area, flips, brightness and contrast by up to 40%; Adam at 0.001 \
      along half a cosine, batches of 128 images, nothing tuned. relational: four views in a step, 12 passes, a head of \
      256, focus 2. simclr: two views, 24 passes, a head of 128 and 64, temperature 0.5; so both read 48 views of each \
      image, and simclr takes twice as many steps. relational, 24 passes: as many steps as simclr, and twice its views. \
      rotation: a view turned to four sides, 12 passes. untrained: one pass that sets the means of the norms and \
      leaves the weights. The arms of 32 differ in the batches alone. Probe: logistic regression on the standardised \
      features of the 2,000 labelled images, judged on 2,000 test images; and the 5 nearest neighbours.
      """,
    minutes: 9, seeds: 3,
    claims: [
      Claim(
        "Relating views gives features that are probed better than those of contrastive learning",
        at: "table 1", metric: FrozenFeatures.probe, system: "relational", over: "simclr"),
      Claim(
        "So they are with as many steps and twice the views", at: "table 1",
        metric: FrozenFeatures.probe, system: "relational, 24 passes", over: "simclr"),
      Claim(
        "They are probed better than those of predicting rotations", at: "table 1",
        metric: FrozenFeatures.probe, system: "relational", over: "rotation"),
      Claim(
        "They are probed better than those of the untrained network", at: "table 1",
        metric: FrozenFeatures.probe, system: "relational", over: "untrained", margin: 0.02),
      Claim(
        "With batches of 32 they are probed better than those of contrastive learning",
        at: "section 3, on the cost of contrastive losses", metric: FrozenFeatures.probe,
        system: "relational of 32", over: "simclr of 32"),
      Claim(
        "Nearest neighbours by these features share the class more often than by those of contrastive learning",
        at: "table 1 and section 4, retrieval", metric: FrozenFeatures.neighbours,
        system: "relational", over: "simclr"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try RelationTrial(lab, seed).run(&board)
      return board
    })
}

/// One seed of learning by relations and by its rivals.
struct RelationTrial {
  private let features: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    features = try FrozenFeatures(lab, seed, images: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    var relational = RelationalReasoning()
    relational.encoder = FrozenFeatures.smallEncoder
    relational.training = features.lab.training(epochs: 12, batch: 128)
    var contrast = SimCLR()
    (contrast.encoder, contrast.training) = (relational.encoder, relational.training)
    contrast.training.epochs *= 2
    var rotation = RotationPrediction()
    (rotation.encoder, rotation.training) = (relational.encoder, relational.training)
    var untrained = relational
    untrained.training = relational.training.untouched
    var smallRelational = relational
    var smallContrast = contrast
    (smallRelational.training.batch, smallContrast.training.batch) = (32, 32)
    try features.learned("relational", relational, &board)
    var long = relational
    long.training.epochs *= 2
    try features.learned("relational, 24 passes", long, &board)
    try features.learned("simclr", contrast, &board)
    try features.learned("rotation", rotation, &board)
    try features.learned("untrained", untrained, &board)
    try features.learned("relational of 32", smallRelational, &board)
    try features.learned("simclr of 32", smallContrast, &board)
  }
}
