import Datasets
import Evaluation
import Learning
import Torch

extension AutoGen {
  /// Re-tests what Mansbridge, Fierimonte, Feige & Barber, 2018, say of perfect reconstructions.
  static let check = Check(
    "S038",
    protocol: """
      The world of sentences: 6,000 different clauses of a grammar with seven choices (12.6 nats) and agreement of \
      number, as words, one token each; a fifth is set aside. LSTMs of 48 units read and write, tokens are 16 numbers, \
      codes 8. Adam at 0.01 on batches of 64 for 10 passes, the same for all arms; no arm is tuned. The arms ask for m \
      = 0 (the VAE), 1 and 3 reconstructions, with the KL term in full from the start; m = 0 and 1 also with its \
      weight rising over half the training. Reconstruction is the share of the seven choices that the likeliest text \
      from the posterior mean repeats, over 500 test sentences, none where that text is no sentence. Generation is the \
      share of 500 texts drawn from the prior and the decoder that the grammar accepts. That generation remains good \
      is tested against the VAE's share less 0.1.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "One perfect reconstruction makes codes more descriptive: more of a sentence is reconstructed than by the VAE",
        at: "abstract", metric: reconstruction, system: "m=1", over: "m=0", margin: 0.05),
      Claim(
        "The rate is higher than the VAE's", at: "abstract", metric: rate, system: "m=1",
        over: "m=0", margin: 0.5),
      Claim(
        "Three reconstructions reconstruct more than one", at: "abstract", metric: reconstruction,
        system: "m=3", over: "m=1", margin: 0.02),
      Claim(
        "With annealing, too, one reconstruction reconstructs more than none", at: "abstract",
        metric: reconstruction, system: "m=1 annealed", over: "m=0 annealed", margin: 0.05),
      Claim(
        "Generation remains good", at: "abstract", metric: generation, system: "m=1",
        over: "m=0 less 0.1"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SentenceTrial(lab, seed).run(&board)
      return board
    })

  static let reconstruction = Claim.Metric("choices reconstructed", unit: "share", .higher)
  static let rate = Claim.Metric("rate", unit: "nats", .higher)
  static let generation = Claim.Metric("drawn texts accepted", unit: "share", .higher)
}

/// One seed of all arms on sentences.
struct SentenceTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 6000, quick: 300)
    source = try Source.open("sentences", options)
  }

  func run(_ board: inout Scoreboard) throws {
    for (name, m, annealing) in [
      ("m=0", 0.0, 0.0), ("m=1", 1, 0), ("m=3", 3, 0), ("m=0 annealed", 0, 0.5),
      ("m=1 annealed", 1, 0.5),
    ] {
      var method = WordAutoGen()
      (method.base.reconstructions, method.base.annealing) = (m, annealing)
      method.base.latents = 8
      method.base.sentences.tokenWidth = 16
      method.base.sentences.sentenceUnits = lab.pick(full: 48, quick: 16)
      method.training.batch = 64
      method.training.learningRate = 0.01
      method.training.epochs = lab.pick(full: 10, quick: 2)
      try score(lab.fit(method, source, seed: seed, as: name), name, &board)
    }
    board[AutoGen.generation.name, "m=0 less 0.1"] =
      board[AutoGen.generation.name, "m=0"].map { $0 - 0.1 }
  }

  private func score(
    _ network: AutoGen.Network, _ arm: String, _ board: inout Scoreboard
  ) throws {
    let test = source.test.prefix(lab.pick(full: 500, quick: 30))
    let choices = try test.batch(Array(0..<test.count)).factors ?? Tensor.zeros([0, 7])
    let x = SentenceWords.tokens(choices)
    let (q, back) = withoutGradients { (network.posterior(x), network.decode(network.encode(x))) }
    board[AutoGen.rate.name, arm] = try q.divergenceFromStandard().values(as: Double.self)
    let pairs = try zip(texts(x), texts(back))
    board[AutoGen.reconstruction.name, arm] = pairs.map { truth, read in
      guard let wanted = SentenceWords.choices(truth), let found = SentenceWords.choices(read)
      else { return 0 }
      return Double(zip(wanted, found).count { $0 == $1 }) / Double(wanted.count)
    }
    guard case .texts(let writer) = network else { return }
    let random = RandomStream(seed.child("prior"))
    let drawn = try withoutGradients {
      let z = writer.samplePrior(test.count, temperature: 1, random)
      return try texts(writer.written(z) { random.categorical($0.softmax()).squeezed(1) })
    }
    board[AutoGen.generation.name, arm] = drawn.map { SentenceWords.choices($0) == nil ? 0 : 1 }
  }

  private func texts(_ tokens: Tensor) throws -> [[Int]] {
    let all = try tokens.to(.int64).places(), length = tokens.size(1)
    return stride(from: 0, to: all.count, by: length).map {
      Array(all[$0..<$0 + length])
    }
  }
}
