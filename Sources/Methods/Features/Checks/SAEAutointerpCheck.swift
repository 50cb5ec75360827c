import Evaluation

extension SAEAutointerp {
  /// Re-tests what Paulo et al., 2024, say of sparse features, neurons and random directions.
  static let check = Check(
    "S242",
    protocol: """
      For each seed a language model like GPT-2 (3 blocks of width 128, 512 tokens of joined bytes, context of 128) \
      learns from 6,000 texts of 128 letters of English Wikipedia in 4 epochs, another start for each seed; 3,000 other \
      texts are read. After block 1: 512 features of a top-k sparse autoencoder of the residual stream with 16 active \
      (6 passes), the 512 neurons of the block of which the 16 largest are kept, and 512 random directions of which the \
      16 largest are kept. Of each kind 150 units are drawn that are active at 40 tokens or more. A rule (a trait of the \
      token, with at most 8 values, of those in TokenTraits) is learned on every second text by the harmonic mean of \
      precision and recall, in the same way for all, and judged on the others: detection by stretches of 16 tokens, \
      fuzzing by tokens of stretches in which the unit is active. Intervention: the first 40 of these units are added to \
      the stream, each so much that what is said next diverges by 0.5 nats, and named by the 8 tokens that gain most on \
      12 texts; the gain in probability on 12 others is the score. A feature is missed by detection when that is below the \
      median of random directions, and found by intervention when it gains more than 95% of random directions do. A first run \
      with 1,024 features and directions beside 512 neurons, which are then twice as often active, and 1,200 texts was \
      set aside; the claims on simulation were added after it.
      """,
    minutes: 12, seeds: 3,
    claims: [
      Claim(
        "Sparse features are told better than neurons by fuzzing", at: "§4.2 and table 1",
        metric: fuzzing, system: features, over: neurons, margin: 0.02),
      Claim(
        "And by detection", at: "§4.2 and table 1", metric: detection, system: features,
        over: neurons, margin: 0.02),
      Claim(
        "Neurons of which only the largest are kept are told better than random directions, by fuzzing",
        at: "§4.2", metric: fuzzing, system: neurons, over: random, margin: 0.02),
      Claim(
        "Sparse features are told better than random directions, by fuzzing",
        at: "our control of the above", metric: fuzzing, system: features, over: random,
        margin: 0.02),
      Claim(
        "A rule follows how active sparse features are better than it follows neurons",
        at: "our measure of the above", metric: simulation, system: features, over: neurons,
        margin: 0.02),
      Claim(
        "And better than it follows random directions", at: "our measure of the above",
        metric: simulation, system: features, over: random, margin: 0.02),
      Claim(
        "What sparse features make likelier is told better than what random directions do",
        at: "§3.3 and figure 4", metric: gain, system: features, over: random, margin: 0.01),
      Claim(
        "Intervention finds features that detection misses: more than one in twenty of those",
        at: "§4.3", metric: found, system: features, over: "one in twenty"),
    ],
    trial: { lab, seed in
      var study = SAEAutointerp()
      study.texts = lab.pick(full: "text8-sample", quick: "grammar")
      if lab.isQuick {
        (study.length, study.trained, study.read, study.epochs) = (32, 64, 40, 1)
        (study.blocks, study.width, study.vocabulary) = (2, 16, 257)
        (study.latents, study.active, study.passes, study.units) = (32, 4, 1, 8)
      }
      let trial = try AutointerpTrial(study, lab, seed)
      var board = Scoreboard(), kept: [AutointerpTrial.Kind: ([Double], [Double])] = [:]
      for kind in AutointerpTrial.Kind.allCases {
        let scores = try trial.scores(kind)
        let gains = try trial.interventions(kind, scores)
        board[fuzzing.name, kind.rawValue] = scores.map(\.rule.fuzzing)
        board[detection.name, kind.rawValue] = scores.map(\.rule.detection)
        board[simulation.name, kind.rawValue] = scores.map(\.rule.simulation)
        board[gain.name, kind.rawValue] = gains
        kept[kind] = (scores.map(\.rule.detection), gains)
      }
      guard let (told, gains) = kept[.features], let (randomTold, randomGains) = kept[.random]
      else { return board }
      let bar = randomTold.sorted()[randomTold.count / 2]
      let height = randomGains.sorted()[min(randomGains.count - 1, randomGains.count * 19 / 20)]
      let missed = zip(told, gains).filter { $0.0 < bar }
      board[found.name, features] = [
        missed.isEmpty ? 0 : Double(missed.count { $0.1 > height }) / Double(missed.count)
      ]
      board[found.name, "one in twenty"] = [0.05]
      return board
    })

  private static let features = AutointerpTrial.Kind.features.rawValue
  private static let neurons = AutointerpTrial.Kind.neurons.rawValue
  private static let random = AutointerpTrial.Kind.random.rawValue

  static let detection = Claim.Metric("detection", unit: "balanced accuracy", .higher)
  static let fuzzing = Claim.Metric("fuzzing", unit: "balanced accuracy", .higher)
  static let simulation = Claim.Metric("simulation", unit: "correlation", .higher)
  static let gain = Claim.Metric(
    "probability gained by the named tokens", unit: "probability", .higher)
  static let found = Claim.Metric(
    "missed by detection, found by intervention", unit: "share", .higher)
}
