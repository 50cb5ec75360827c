import Evaluation

extension JointVAE {
  /// Re-tests what Dupont, 2018, says of separate capacities for continuous and categorical codes.
  static let check = Check(
    "S096",
    protocol: """
      MNIST (else Fashion-MNIST) at 14×14, else the 8×8 digits: 10,000 training pictures, 1,000 to choose on, 2,000 of \
      the test set to judge by, labels for choosing and judging only. All arms are fully connected (paper: \
      convolutions), 196-256-codes and back with ReLU, and train 25 passes by Adam at 0.002 on batches of 100 (paper: \
      100 passes over 60,000, 0.0005, 64). JointVAE has 10 continuous units and one variable of 10 classes, \
      temperature 0.67, capacities of 5 nats and 2.3 nats that grow over the whole training (paper: 5 and 5 over its \
      first quarter, which in a training this short left all pictures in one class). One capacity for both is the same \
      network with the weight on |KL of both − C|, C growing to the sum of the two. The β-VAE has 10 continuous units, \
      and k-means with 10 starts finds 10 clusters in its codes of the judged pictures. Each arm has one setting, the \
      best of three by accuracy on the pictures to choose on with seed 0 after 15 passes: the weight of the capacity \
      terms of 3, 5 and 10, which for a fifth of the paper's pixels is near its 30; β of 1, 2 and 4. Accuracy is the share of pictures whose cluster (or \
      likeliest class) stands for their digit, under the best one-to-one matching. Leakage is the share of test \
      pictures whose digit a linear probe on the continuous block reads, fitted on 2,000 training pictures.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "The categorical variable finds the digits better than k-means in the codes of a β-VAE",
        at: "§4 and abstract", metric: accuracy, system: own, over: beta, margin: 0.03),
      Claim(
        "The continuous block tells less of the digit than the codes of a β-VAE", at: "§4",
        metric: leakage, system: own, over: beta, margin: 0.03),
      Claim(
        "With one capacity for both, the categorical variable finds the digits less well", at: "§3",
        metric: accuracy, system: own, over: shared, margin: 0.1),
      Claim(
        "With one capacity for both, the categorical variable holds less", at: "§3", metric: nats,
        system: own, over: shared, margin: 0.5),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try JointTrial(lab, seed).run(&board)
      return board
    })

  static let own = "joint-vae"
  static let beta = "beta-vae"
  static let shared = "one capacity"

  static let accuracy = Claim.Metric("clustering accuracy", unit: "share", .higher)
  static let leakage = Claim.Metric("class leakage", unit: "share", .lower)
  static let nats = Claim.Metric("categorical KL", unit: "nats", .higher)
}
