import Evaluation

extension TransformerCausalStructure {
  /// Re-tests what Nichani, Damian & Lee, 2024, say of how attention finds parents.
  static let check = Check(
    "S225",
    protocol: """
      Random graphs, another for each seed: 12 places of which each but the first has a parent before it with probability \
      0.8; 4 tokens; each sequence has transition probabilities of its own, rows drawn from a Dirichlet law of concentration \
      0.3. A last token is drawn alike from all, and what follows it by the same probabilities is told. The reduced \
      transformer of two layers starts with even attention and likeness 0.5 of a token to itself; both layers learn by Adam \
      at 0.03 for 2,000 steps of 256 new sequences. Found: the share of the places with a parent whose largest attention is \
      at it. Without structure: the same training on sequences whose tokens are drawn one by one from the stationary law. \
      First gradient: of the loss of 10,240 sequences in the first layer, before training. Shared information: chi-squared \
      mutual information of the tokens of two places, exact for each of 500 laws and averaged; ranks are compared among the \
      places before each place. Losses on 2,048 new sequences; frequencies are those of the tokens of a sequence. Chains are \
      the graph in which each place follows the one before it.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "Attention comes to be at the parents, which it does not without structure",
        at: "theorem 1 and figure 3", metric: found, system: Arm.structured.rawValue,
        over: Arm.independent.rawValue, margin: 0.5),
      Claim(
        "At nine parents of ten or more", at: "figure 3", metric: found,
        system: Arm.structured.rawValue, over: "0.9"),
      Claim(
        "The largest entries of the first gradient are at parents, by half more than by chance",
        at: "§5 and lemma on the gradient", metric: found, system: "first gradient", over: "chance",
        margin: 0.4),
      Claim(
        "The first gradient has the order of the information that places share", at: "§5.1",
        metric: order, system: "shared information", over: "in another order", margin: 0.3),
      Claim(
        "In Markov chains attention is at the place before: an induction head",
        at: "corollary on in-context Markov chains", metric: found, system: "chain", over: "0.9"),
      Claim(
        "The next token is told better than by the tokens' frequencies", at: "theorem 2",
        metric: loss, system: "transformer", over: "frequencies", margin: 0.05),
    ],
    trial: { lab, seed in
      var study = TransformerCausalStructure()
      if lab.isQuick { (study.places, study.steps, study.batch) = (5, 30, 32) }
      var board = Scoreboard()
      let result = try study.result(seed, shouldStop: lab.shouldStop)
      for (arm, share) in result.found { board[found.name, arm.rawValue] = [share] }
      board[found.name, "0.9"] = [0.9]
      board[found.name, "first gradient"] = [result.pulled]
      board[found.name, "chance"] = [result.chance]
      board[order.name, "shared information"] = [result.ranked]
      board[order.name, "in another order"] = [result.shuffled]
      board[loss.name, "transformer"] = [result.loss]
      board[loss.name, "frequencies"] = [result.frequencies]
      lab.say("S225: chain")
      study.chain = true
      let chain = try study.result(seed.child("chain"), shouldStop: lab.shouldStop)
      board[found.name, "chain"] = [chain.found[.structured] ?? 0]
      return board
    })

  static let found = Claim.Metric("parents found", unit: "share", .higher)
  static let order = Claim.Metric("rank correlation of the first gradient", unit: "", .higher)
  static let loss = Claim.Metric("loss of the next token", unit: "nats", .lower)
}
