import Evaluation

extension CplMixVAE {
  /// Re-tests what Marghi, Gala & Sümbül, 2021, say of arms that must agree.
  static let check = Check(
    "S371",
    protocol: """
      Tables: 10,000 simulated cells of 10 and of 40 types in equal shares, 100 genes with negative binomial counts \
      (5 failures; a fifth of the genes of a type are markers; two continuous variables move all genes within types), \
      log(1 + count), standardised, 8,000 to train on, 1,000 to choose on, 1,000 to judge by; a new world for each \
      seed. Pictures: MNIST (else Fashion-MNIST) at 14×14, else the 8×8 digits, 5,000 to train on, others to choose \
      on, 2,000 of the test set to judge by. \
      All methods: as many categories as there are types, 2 continuous units on tables and 10 on pictures, fully \
      connected networks of one hidden layer of 128 ReLU units either side, temperature 0.67, Adam at 0.005 on batches \
      of 1,000 cells or 500 pictures; JointVAE at 0.002 on batches of 100 pictures, which serve it better. The coupled \
      model has 2 arms, each of the size of the one JointVAE (and with its batch normalisation and its altered copies \
      of the examples, which JointVAE does not see), and trains 60 passes over tables and 30 over pictures; JointVAE \
      trains twice as many, so both see as much. Each has one weight, the best of five for each number of types and \
      for pictures by accuracy on the examples to choose on (of tables: of another world), with seed 0, after a third \
      of the passes: coupling of 0.00001, 0.0001, 0.001, 0.01 and 0.1; capacity weight of 0.1, 0.3, 1, 3 and 10. \
      Labels serve this choice and the judging. JointVAE's capacities grow over the whole training to 5 nats and the \
      logarithm of the number of types. Uncoupled arms, on 40 types, are the coupled model with a coupling of 0. \
      Clusters are the likeliest categories, of the first arm where there are two. Accuracy is under the best \
      one-to-one matching with the types; arms are alike by the adjusted Rand index of their clusters. Batches, \
      passes, learning rates, temperature and grids come of pilots of both methods with labels, on tables of other \
      worlds and on these pictures. The authors train for thousands of passes, with a learned augmenter and pruning of \
      categories.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Of two arms that must agree, one finds 40 types better than a JointVAE",
        at: "§4 and abstract", metric: accuracy(40), system: own, over: joint, margin: 0.03),
      Claim(
        "The same by the adjusted Rand index", at: "§4", metric: index(40), system: own,
        over: joint, margin: 0.03),
      Claim(
        "From 10 types to 40 it loses less accuracy", at: "abstract", metric: loss, system: own,
        over: joint, margin: 0.03),
      Claim(
        "It finds the digits better", at: "§4", metric: digits, system: own, over: joint,
        margin: 0.03),
      Claim(
        "The coupling helps an arm to find 40 types", at: "§3", metric: accuracy(40), system: own,
        over: loose, margin: 0.03),
      Claim(
        "With it, two arms find the same 40 categories", at: "§3", metric: alike(40),
        system: own, over: loose, margin: 0.03),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CoupledTrial(lab, seed).run(&board)
      return board
    })

  static let own = "cpl-mixvae"
  static let joint = "joint-vae"
  static let loose = "uncoupled arms"
  /// Numbers of types, fewest first.
  static let types = [10, 40]

  static func accuracy(_ types: Int) -> Claim.Metric {
    Claim.Metric("accuracy, \(types) types", unit: "share", .higher)
  }
  static func index(_ types: Int) -> Claim.Metric {
    Claim.Metric("adjusted Rand index, \(types) types", unit: "index", .higher)
  }
  static func alike(_ types: Int) -> Claim.Metric {
    Claim.Metric("arms alike, \(types) types", unit: "index", .higher)
  }
  static let loss = Claim.Metric("accuracy lost from 10 to 40 types", unit: "share", .lower)
  static let digits = Claim.Metric("accuracy, digits", unit: "share", .higher)
}
