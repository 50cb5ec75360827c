import Evaluation

extension CplMixVAE {
  /// Re-tests what Marghi, Gala & Sümbül, 2021, say of arms that must agree.
  static let check = Check(
    "S371",
    protocol: """
      Tables: 6,000 simulated cells of 10 and of 40 types in equal shares, 100 genes with negative binomial counts \
      (5 failures; a fifth of the genes of a type are markers; two continuous variables move all genes within types), \
      log(1 + count), 4,800 to train on, 600 to choose on, 600 to judge by; a new world for each seed. Pictures: MNIST \
      (else Fashion-MNIST) at 14×14, else the 8×8 digits, 5,000 to train on, 1,000 to choose on, 2,000 to judge by. \
      Both methods: as many categories as there are types, 2 continuous units on tables and 10 on pictures, fully \
      connected networks of one hidden layer of 128 ReLU units either side, Adam at 0.001 on batches of 100. The \
      coupled model has 2 arms, each of the size of the one JointVAE, and trains 30 passes over tables and 20 over \
      pictures; JointVAE trains twice as many, so both compute as much. Each has one weight, chosen for tables of 40 \
      types and for pictures by accuracy on the examples to choose on with seed 0 after a third of the passes: \
      coupling of 0.01, 0.1 and 1; capacity weight of 3, 10 and 30. \
      JointVAE's capacities grow over the whole training to 5 nats and the logarithm of the number of types. Labels serve this choice and the judging. \
      Clusters are the likeliest categories, of the arms' mean shares for the coupled model. Accuracy is under the \
      best one-to-one matching with the types.
      """,
    minutes: 6, seeds: 3,
    claims: [
      Claim(
        "Two arms that must agree find 40 types better than one JointVAE", at: "§4 and abstract",
        metric: accuracy(40), system: own, over: joint, margin: 0.03),
      Claim(
        "The same by the adjusted Rand index", at: "§4", metric: agreement(40), system: own,
        over: joint, margin: 0.03),
      Claim(
        "From 10 types to 40 they lose less accuracy", at: "abstract", metric: loss, system: own,
        over: joint, margin: 0.03),
      Claim(
        "They find the digits better", at: "§4", metric: digits, system: own, over: joint,
        margin: 0.03),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CoupledTrial(lab, seed).run(&board)
      return board
    })

  static let own = "cpl-mixvae"
  static let joint = "joint-vae"

  static func accuracy(_ types: Int) -> Claim.Metric {
    Claim.Metric("accuracy, \(types) types", unit: "share", .higher)
  }
  static func agreement(_ types: Int) -> Claim.Metric {
    Claim.Metric("adjusted Rand index, \(types) types", unit: "index", .higher)
  }
  static let loss = Claim.Metric("accuracy lost from 10 to 40 types", unit: "share", .lower)
  static let digits = Claim.Metric("accuracy, digits", unit: "share", .higher)
}
