import Datasets
import Evaluation
import Learning
import Torch

extension AutoGen {
  /// Re-tests what Mansbridge, Fierimonte, Feige & Barber, 2018, say of perfect reconstructions.
  static let check = Check(
    "S038",
    protocol: """
      The world of sentences: 6,000 different clauses of a grammar with seven choices (12.6 nats), as bytes; a fifth is \
      set aside. LSTMs of 64 units read and write, tokens are 16 numbers, codes 8. Adam at 0.005 on batches of 64 for \
      10 passes, the same for all arms; no arm is tuned. The arms ask for m = 0 (the VAE), 1 and 3 reconstructions, \
      with the KL term in full from the start; m = 0 and 1 also with its weight rising over half the training. \
      Reconstruction is the share of the seven choices that the likeliest text from the posterior mean repeats, over \
      300 test sentences, none where that text is no sentence. Generation is the share of 300 texts drawn from the \
      prior and the decoder that the grammar accepts. That generation remains good is tested against the VAE's share \
      less 0.1.
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
      var method = AutoGen()
      (method.reconstructions, method.annealing) = (m, annealing)
      method.latents = 8
      method.sentences.tokenWidth = 16
      method.sentences.sentenceUnits = lab.pick(full: 64, quick: 16)
      method.training.batch = 64
      method.training.learningRate = 5e-3
      method.training.epochs = lab.pick(full: 10, quick: 1)
      try score(lab.fit(method, source, seed: seed, as: name), name, &board)
    }
    board[AutoGen.generation.name, "m=0 less 0.1"] =
      board[AutoGen.generation.name, "m=0"].map { $0 - 0.1 }
  }

  private func score(
    _ network: AutoGen.Network, _ arm: String, _ board: inout Scoreboard
  ) throws {
    let test = source.test.prefix(lab.pick(full: 300, quick: 20))
    let scores = Scores(test, seed: seed)
    board[AutoGen.rate.name, arm] = try scores.map { batch, _ in
      try network.posterior(batch.x).divergenceFromStandard().values(as: Double.self)
    }
    board[AutoGen.reconstruction.name, arm] = try scores.map { batch, _ in
      let back = try texts(network.decode(network.encode(batch.x)))
      return try zip(texts(batch.x), back).map { truth, read in
        guard let wanted = Sentences.values(of: truth), let found = Sentences.values(of: read)
        else { return 0 }
        return Double(zip(wanted, found).count { $0 == $1 }) / Double(wanted.count)
      }
    }
    guard case .texts(let writer) = network else { return }
    let random = RandomStream(seed.child("prior"))
    let drawn = try withoutGradients {
      let z = writer.samplePrior(test.count, temperature: 1, random)
      return try texts(writer.written(z) { random.categorical($0.softmax()).squeezed(1) })
    }
    board[AutoGen.generation.name, arm] = drawn.map { Sentences.values(of: $0) == nil ? 0 : 1 }
  }

  private func texts(_ tokens: Tensor) throws -> [String] {
    let all = try tokens.to(.int64).places(), length = tokens.size(1)
    return stride(from: 0, to: all.count, by: length).map {
      Sentences.text(tokens: Array(all[$0..<$0 + length]))
    }
  }
}
