import Evaluation
import Torch

extension ICLImplicitBayes {
  /// Re-tests what Xie et al., 2022, say of in-context learning on their made documents.
  static let check = Check(
    "S278",
    protocol: """
      Documents of 64 tokens, each of one of 10 concepts: hidden Markov models over 3 entities and 5 properties that show \
      19 tokens and a delimiter; entities follow each other alike in all, properties by a mixture of permutations of each \
      concept's own; with probability 0.1 a step leaps anywhere. A transformer of 2 blocks and width 64 and an LSTM of \
      128 units learn the same 48,000 documents in one pass, batches of 32 by Adam at 0.004 with a cosine. Two more \
      transformers learn as many documents of the first concept alone, or with each next entity and property drawn \
      evenly. Prompts are examples of 3, 5, 8 or 10 tokens of one concept, each ended by the delimiter, that begin with \
      the same property; 400 of each length with 0, 1, 2, 4, 8 or 12 examples, as far as 63 tokens allow. Right is the \
      likeliest last token where the concept is known. Accuracies and divergences are means over the lengths, without \
      examples and with the most that fit; the gain is their difference. Exact is the posterior predictive of the \
      mixture by the forward algorithm; even is the same with concepts averaged evenly. Four fifths: of the exact \
      accuracy. The shortest and the longest are compared with 4 examples. Orders: 16 sets of 4 examples of 3 tokens in 10 random \
      orders before 60 queries; the covariance over the orders of the accuracies on both halves of the queries, against \
      the same after each query's hits were dealt to the orders at random. Sharp: four worlds of a seed with temperature \
      0.1 in which a step leaps with probability 1e-6, read by the exact posterior. Sizes and margins were set after a \
      prototype in Python on other worlds: the form of the world among some 25 by the exact posterior's gain and three by \
      trainings, that of the sharp ones among five by the exact posterior's loss, and the LSTM's size and rate after a \
      smaller one had gained little.
      """,
    minutes: 12, seeds: 3,
    claims: [
      Claim(
        "Examples make a transformer's answers right more often", at: "abstract", metric: accuracy,
        system: "transformer, most examples", over: "transformer, no examples", margin: 0.03),
      Claim(
        "So they do an LSTM's", at: "abstract", metric: accuracy, system: "LSTM, most examples",
        over: "LSTM, no examples", margin: 0.03),
      Claim(
        "Documents of one concept alone give no such gain", at: "experiments: ablations",
        metric: gain, system: "transformer", over: "one concept", margin: 0.03),
      Claim(
        "Documents with random transitions give none either", at: "experiments: ablations",
        metric: gain, system: "transformer", over: "random transitions", margin: 0.03),
      Claim(
        "Answers are nearer to the exact posterior than if concepts were not inferred",
        at: "theory; the row's check", metric: divergence, system: "transformer",
        over: "even, exact otherwise", margin: 0.05),
      Claim(
        "The transformer comes to four fifths of the exact posterior's accuracy",
        at: "the row's check; the share is ours", metric: accuracy,
        system: "transformer, most examples", over: "four fifths of the exact posterior"),
      Claim(
        "Longer examples are answered better", at: "abstract; theory", metric: accuracy,
        system: "transformer, longest examples", over: "transformer, shortest examples", margin: 0.1
      ),
      Claim(
        "The order of the examples matters", at: "abstract", metric: spread, system: "orders",
        over: "hits dealt at random", margin: 1),
      Claim(
        "The LSTM answers better than the transformer", at: "experiments: models",
        metric: accuracy, system: "LSTM, most examples", over: "transformer, most examples",
        margin: 0.01),
      Claim(
        "Where leaps are all but impossible, exact answers are better without examples",
        at: "abstract: zero-shot", metric: accuracy, system: "sharp world, no examples",
        over: "sharp world, most examples", margin: 0.01),
    ],
    trial: { lab, seed in
      var study = ICLImplicitBayes()
      if lab.isQuick {
        (study.texts, study.length, study.prompts) = (640, 32, 40)
        (study.lengths, study.shots, study.concepts) = ([3, 5], [0, 4], 3)
        (study.blocks, study.width, study.units) = (1, 16, 16)
      }
      let world = study.world(seed)
      let asked = study.asked(world, seed)
      var board = Scoreboard()
      let exact = try study.scores(asked) { $0.exact }
      board[accuracy.name, "exact posterior, no examples"] = [exact.before]
      board[accuracy.name, "exact posterior, most examples"] = [exact.after]
      board[accuracy.name, "four fifths of the exact posterior"] = [0.8 * exact.after]
      board[gain.name, "exact posterior"] = [exact.after - exact.before]
      board[divergence.name, "even, exact otherwise"] = [
        try study.scores(asked) { $0.even }.divergence
      ]
      for arm in Arm.allCases {
        let network = try study.trained(arm, world, lab, seed)
        let found = try study.scores(asked) { try network.predictions($0.rows) }
        board[gain.name, arm.rawValue] = [found.after - found.before]
        board[divergence.name, arm.rawValue] = [found.divergence]
        board[accuracy.name, "\(arm.rawValue), no examples"] = [found.before]
        board[accuracy.name, "\(arm.rawValue), most examples"] = [found.after]
        guard arm == .transformer else { continue }
        for (name, length) in [("shortest", study.lengths.min()), ("longest", study.lengths.max())]
        {
          board[accuracy.name, "transformer, \(name) examples"] = [
            length.flatMap(found.accuracy) ?? .nan
          ]
        }
        let orders = try study.orders(world, seed) { try network.predictions($0) }
        board[spread.name, "orders"] = [orders.orders]
        board[spread.name, "hits dealt at random"] = [orders.dealt]
        board[spread.name, "orders, exact posterior"] = [
          try study.orders(world, seed) { ConceptBelief(after: $0, in: world).prediction }.orders
        ]
      }
      (study.temperature, study.leap) = (0.1, 1e-6)
      let sharp = try (0..<4).map { index in
        let child = seed.child("sharp").child(index)
        return try study.scores(study.asked(study.world(child), child)) { $0.exact }
      }
      board[accuracy.name, "sharp world, no examples"] = [sharp.map(\.before).mean]
      board[accuracy.name, "sharp world, most examples"] = [sharp.map(\.after).mean]
      return board
    })

  static let accuracy = Claim.Metric("share of prompts answered right", unit: "share", .higher)
  static let gain = Claim.Metric("accuracy gained by examples", unit: "share", .higher)
  static let divergence = Claim.Metric(
    "divergence from the exact posterior with most examples", unit: "nats", .lower)
  static let spread = Claim.Metric(
    "covariance of accuracies over orders", unit: "squared points", .higher)
}
