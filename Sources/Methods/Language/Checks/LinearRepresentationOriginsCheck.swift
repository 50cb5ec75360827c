import Evaluation

extension LinearRepresentationOrigins {
  /// Re-tests what Jiang et al., 2024, say of why concepts are linear, in simulation.
  static let check = Check(
    "S240",
    protocol: """
      Five binary concepts, each following each before it with probability 0.4 by a logistic law of random weights; a token \
      says all five, a context any part of them. Vectors of 10 numbers for the 243 contexts and 32 tokens, started normal \
      with deviation 0.01, take 3,000 steps of plain gradient descent at rate 4 on the cross-entropy of the next token over \
      all contexts. Within: the mean cosine of the differences of pairs of tokens that differ in one concept alone. Across: \
      the mean size of the cosine of such differences by two concepts. Aligned: the mean cosine of differences of contexts \
      that differ in what they tell of a concept with those of tokens. Held against the vectors before training, and \
      against the same training on a law in which each context gives its probabilities to tokens in an order of its own. \
      Language models are left out. A start of deviation 0.1 had left the cosine within at about 0.7, as a first form had \
      shown: what a small start leaves out the bias of descent cannot undo. Start and rate were chosen by that, on seeds of \
      another program, and the check had been seen once before it was recorded.
      """,
    minutes: 1, seeds: 5,
    claims: [
      Claim(
        "Telling the next token makes a concept one direction, which training alone does not",
        at: "abstract", metric: within, system: Arm.trained.rawValue, over: Arm.lawless.rawValue,
        margin: 0.3),
      Claim(
        "Training makes a concept one direction", at: "abstract", metric: within,
        system: Arm.trained.rawValue, over: Arm.untrained.rawValue, margin: 0.3),
      Claim(
        "Directions of different concepts come near to right angles",
        at: "its theory of orthogonality",
        metric: across, system: Arm.trained.rawValue, over: Arm.untrained.rawValue, margin: 0.1),
      Claim(
        "Contexts and tokens have the same direction for a concept", at: "its theory of alignment",
        metric: aligned, system: Arm.trained.rawValue, over: Arm.lawless.rawValue, margin: 0.3),
    ],
    trial: { lab, seed in
      var study = LinearRepresentationOrigins()
      if lab.isQuick { (study.concepts, study.width, study.steps, study.rate) = (3, 6, 400, 2) }
      var board = Scoreboard()
      for arm in Arm.allCases {
        let found = try study.linearity(arm, seed, stop: lab.shouldStop).linearity
        board[within.name, arm.rawValue] = found.within
        board[across.name, arm.rawValue] = found.across
        board[aligned.name, arm.rawValue] = found.aligned
      }
      return board
    })

  static let within = Claim.Metric("cosine within a concept", unit: "cosine", .higher)
  static let across = Claim.Metric("size of the cosine across concepts", unit: "cosine", .lower)
  static let aligned = Claim.Metric(
    "cosine of contexts with tokens by a concept", unit: "cosine", .higher)
}
