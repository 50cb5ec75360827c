import Evaluation
import Learning
import Torch

extension Bmdal {
  /// Re-tests what Holzmüller et al., 2023, say of sketched gradients with largest-cluster maximum distance.
  static let check = Check(
    "S177",
    protocol: """
      Tasks: California housing (8 inputs, median value) and abalone (7 inputs, rings) from LATENT_DATA; three generated \
      without noise: Friedman's first function (10 inputs), the reach of a robot arm (8) and the cycle time of a piston (7), \
      whose inputs lie with probability 0.8 near one of three centres (deviation a tenth of the range) and else \
      anywhere. Of each, by seed: 64 labelled rows, 300 for validation, a pool of 1,600, 1,200 for the test; all \
      standardised as in the paper. Networks: two hidden layers of 128, ReLU, NTK parameterisation and scales 0.2, Adam \
      at 0.375 falling to 0, 256 epochs, batches of 256, best epoch on validation rows: the paper's but for the \
      width (512 there). Five batches of 64 are labelled; all arms start from one network, and each refits from \
      scratch after each batch. Kernels: gradients seen through 512 projections, or the last layer; the GP's noise is \
      0.1. Score of a task: mean over the five batches of log root mean squared error on the test rows. The paper's \
      settings serve every arm; nothing is tuned.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "Sketched gradients with largest-cluster maximum distance beat the state of the art before, BAIT on the "
          + "last layer", at: "§6.3, table 4", metric: error, system: "LCMD, gradients",
        over: "BAIT, last layer"),
      Claim(
        "They beat random choice", at: "§6.3", metric: error, system: "LCMD, gradients",
        over: "random", margin: 0.05),
      Claim(
        "They beat maximum distance on the last layer", at: "§6.3, table 4", metric: error,
        system: "LCMD, gradients", over: "maximum distance, last layer"),
      Claim(
        "They beat k-means++ on the last layer", at: "§6.3, table 4", metric: error,
        system: "LCMD, gradients", over: "k-means++, last layer"),
      Claim(
        "Sketched gradients are a better kernel than the last layer, for the same rule", at: "§6.3",
        metric: error, system: "LCMD, gradients", over: "LCMD, last layer"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try RegressionTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric(
    "log root mean squared error over the acquisition curve", unit: "nats", .lower)

  /// The arms of the check.
  static let arms: [(name: String, study: Bmdal)] = {
    func arm(
      _ rule: SelectionRule, _ kernel: Base, _ transformation: Transformation = .none
    ) -> Bmdal {
      var study = Bmdal()
      study.rule = rule
      study.kernel = kernel
      study.transformation = transformation
      return study
    }
    return [
      ("LCMD, gradients", arm(.lcmd, .gradient)), ("LCMD, last layer", arm(.lcmd, .lastLayer)),
      ("maximum distance, last layer", arm(.maxdist, .lastLayer)),
      ("k-means++, last layer", arm(.kmeanspp, .lastLayer)),
      ("BAIT, last layer", arm(.bait, .lastLayer, .posterior)),
      ("random", arm(.random, .lastLayer)),
    ]
  }()
}
