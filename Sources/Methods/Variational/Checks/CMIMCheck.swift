import Evaluation

extension CMIM {
  /// Re-tests what Livne, 2025, says of the contrastive mutual information machine.
  static let check = Check(
    "S432",
    protocol: """
      Fashion-MNIST (else MNIST), 5,000 training pictures as grey levels. All arms have one hidden layer of 256 ReLU units \
      on either side and 20 codes, Adam at 0.001 down a cosine for 8 passes in batches of 128 unless said otherwise; \
      Bernoulli likelihoods of grey levels; a temperature of 0.1; nothing is tuned, for no arm. InfoNCE trains the encoder \
      alone, with an example as its own positive and the others of its batch as negatives. Probes read 10 classes \
      from 2,000 training codes, standardised for the linear one (100 steps of L-BFGS), and judge 2,000 test codes; \
      neighbours are 5. Embeddings of the decoder are its 256 hidden units at the posterior mean. The range over batches \
      is from the best to the worst linear probe with 32, 128 and 512. The last claim, the cosine of the codes of 2,000 test pictures with that of the nearest other, was \
      added after a first record: in a copy with the sign of the contrast turned no other claim had fallen clearly. Text \
      is not tested.
      """,
    minutes: 6, seeds: 3,
    claims: [
      Claim(
        "A linear probe reads classes better from the contrastive machine's codes than from the plain one's",
        at: "abstract", metric: linear, system: "cmim", over: "mim", margin: 0.01),
      Claim(
        "Better than from a variational autoencoder's", at: "expected of the row", metric: linear,
        system: "cmim", over: "vae", margin: 0.01),
      Claim(
        "Better than from InfoNCE's without augmentation", at: "abstract", metric: linear,
        system: "cmim", over: "infonce", margin: 0.01),
      Claim(
        "Nearest neighbours agree more often than among the plain machine's codes",
        at: "abstract", metric: neighbours, system: "cmim", over: "mim", margin: 0.01),
      Claim(
        "The decoder's hidden units serve a linear probe better than the codes", at: "abstract",
        metric: linear, system: "cmim, decoder", over: "cmim", margin: 0.01),
      Claim(
        "Reconstruction is no more than 5% worse than the plain machine's", at: "abstract",
        metric: error, system: "cmim", over: "mim and 5%"),
      Claim(
        "From batches of 32 to 512 the linear probe moves by less than 0.02", at: "abstract",
        metric: range, system: "cmim", over: "tolerance"),
      Claim(
        "It moves less than InfoNCE's", at: "abstract", metric: range, system: "cmim",
        over: "infonce", margin: 0.005),
      Claim(
        "Codes are further in direction from the nearest other than the plain machine's",
        at: "this check's addition", metric: nearness, system: "cmim", over: "mim", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CMIMTrial(lab, seed).run(&board)
      return board
    })

  static let linear = Claim.Metric("linear probe", unit: "share right", .higher)
  static let neighbours = Claim.Metric("nearest neighbours", unit: "share right", .higher)
  static let error = Claim.Metric("squared error", unit: "per pixel", .lower)
  static let nearness = Claim.Metric("cosine of the nearest other code", unit: "", .lower)
  static let range = Claim.Metric("range over batches", unit: "share right", .lower)
}
