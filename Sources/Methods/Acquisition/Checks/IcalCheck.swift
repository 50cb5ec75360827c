import Evaluation
import Learning
import Torch

extension Ical {
  /// Re-tests what Jain, Liu & Gifford, 2020, say of batches chosen by dependence.
  static let check = Check(
    "S126",
    protocol: """
      Two pools of 1,500 images. Redundant: 500 MNIST images (LATENT_DATA), each there three times. Plain: 1,500 of \
      Fashion-MNIST. 20 labelled at first, two of each class; six batches of ten are labelled; 2,000 test images. All \
      drawn by seed, the same for every arm. Classifier: 784-128-10, ReLU, dropout of 0.5 before the last layer, 150 \
      steps of Adam at 0.001 in batches of 32, from scratch after each batch, with the same start for all arms; nothing \
      is tuned. Posterior: 50 dropout masks, each shared by all images. Arms: ical-pointwise (the paper's, with 200 points \
      for the pool and 50 compared), ical (without the marginal gain), BatchBALD (the 200 points of most information, \
      500 outcomes), BALD, random. Scores: means over the six batches of test accuracy, and of the log likelihood \
      of the test labels under the mean of the masks.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "Batches chosen by dependence learn more from a redundant pool than BALD's", at: "§5",
        metric: redundantAccuracy, system: "ical-pointwise", over: "bald", margin: 0.01),
      Claim(
        "Also in log likelihood", at: "§5", metric: redundantLikelihood, system: "ical-pointwise",
        over: "bald", margin: 0.02),
      Claim(
        "And from a pool without copies", at: "§5", metric: plainAccuracy, system: "ical-pointwise",
        over: "bald", margin: 0.01),
      Claim(
        "They learn more than BatchBALD's, redundant pool", at: "§5", metric: redundantAccuracy,
        system: "ical-pointwise", over: "batchbald"),
      Claim(
        "They learn more than random ones, redundant pool", at: "§5", metric: redundantAccuracy,
        system: "ical-pointwise", over: "random", margin: 0.01),
      Claim(
        "The marginal gain matters where the pool is redundant", at: "§4",
        metric: redundantAccuracy,
        system: "ical-pointwise", over: "ical"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try PoolTrial(lab, seed).run(&board)
      return board
    })

  static let redundantAccuracy = Claim.Metric(
    "accuracy over the curve, redundant pool", unit: "share", .higher)
  static let redundantLikelihood = Claim.Metric(
    "log likelihood over the curve, redundant pool", unit: "nats", .higher)
  static let plainAccuracy = Claim.Metric(
    "accuracy over the curve, plain pool", unit: "share", .higher)
  static let plainLikelihood = Claim.Metric(
    "log likelihood over the curve, plain pool", unit: "nats", .higher)
}
