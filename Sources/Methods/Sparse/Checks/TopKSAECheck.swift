import Evaluation

extension TopKSAE {
  /// Re-tests what Gao et al., 2024, say of k-sparse autoencoders.
  static let check = Check(
    "S170",
    protocol: """
      Two sets of vectors. Activations: the 128 hidden units of a classifier of Fashion-MNIST, trained here on 15,000 \
      images; the dictionaries learn from those of 12,000 of them and are judged on 3,000 test images. Known features: \
      sums of few of 256 directions in 64 dimensions, 12,000 examples to learn from and 3,375 to judge by, another \
      world for each seed. Dictionaries of 512 units, with 16 active on activations and 7 on known features (as many \
      as are there on average); batches of 256, Adam, 1,504 steps. The L1 penalty is, for each learning rate, the one of \
      a grid (0.25 to 8 by doubling, then steps of a fifth) whose fit with seed 0 has the fewest active units that are \
      not fewer than the top-k's, so that its error is not judged at a sparser code. Learning rates are the best of \
      0.001, 0.003 and 0.01 by error on 1,500 examples that are neither learned from nor judged by, with seed 0, for every \
      arm. A unit is dead when none of the test examples makes it active; the revival takes a unit as dead after 5,000 \
      examples. Error is the share of the variance that is left; the loss added is the classifier's when it goes on \
      from the reconstruction. The laws are fitted to the errors of 64, 128 and 256 units \
      and predict that of 512; "no change" is the error of 256 units itself. A first record with 470 steps and two \
      rates, of which every arm chose the higher, was withdrawn.
      """,
    minutes: 25, seeds: 3,
    claims: [
      Claim(
        "At the same number of active units the k largest leave less error than L1",
        at: "figure 2b", metric: error, system: "topk", over: "relu", margin: 0.002),
      Claim(
        "L1 has no fewer active units than the k largest, up to 2", at: "our control of the above",
        metric: activity, system: "topk", over: "relu and 2"),
      Claim(
        "The network loses less by going on from the k largest than from L1's reconstruction",
        at: "§4.1", metric: added, system: "topk", over: "relu", margin: 0.002),
      Claim(
        "The auxiliary loss leaves fewer dead units", at: "§2.4 and figure 15", metric: dead,
        system: "topk", over: "topk, no revival", margin: 0.02),
      Claim(
        "A power law of the number of units says the error of a larger dictionary better than a line in its logarithm",
        at: "§3.1", metric: misfit, system: "power law", over: "line in the log"),
      Claim(
        "And better than that it stays as it is", at: "§3.1", metric: misfit, system: "power law",
        over: "no change"),
      Claim(
        "Known features are found more exactly with more units", at: "§4.2", metric: recovery,
        system: "topk", over: "topk, few units", margin: 0.02),
      Claim(
        "Known features are found more exactly than with L1", at: "our control of §4.2",
        metric: recovery, system: "topk", over: "relu", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try ActivationTrial(lab, seed).run(&board)
      try KnownFeatureTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric("normalised error", unit: "share", .lower)
  static let added = Claim.Metric("loss added downstream", unit: "nats", .lower)
  static let dead = Claim.Metric("dead units", unit: "share", .lower)
  static let activity = Claim.Metric("active units", unit: "units", .lower)
  static let misfit = Claim.Metric("misfit of the predicted error", unit: "share", .lower)
  static let recovery = Claim.Metric(
    "mean largest cosine with known features", unit: "cosine", .higher)
}
